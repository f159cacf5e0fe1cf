"""Forgetting on time: how long each thing is kept, what goes, and the proof that it went."""

from campaigns.retention import erasing, labels, passes, returning, rules, runs, tombstones

__all__ = ["erasing", "labels", "passes", "returning", "rules", "runs", "tombstones"]
