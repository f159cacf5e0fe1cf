"""The files « appel-solidaire backup » writes: how they are known, and how old they are."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

FIRST_LINE = b"APPEL-SOLIDAIRE SAUVEGARDE 1\n"
_HEADER_MOST_BYTES = 4_000
_NOT_OURS = (
    "Ce fichier n’est pas une sauvegarde faite par « appel-solidaire backup ». La copie à la "
    "main d’un fichier de base peut manquer les dernières écritures : elle n’est pas acceptée."
)
ALTERED = (
    "La sauvegarde ne s’ouvre pas : ce ne sont pas les clés de cette instance, ou le fichier a été "
    "coupé ou modifié. Prenez le fichier de clés gardé avec elle, ou une autre sauvegarde."
)


class Unreadable(Exception):  # noqa: N818  told to the sysadmin, like an unusable file
    """This file cannot be restored; the message is a French sentence."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says of itself in clear: nothing about anybody."""

    version: str
    engine: str  # sqlite or postgresql
    created_at: str
    revision: str
    sha256: str
    salt: str


def read_header(source: Path) -> Header:
    """Read what a backup says of itself; ``Unreadable`` when it is not one."""
    with source.open("rb") as file:
        return header_of(file)[0]


def header_of(file: BinaryIO) -> tuple[Header, bytes]:
    """The header of an open backup, and the bytes it stands in; ``Unreadable`` when there is none.

    What follows in the file are its sealed pieces.
    """
    if file.read(len(FIRST_LINE)) != FIRST_LINE:
        raise Unreadable(_NOT_OURS)
    line = file.readline(_HEADER_MOST_BYTES)
    try:
        return Header(**json.loads(line)), FIRST_LINE + line
    except (ValueError, TypeError) as fault:
        raise Unreadable(ALTERED) from fault


def older(folder: Path, before: datetime) -> Iterator[Path]:
    """The backups of a folder, and of those in it, made by an instant."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        try:
            made_at = datetime.fromisoformat(read_header(path).created_at)
        except (Unreadable, ValueError, OSError):
            continue  # another file than a backup, or one that went meanwhile
        if made_at <= before:
            yield path
