"""Whether each part an instance stands on answers, which version it is, and what to do if not."""

import os
import shutil
import smtplib
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import redis
import sqlalchemy as sa
from sqlcipher3 import dbapi2 as sqlite

from appel_solidaire import config as settings
from appel_solidaire import db, formats, mailer, work_queue
from appel_solidaire.config import Config, Misconfigured
from appel_solidaire.db import Database

OLDEST_SAFE_POSTGRESQL = 15
ROOM_BYTES = 500_000_000  # below it, imports are refused first (reliability R9)
PLAIN_HEADER = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its French name, whether it is well, what was seen, what to do when it is not.

    The service runs without a part that is not ``is_necessary``.
    """

    name: str
    is_well: bool
    say: str
    do: str = ""
    version: str = ""
    is_necessary: bool = True


def examine(folder: Path) -> Iterator[Part]:
    """Look at every part of the instance in a folder, one after the other; nothing is changed."""
    if not settings.key_file(folder).is_file():
        if settings.key_file(folder).parent.is_dir():
            yield Part("Clés", is_well=False, say="disparues", do=settings.lost_keys(folder))
            return
        yield Part(
            "Instance",
            is_well=False,
            say=f"aucune instance dans « {folder} »",
            do="Créez-la avec « appel-solidaire init », ou donnez le bon dossier avec --instance.",
        )
        return
    try:
        config = settings.load(folder)
    except Misconfigured as fault:
        yield Part("Réglages", is_well=False, say="un réglage empêche de démarrer", do=str(fault))
        return
    yield _keys(config)
    yield from _database(config)
    for look in (_doorbell, _mail, _disk, _time_zone, _address):
        yield look(config)


def _keys(config: Config) -> Part:
    file = settings.key_file(config.instance)
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return Part(
            "Clés",
            is_well=False,
            say=f"d’autres comptes de la machine peuvent lire {file} (droits {mode:o})",
            do=f"Lancez « chmod 600 {file} ».",
        )
    return Part(
        "Clés", is_well=True, say="lisibles par ce seul compte ; gardez-en une copie à part"
    )


def _database(config: Config) -> Iterator[Part]:
    try:
        database = Database.of(config)
    except Misconfigured as fault:
        yield Part("Base de données", is_well=False, say="ne peut pas être utilisée", do=str(fault))
        return
    try:
        if config.database_url:
            yield _postgresql(database)
        elif not config.database_file.is_file():
            yield _closed("la base intégrée n’existe pas encore")
            return
        else:
            yield from _sqlite(config, database)
        yield _tables(database)
    except sa.exc.DBAPIError as fault:
        # The driver's sentence may hold an address or a name: its kind is enough here.
        yield _closed(f"ne répond pas ({type(fault.orig).__name__})")
    finally:
        database.engine.dispose()


def _closed(say: str) -> Part:
    return Part(
        "Base de données",
        is_well=False,
        say=say,
        do="Vérifiez APPEL_DATABASE_URL et que le serveur tourne. Pour la base intégrée : "
        "« appel-solidaire init » la crée, « appel-solidaire restore » la remet depuis une "
        "sauvegarde, et elle ne s’ouvre qu’avec les clés de cette instance.",
    )


def _postgresql(database: Database) -> Part:
    with database.engine.connect() as connection:
        number = int(str(connection.scalar(sa.text("SHOW server_version_num"))))
        version = str(connection.scalar(sa.text("SHOW server_version")))
    is_recent = number // 10_000 >= OLDEST_SAFE_POSTGRESQL
    return Part(
        "Base de données",
        is_well=is_recent,
        say=f"PostgreSQL {version} répond"
        if is_recent
        else f"PostgreSQL {version} est trop ancien",
        do="" if is_recent else f"Installez PostgreSQL {OLDEST_SAFE_POSTGRESQL} ou plus récent.",
        version=version,
    )


def _sqlite(config: Config, database: Database) -> Iterator[Part]:
    with database.engine.connect() as connection:
        mode = str(connection.scalar(sa.text("PRAGMA journal_mode")))
        cipher = str(connection.scalar(sa.text("PRAGMA cipher_version")))
    yield Part(
        "Base de données",
        is_well=mode == "wal",
        say=f"SQLite {sqlite.sqlite_version} intégrée, journal {mode}",
        do="" if mode == "wal" else "Placez l’instance sur un disque local de cette machine.",
        version=sqlite.sqlite_version,
    )
    with config.database_file.open("rb") as file:
        is_sealed = file.read(len(PLAIN_HEADER)) != PLAIN_HEADER
    yield Part(
        "Chiffrement",
        is_well=is_sealed,
        say="le fichier est illisible sans la clé" if is_sealed else "le fichier est en clair",
        do="" if is_sealed else "Restaurez une sauvegarde faite par « appel-solidaire backup ».",
        version=cipher,
    )


def _tables(database: Database) -> Part:
    gap = db.version_gap(database)
    return Part(
        "Tables", is_well=gap is None, say="à jour" if gap is None else "pas à jour", do=gap or ""
    )


def _doorbell(config: Config) -> Part:
    name = "Redis ou Valkey"
    if config.redis_url is None:
        say = "pas de Redis : le travail est fait par un seul processus, c’est normal"
        return Part(name, is_well=True, say=say)
    try:
        client = work_queue.connect(config.redis_url, for_web=True)
        client.ping()
        seen = client.info("server")
    except (redis.RedisError, ValueError) as fault:
        return Part(
            name,
            is_well=False,
            say=f"ne répond pas ({type(fault).__name__})",
            do="Démarrez-le ou corrigez APPEL_REDIS_URL. En attendant, rien n’est perdu : le "
            "travail part quelques secondes plus tard. Sans Redis, retirez ce réglage.",
            is_necessary=False,
        )
    version = str(seen.get("valkey_version") or seen.get("redis_version"))
    kind = "Valkey" if "valkey_version" in seen else "Redis"
    return Part(name, is_well=True, say=f"{kind} {version} répond", version=version)


def _mail(config: Config) -> Part:
    if not config.smtp_url:
        say = f"pas de serveur d’envoi : les courriels sont écrits dans {config.mail_folder}"
        return Part("Courriel", is_well=True, say=say)
    try:
        mailer.answers(config)
    except Misconfigured as fault:
        return Part("Courriel", is_well=False, say="adresse du serveur illisible", do=str(fault))
    except (OSError, ValueError, smtplib.SMTPException) as fault:
        return Part(
            "Courriel",
            is_well=False,
            say=f"le serveur d’envoi ne répond pas ({type(fault).__name__})",
            do="Vérifiez APPEL_SMTP_URL, le mot de passe et que le port est ouvert. "
            "Les courriels attendent et partiront ensuite.",
        )
    return Part("Courriel", is_well=True, say="le serveur d’envoi répond")


def _disk(config: Config) -> Part:
    free = shutil.disk_usage(config.instance).free
    room = f"{formats.number(free // 1_000_000)} Mo libres"
    if free >= ROOM_BYTES and os.access(config.instance, os.W_OK):
        return Part("Disque", is_well=True, say=room)
    return Part(
        "Disque",
        is_well=False,
        say=room if free < ROOM_BYTES else "ce compte ne peut pas écrire dans l’instance",
        do=f"Libérez de la place : il faut {formats.number(ROOM_BYTES // 1_000_000)} Mo."
        if free < ROOM_BYTES
        else f"Donnez le dossier {config.instance} au compte qui lance le service.",
    )


def _time_zone(_config: Config) -> Part:
    try:
        ZoneInfo("Europe/Paris")
    except ZoneInfoNotFoundError:
        return Part(
            "Heure de Paris",
            is_well=False,
            say="le fuseau Europe/Paris est introuvable",
            do="Réinstallez les dépendances du projet (paquet tzdata).",
        )
    return Part("Heure de Paris", is_well=True, say="fuseau connu, changements d’heure compris")


def _address(config: Config) -> Part:
    # Plain http elsewhere than on this machine is refused when the settings are read.
    say = "en https" if config.is_https else "sur cette machine seulement, sans https"
    return Part("Adresse publique", is_well=True, say=f"{config.public_url}, {say}")
