"""Secrets derived and sealed: what is stolen with the database opens nothing."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from campaigns import sealing

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
PLACE = "user_account.totp.1"


@given(st.text(max_size=200))
def test_what_is_sealed_is_read_again_at_its_place(text: str) -> None:
    assert sealing.unseal(KEY, sealing.seal(KEY, text, place=PLACE), place=PLACE) == text


def test_what_is_sealed_is_never_written_twice_the_same() -> None:
    assert sealing.seal(KEY, "graine", place=PLACE) != sealing.seal(KEY, "graine", place=PLACE)


@pytest.mark.parametrize(
    ("key", "place"), [(OTHER, PLACE), (KEY, "user_account.totp.2"), (KEY, "")]
)
def test_another_key_or_another_row_opens_nothing(key: bytes, place: str) -> None:
    sealed = sealing.seal(KEY, "graine", place=PLACE)
    with pytest.raises(InvalidTag):
        sealing.unseal(key, sealed, place=place)


def test_a_changed_secret_is_refused() -> None:
    sealed = sealing.seal(KEY, "graine", place=PLACE)
    changed = ("B" if sealed[20] != "B" else "C").join((sealed[:20], sealed[21:]))
    with pytest.raises(InvalidTag):
        sealing.unseal(KEY, changed, place=PLACE)


def test_a_token_depends_on_every_part_and_on_the_key() -> None:
    tokens = {
        sealing.token(KEY, "sign-in", 1, "weekly", "n"),
        sealing.token(KEY, "sign-in", 1, "weekly", "m"),
        sealing.token(KEY, "sign-in", 2, "weekly", "n"),
        sealing.token(KEY, "partner", 1, "weekly", "n"),
        sealing.token(OTHER, "sign-in", 1, "weekly", "n"),
        sealing.token(KEY, "sign-in", "1", "weeklyn"),
    }
    assert len(tokens) == 6
    assert all(len(token) == 43 for token in tokens)


def test_a_token_needs_no_escaping_in_an_address() -> None:
    for number in range(200):
        assert sealing.token(KEY, "x", number).replace("-", "").replace("_", "").isalnum()


def test_secrets_are_compared_without_stumbling_on_accents() -> None:
    assert sealing.same("é", "é")
    assert not sealing.same("é", "e")
    assert not sealing.same("", "x")


def test_a_fingerprint_recognises_without_telling() -> None:
    mark = sealing.fingerprint(KEY, "name", "dupont paulette", "1942-03-01")
    assert mark == sealing.fingerprint(KEY, "name", "dupont paulette", "1942-03-01")
    assert mark != sealing.fingerprint(OTHER, "name", "dupont paulette", "1942-03-01")
    assert mark != sealing.fingerprint(KEY, "namedupont paulette", "1942-03-01")
    assert "dupont" not in mark


def test_nonces_do_not_repeat() -> None:
    drawn = {sealing.fresh_nonce() for _ in range(500)}
    assert len(drawn) == 500
    assert all(len(nonce) == 43 for nonce in drawn)


def test_a_sealed_file_opens_in_its_place_only() -> None:
    sealed = sealing.seal_file(KEY, b"P-1;Dupont", place="export.content.1")
    assert b"Dupont" not in sealed
    assert sealing.unseal_file(KEY, sealed, place="export.content.1") == b"P-1;Dupont"
    for key, content, place in (
        (OTHER, sealed, "export.content.1"),
        (KEY, sealed, "export.content.2"),
        (KEY, sealed[:-1] + bytes([sealed[-1] ^ 1]), "export.content.1"),
    ):
        with pytest.raises(InvalidTag):
            sealing.unseal_file(key, content, place=place)
