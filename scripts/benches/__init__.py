"""Benches: one module each, with a ``run() -> list[Figure]``. ``import_`` is called ``import``."""
