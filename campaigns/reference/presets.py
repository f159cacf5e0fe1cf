"""What a new campaign may start from: confinement, heat, cold, people on RSA."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from types import MappingProxyType
from typing import Any  # what TOML holds

from campaigns.reference.table import french, shipped

_FILE = "presets.toml"
_SPOKEN = ("label", "summary", "purpose", "legal_basis")


@dataclass(frozen=True, slots=True)
class Preset:
    """Settings made beforehand. ``rules`` and ``thresholds`` hold what differs from the defaults,
    ``read`` the sections of the guide switched on, ``insert`` the file of a text added to it."""

    slug: str
    label: str
    summary: str
    sweep_percent: int
    pace: int
    training_required: bool
    is_register: bool
    purpose: str
    legal_basis: str
    insert: str = ""
    read: tuple[str, ...] = ()
    rules: Mapping[str, Any] = field(default_factory=dict)
    thresholds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@cache
def presets() -> Mapping[str, Preset]:
    """The presets by short name, in the order they are offered."""
    found: dict[str, dict[str, Any]] = tomllib.loads(shipped(_FILE))
    known = {item.name for item in fields(Preset)}
    made = {}
    for slug, row in found.items():
        if unknown := row.keys() - known:
            raise ValueError(f"{_FILE}, {slug}: unknown {', '.join(sorted(unknown))}")
        spoken = {name: french(row[name]) for name in _SPOKEN}
        made[slug] = Preset(**{**row, **spoken, "slug": slug, "read": tuple(row.get("read", ()))})
    return MappingProxyType(made)


def preset_guide(chosen: Preset, *, house: str) -> str:
    """The guide of the house with what a preset adds to it, as Markdown."""
    return f"{house.rstrip()}\n\n{shipped(chosen.insert)}" if chosen.insert else house
