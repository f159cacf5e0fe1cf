"""Every closed list a user may meet carries its French words."""

from __future__ import annotations

import enum
import importlib
import pkgutil
from collections.abc import Iterator

import campaigns
import importers
from tests.house import french


def enums() -> Iterator[type[enum.Enum]]:
    """Give the enumerations that have members, of the domain and of the importers."""
    seen: set[type[enum.Enum]] = set()
    for package in (campaigns, importers):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            # Alembic's environment only runs inside a migration.
            if info.name.startswith("campaigns.migrations."):
                continue
            for value in vars(importlib.import_module(info.name)).values():
                is_ours = getattr(value, "__module__", "").startswith(package.__name__)
                if is_ours and isinstance(value, type) and issubclass(value, enum.Enum):
                    seen.add(value)
    yield from sorted((each for each in seen if len(each)), key=lambda each: each.__qualname__)


def label_faults(kind: type[enum.Enum]) -> list[str]:
    """Say which members have no label, one of another member, or one badly typeset."""
    labels = {member.name: getattr(member, "label", None) for member in kind}
    # An empty label is a choice: a person without a title is written without one.
    faults = [f"{name}: no label" for name, label in labels.items() if label is None]
    given = [label for label in labels.values() if label is not None]
    faults += [f"twice: {label}" for label in sorted(set(given)) if given.count(label) > 1]
    return faults + [f"{label}: {fault}" for label in given for fault in french.faults(label)]


def test_every_member_of_a_closed_list_has_its_french_label() -> None:
    found = {f"{kind.__module__}.{kind.__name__}": label_faults(kind) for kind in enums()}
    assert len(found) > 5
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_missing_a_doubled_and_a_badly_typeset_label_are_seen() -> None:
    class Answer(enum.Enum):
        ONE = 1
        TWO = 2
        THREE = 3

    assert label_faults(Answer) == ["ONE: no label", "TWO: no label", "THREE: no label"]
    for member, label in zip(Answer, ("Oui", "Oui", "Besoin : suite"), strict=True):
        member.label = label  # type: ignore[attr-defined]  # planted
    doubled, typeset = label_faults(Answer)
    assert doubled == "twice: Oui"
    assert "breaking space" in typeset
