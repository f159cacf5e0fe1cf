"""Numbered, linear migrations; the models and the last one always agree (a test compares them)."""
