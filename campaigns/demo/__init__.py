"""Fictional data: people who do not exist, on numbers nobody answers."""
