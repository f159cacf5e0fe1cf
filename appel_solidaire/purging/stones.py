"""Tombstones kept outside the database: a file that is added to and never rewritten.

A line is a stone as JSON with its code (HMAC, the journal's key): a line somebody wrote without
the key is told, never obeyed. ``upto`` is the highest rank noted so far.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO  # what a line holds

from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import sealing
from campaigns.retention import tombstones
from campaigns.retention.tombstones import Stone

_TAIL_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file holds; ``spoilt`` counts the lines that are none of ours, or were torn."""

    stones: tuple[Stone, ...]
    spoilt: int


def stones_file(config: Config) -> Path:
    """Where the stones of an instance are kept beside its database."""
    return config.instance / "reperes" / "oublis.jsonl"


def read(file: Path, key: bytes) -> Kept:
    """Every stone of a file, in its order; none when there is no file."""
    if not file.is_file():
        return Kept((), 0)
    stones, spoilt = [], 0
    for line in file.read_bytes().splitlines():
        told = _told(line, key)
        if told is None:
            spoilt += 1
        else:
            stones.append(Stone.read(told))
    return Kept(tuple(stones), spoilt)


def sync(instance: Instance) -> int:
    """Note in the file the stones laid since; give how many. Asked every second: one short read."""
    file = stones_file(instance.config)
    key = instance.config.keys.journal
    with instance.database.reading() as session:
        newest = tombstones.newest(session)
        if newest <= _upto(file, key):
            return 0
        with _open(file) as opened:
            fresh = tombstones.since(session, _upto(file, key))
            _append(opened, fresh, key)
    return len(fresh)


def note(instance: Instance, stones: Sequence[Stone]) -> None:
    """Note stones whatever their rank: those that changed, those another file brought."""
    if stones:
        with _open(stones_file(instance.config)) as opened:
            _append(opened, stones, instance.config.keys.journal)


@contextmanager
def _open(file: Path) -> Iterator[BinaryIO]:
    """The file, ours alone for a moment; on the disk when we let it go."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file.open("a+b") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield opened
        opened.flush()
        os.fsync(opened.fileno())


def _append(opened: BinaryIO, stones: Sequence[Stone], key: bytes) -> None:
    tail = _tail(opened)
    if tail and not tail.endswith(b"\n"):
        opened.write(b"\n")  # a line torn by a power cut stays alone
    upto = _upto_of(tail, key)
    for stone in stones:
        upto = max(upto, stone.rank)
        told = {**stone.plain(), "upto": upto}
        line = {**told, "code": _code(key, told)}
        opened.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def _upto(file: Path, key: bytes) -> int:
    if not file.is_file():
        return 0
    with file.open("rb") as opened:
        return _upto_of(_tail(opened), key)


def _tail(opened: BinaryIO) -> bytes:
    size = opened.seek(0, os.SEEK_END)
    opened.seek(max(0, size - _TAIL_BYTES))
    return opened.read()


def _upto_of(tail: bytes, key: bytes) -> int:
    for line in reversed(tail.splitlines()):
        told = _told(line, key)
        if told is not None:
            return int(told["upto"])
    return 0


def _told(line: bytes, key: bytes) -> dict[str, Any] | None:
    """What a line says, None when it is not ours."""
    try:
        told = json.loads(line)
        code = str(told.pop("code"))
        Stone.read(told)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    return told if sealing.same(code, _code(key, told)) else None


def _code(key: bytes, told: dict[str, Any]) -> str:
    return sealing.fingerprint(key, "stone", json.dumps(told, sort_keys=True, ensure_ascii=False))
