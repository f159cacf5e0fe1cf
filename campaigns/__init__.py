"""The domain: people are enrolled, the week is split, volunteers call, needs are answered."""
