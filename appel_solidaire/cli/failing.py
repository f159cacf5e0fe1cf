"""What stops a command and is no rule of ours, in words: what was typed, the disk, the database."""

import errno
from typing import Any

import click
import sqlalchemy as sa

_DISK_FULL = (
    "Le disque est plein : rien n’a été fait à moitié. Libérez de la place, puis recommencez."
)
_READ_ONLY = (
    "La base ne peut pas être écrite : ce compte n’en a pas le droit, ou le disque est en lecture "
    "seule. Rien n’a été changé."
)
_CLOSED = (
    "La base ne s’ouvre pas. Vérifiez APPEL_DATABASE_URL, les clés de l’instance et la place du "
    "disque : « appel-solidaire doctor » dit lequel."
)
# What SQLCipher says of a file that other keys closed; it is of no finer kind than this.
_OTHER_KEYS = "not a database"


def sentence(fault: Exception) -> str | None:
    """What to tell whoever typed the command; None when the program itself is at fault.

    Never what the system or the driver says: they quote what they were given.
    """
    if isinstance(fault, click.UsageError):
        return _typed(fault)
    if isinstance(fault, sa.exc.DBAPIError):
        return _database(fault)
    if isinstance(fault, OSError):
        return _disk(fault)
    return None


def _disk(fault: OSError) -> str | None:
    if fault.errno == errno.ENOSPC:
        return _DISK_FULL
    if fault.errno in {errno.EACCES, errno.EPERM}:
        return (
            f"Ce compte n’a pas le droit d’ouvrir ou d’écrire « {fault.filename} ». Lancez la "
            "commande avec le compte du service (sudo -u appel), ou donnez-lui ce dossier."
        )
    if fault.errno == errno.EROFS:
        return f"« {fault.filename} » est sur un disque en lecture seule. Rien n’a été écrit."
    return None


def _database(fault: sa.exc.DBAPIError) -> str | None:
    said = str(fault.orig)
    if "disk is full" in said or "No space left" in said:
        return _DISK_FULL
    if "readonly" in said or "read-only" in said:
        return _READ_ONLY
    is_closed = isinstance(fault, sa.exc.OperationalError | sa.exc.InterfaceError)
    return _CLOSED if is_closed or _OTHER_KEYS in said else None


def _typed(fault: click.UsageError) -> str:
    words: list[str] = []
    here = fault.ctx
    while here is not None and here.parent is not None:  # the first is the program itself
        words.insert(0, here.info_name or "")
        here = here.parent
    return f"{_wrong(fault)} Lancez « {' '.join(['appel-solidaire', *words, '--aide'])} »."


def _wrong(fault: click.UsageError) -> str:
    if isinstance(fault, click.NoSuchOption):
        return f"Option inconnue : {fault.option_name}."
    if isinstance(fault, click.BadOptionUsage):
        return f"L’option {fault.option_name} ne s’écrit pas ainsi."
    if isinstance(fault, click.BadParameter) and fault.param is not None:
        param = fault.param
        name = param.opts[0] if isinstance(param, click.Option) else param.human_readable_name
        if isinstance(fault, click.MissingParameter):
            return f"Il manque {name}."
        return f"{name} {_asked(param.type)}."
    return "Cette commande n’est pas complète, ou un mot n’est pas le bon."


def _asked(kind: click.ParamType[Any]) -> str:
    if isinstance(kind, click.Choice):
        return f"prend un de ces mots : {', '.join(map(str, kind.choices))}"
    if isinstance(kind, click.Path):
        if kind.file_okay:
            return "attend un fichier qui existe, et non un dossier"
        return "attend un dossier qui existe"
    if isinstance(kind, click.IntRange) and kind.max is not None:
        return f"attend un nombre de {kind.min} à {kind.max}"
    return "ne peut pas avoir cette valeur"
