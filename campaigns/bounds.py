"""Whole numbers somebody typed, each between its least and its most."""

from collections.abc import Mapping

from campaigns.refusal import Refusal

# By name: the least, the most, the words of the refusal.
Bounds = Mapping[str, tuple[int, int, str]]


def whole(value: object, field: str, bounds: Bounds) -> int:
    """Read the whole number typed for ``field``. Refusal names the field and says its bounds."""
    text = str(value).strip()
    least, most, words = bounds[field]
    if not (text.isascii() and text.isdigit() and least <= int(text[:6]) <= most):
        raise Refusal(f"Choisissez entre {least} et {most} {words}.", field=field)
    return int(text)
