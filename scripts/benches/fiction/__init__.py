"""Invented people for the benches; nobody of them exists."""
