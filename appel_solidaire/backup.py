"""One encrypted file that holds a whole database, and the way back.

The file is a first line that names it, a line of JSON (version, engine, when, migration, SHA-256
of the dump), then the dump in pieces sealed with AES-256-GCM. The key is derived (HKDF) from the
instance's keys and a salt of the file; the keys themselves are never in it. Each piece is bound to
the header, to its rank and to whether it is the last: none can be changed, moved or cut unseen.
"""

import hashlib
import json
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appel_solidaire import db, dump, purging
from appel_solidaire.backup_files import (
    ALTERED,
    FIRST_LINE,
    Header,
    Unreadable,
    header_of,
    read_header,
)
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from appel_solidaire.purging import Again
from campaigns import accounts, journal, people
from campaigns.models import Organisation
from campaigns.refusal import Refusal
from campaigns.retention.tombstones import Stone

__all__ = ["PIECE_BYTES", "Header", "Unreadable", "read_header", "restore", "save"]
PIECE_BYTES = 1 << 20


def save(instance: Instance, target: Path) -> Header:
    """Write a backup of the database, consistent while others write, and read it again to be sure.

    Refusal when the database is empty, when ``target`` exists, or when the copy is not sound.
    """
    if target.exists():
        raise Refusal(f"Le fichier {target} existe déjà. Choisissez un autre nom.")
    revision = _revision(instance.database.engine)
    if revision is None:
        raise Refusal("La base est vide : il n’y a rien à sauvegarder.")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with tempfile.TemporaryDirectory(prefix=".copie-", dir=target.parent) as folder:
            copied = Path(folder) / "base"
            rows = dump.write(instance.database.engine, instance.config, copied)
            header = Header(
                version=_version(),
                engine=instance.database.engine.dialect.name,
                created_at=instance.clock().isoformat(timespec="seconds"),
                revision=revision,
                sha256=_digest(copied),
                salt=secrets.token_hex(16),
            )
            _seal(copied, draft, header, rows, instance.config)
            _unseal(draft, Path(folder) / "relu", instance.config)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return header


def restore(
    instance: Instance, source: Path, *, stones: Sequence[Stone] = (), at: datetime
) -> tuple[Header, Again]:
    """Put a backup into an instance whose database is empty.

    Integrity, row counts and migration are checked before anything can be used. Sessions and
    mailed links of that time are closed: some had ended or been used since. Purges, erasures and
    objections made since are applied again before anything opens: those of this folder's file,
    and ``stones`` of the instance it replaces. Stopped midway, it goes on where it was.

    Raises ``Unreadable`` when the file is not a sound backup of this instance's keys, Refusal when
    the database is not empty or is of another engine.
    """
    header = read_header(source)
    mark = purging.mark_file(instance.config.instance)
    is_begun = mark.is_file()
    is_filled = _is_filled(instance)
    _refuse(instance, header, is_filled=is_filled and not is_begun)
    if not is_filled:
        with tempfile.TemporaryDirectory(prefix=".copie-", dir=instance.config.instance) as folder:
            copied = Path(folder) / "base"
            rows = _unseal(source, copied, instance.config)
            dump.check(copied, instance.config, engine=header.engine, rows=rows)
            _put_mark(mark)
            dump.put_back(instance.database.engine, instance.config, copied, rows=rows)
    db.upgrade(instance.database)  # a backup of an older version; the file still holds it as it was
    with instance.database.unit() as session:
        accounts.close_everything(session, at=at)
        people.complete_objections(session, at=at)  # of a backup made by an older version
        journal.record(session, "backup_restored", about=Organisation, by=None, at=at)
    again = purging.forget_again(instance, list(stones), at=at)
    mark.unlink()
    return header, again


def _is_filled(instance: Instance) -> bool:
    config = instance.config
    if config.database_url is None and not config.database_file.is_file():
        # Opening would make a file closed with these keys, in the way of the right ones.
        return False
    return bool(sa.inspect(instance.database.engine).get_table_names())


def _refuse(instance: Instance, header: Header, *, is_filled: bool) -> None:
    if header.revision not in db.known_revisions():
        raise Refusal(
            f"Cette sauvegarde a été faite par une version plus récente du logiciel "
            f"({header.version}). Installez cette version, puis recommencez."
        )
    if is_filled:
        raise Refusal(
            "Cette instance contient déjà des données : une restauration ne les remplace pas. "
            "Restaurez dans un dossier neuf, ou dans une base vide."
        )
    if header.engine != instance.database.engine.dialect.name:
        raise Refusal(
            f"Cette sauvegarde vient d’une base {header.engine} : elle ne peut pas entrer dans une "
            f"base {instance.database.engine.dialect.name}. Vérifiez APPEL_DATABASE_URL."
        )


def _put_mark(mark: Path) -> None:
    """From here on nothing opens this instance until what was forgotten since is forgotten."""
    mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with mark.open("wb") as file:
        dump.settle_on_disk(file)


def _seal(copied: Path, target: Path, header: Header, rows: dict[str, int], config: Config) -> None:
    line = json.dumps(asdict(header), ensure_ascii=False).encode() + b"\n"
    bound = FIRST_LINE + line
    cipher = _cipher(config, header)
    target.touch(mode=0o600)
    with copied.open("rb") as source, target.open("wb") as file:
        file.write(bound)
        pieces = _pieces(source)
        piece, rank = json.dumps(rows).encode(), 0
        while True:
            following = next(pieces, None)
            sealed = cipher.encrypt(_nonce(rank, is_last=following is None), piece, bound)
            file.write(len(sealed).to_bytes(4, "big") + sealed)
            if following is None:
                break
            piece, rank = following, rank + 1
        dump.settle_on_disk(file)


def _unseal(source: Path, copied: Path, config: Config) -> dict[str, int]:
    """Write the dump a backup holds into a file; give the row counts noted with it."""
    digest = hashlib.sha256()
    rows: dict[str, int] = {}
    copied.touch(mode=0o600)
    with source.open("rb") as file, copied.open("wb") as out:
        header, bound = header_of(file)
        cipher = _cipher(config, header)
        rank, sealed = 0, _next_sealed(file)
        while sealed is not None:
            following = _next_sealed(file)
            try:
                piece = cipher.decrypt(_nonce(rank, is_last=following is None), sealed, bound)
            except InvalidTag as fault:
                raise Unreadable(ALTERED) from fault
            if rank == 0:
                rows = json.loads(piece)
            else:
                digest.update(piece)
                out.write(piece)
            rank, sealed = rank + 1, following
    if digest.hexdigest() != header.sha256:
        raise Unreadable(ALTERED)
    return rows


def _next_sealed(file: BinaryIO) -> bytes | None:
    size = file.read(4)
    if not size:
        return None
    length = int.from_bytes(size, "big")
    sealed = file.read(length) if length <= PIECE_BYTES + 16 else b""
    if len(size) < 4 or len(sealed) < length or length < 16:
        raise Unreadable(ALTERED)
    return sealed


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    while piece := source.read(PIECE_BYTES):
        yield piece


def _cipher(config: Config, header: Header) -> AESGCM:
    try:
        salt = bytes.fromhex(header.salt)
    except ValueError as fault:
        raise Unreadable(ALTERED) from fault
    derived = HKDF(hashes.SHA256(), 32, salt, b"appel-solidaire backup").derive(
        config.database_key + config.keys.seal
    )
    return AESGCM(derived)


def _nonce(rank: int, *, is_last: bool) -> bytes:
    # The key serves one file only (its salt): a counter never repeats under it.
    return rank.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")


def _version() -> str:
    try:
        return version("appel-solidaire")
    except PackageNotFoundError:
        return "sources"  # run from a checkout, which is not installed


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _revision(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
