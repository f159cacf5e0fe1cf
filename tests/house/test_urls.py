"""Addresses are French, in kebab-case, with typed parts."""

from __future__ import annotations

import re

import pytest
from flask import Flask

SEGMENT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)?")
PART = re.compile(r"<(?:(?P<type>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
TEXTS = {"token", "slug", "week", "code"}  # text by nature: they need no type
ENGLISH = re.compile(
    r"\b(?:call|campaign|delete|edit|guide-book|household|lead|list|login|logout|mail|need|new"
    r"|office|people|person|referral|settings|sheet|sign|user|volunteer|week|wish)s?\b"
)


def url_faults(rule: str) -> list[str]:
    """Say what is wrong with an address, as Flask writes its rule."""
    faults = [
        f"untyped part: {match['name']}"
        for match in PART.finditer(rule)
        if not match["type"] and match["name"] not in TEXTS
    ]
    words = [part for part in PART.sub("", rule).split("/") if part]
    faults += [f"not kebab-case: {word}" for word in words if not SEGMENT.fullmatch(word)]
    return faults + [f"English: {word}" for word in words if ENGLISH.search(word)]


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_every_address_is_french_and_kebab_case(app: Flask) -> None:
    found = {
        rule.rule: faults
        for rule in app.url_map.iter_rules()
        if rule.endpoint.rpartition(".")[2] != "static" and (faults := url_faults(rule.rule))
    }
    assert found == {}


@pytest.mark.parametrize(
    "rule",
    [
        "/coordination/besoins/<need_id>",
        "/coordination/needs",
        "/mes_appels",
        "/mesAppels",
        "/bénévole",
    ],
)
def test_a_bad_address_is_seen(rule: str) -> None:
    assert url_faults(rule)


def test_a_good_address_passes() -> None:
    assert url_faults("/coordination/besoins/<int:need_id>/prendre-en-charge") == []
    assert url_faults("/") == []
