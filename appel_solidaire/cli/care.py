"""Commands of the sysadmin: ``backup``, ``restore``, ``doctor``."""

import os
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from appel_solidaire import backup, formats, health, purging
from appel_solidaire import config as settings
from appel_solidaire.cli.console import (
    Unusable,
    answer,
    instance_option,
    json_option,
    open_instance,
)
from appel_solidaire.instance import Instance, utc_now
from appel_solidaire.purging import Again
from campaigns import journal
from campaigns.models import Organisation
from campaigns.retention.tombstones import Stone


def save(instance: Instance, target: Path) -> None:
    """Write a verified, encrypted backup of an instance; ``Unusable`` when the place cannot be
    written, Refusal when the database is empty or the copy not sound."""
    try:
        backup.save(instance, target)
    except OSError as fault:
        raise Unusable(
            f"La sauvegarde n’a pas pu être écrite dans {target.parent}. "
            "Vérifiez la place et les droits de ce dossier.",
            code="ecriture",
        ) from fault


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@instance_option
@json_option
def backup_command(file: Path, folder: Path, as_json: bool) -> None:
    """Sauvegarder la base dans un fichier chiffré et vérifié."""
    instance = open_instance(folder)
    save(instance, file)
    now = instance.clock()
    with instance.database.unit() as session:
        journal.record(session, "backup_made", about=Organisation, by=None, at=now)
    size = file.stat().st_size
    answer(
        {"file": str(file), "bytes": size, "verified": True},
        as_json=as_json,
        say=f"Sauvegarde écrite et relue : {file}.\n"
        f"Elle ne contient pas les clés. Gardez {folder / 'cles' / 'cles.json'} à part, en lieu "
        "sûr : sans ce fichier, personne ne pourra l’ouvrir.",
    )


_REPLACED_URL = "APPEL_REPLACED_DATABASE_URL"


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--keys",
    "keys_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Fichier cles.json gardé avec la sauvegarde.",
)
@click.option(
    "--replaces",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Dossier de l’instance remplacée : ce qui y a été effacé depuis le reste.",
)
@instance_option
@json_option
def restore_command(
    file: Path, keys_file: Path | None, replaces: Path | None, folder: Path, as_json: bool
) -> None:
    """Remettre une sauvegarde dans une instance vide."""
    placed = _place_keys(keys_file, folder)
    try:
        stones, is_read = _of_replaced(replaces, folder)
        instance = Instance.of(settings.load(folder))
        try:
            header, again = backup.restore(instance, file, stones=stones, at=instance.clock())
        finally:
            instance.database.engine.dispose()
    except backup.Unreadable as fault:
        _take_back(placed)
        raise Unusable(str(fault), code="sauvegarde_illisible") from fault
    except OSError as fault:
        _take_back(placed)
        raise Unusable(
            f"« {file} » ne peut pas être lu. Vérifiez son nom et ses droits."
        ) from fault
    except BaseException:
        _take_back(placed)
        raise
    answer(
        {"file": str(file), **asdict(header), "again": asdict(again), "replaced_read": is_read},
        as_json=as_json,
        say=f"Sauvegarde du {_when(header.created_at)} remise dans {folder} : "
        "contrôlée, lignes comptées.\n"
        f"{_forgotten(again)}{_unknown(replaces, is_read=is_read)}\n"
        "Tout le monde doit se reconnecter ; les liens envoyés avant ne marchent plus "
        "(« appel-solidaire user reset ADRESSE » en donne un nouveau).\n"
        "Lancez « appel-solidaire doctor », puis « appel-solidaire up ».",
    )


def _of_replaced(replaced: Path | None, folder: Path) -> tuple[list[Stone], bool]:
    """What was forgotten in the instance that is replaced, as far as its folder and base tell.

    The address of a base holds a password: it comes by the environment, where only this account
    sees it. Without the old folder, the keys kept with the backup open the base.
    """
    url = os.environ.get(_REPLACED_URL) or None
    if replaced is None and url is None:
        return [], False
    return purging.of_replaced(replaced or folder, database_url=url, at=utc_now())


def _forgotten(again: Again) -> str:
    """What was forgotten since the backup, and is again."""
    counts = (
        formats.count(again.people, "personne effacée", "personnes effacées"),
        formats.count(again.accounts, "compte effacé", "comptes effacés"),
        formats.count(again.objections, "opposition remise", "oppositions remises"),
    )
    say = f"Depuis cette sauvegarde, et refait avant l’ouverture : {', '.join(counts)}."
    if again.spoilt:
        say += (
            f"\n{formats.count(again.spoilt, 'ligne illisible', 'lignes illisibles')} dans "
            "reperes/oublis.jsonl : prévenez la personne chargée de la protection des données."
        )
    return say


def _unknown(replaced: Path | None, *, is_read: bool) -> str:
    """What could not be known of the instance that is replaced, and what to do then."""
    if is_read:
        return ""
    if os.environ.get(_REPLACED_URL):
        return (
            f"\nLa base remplacée ({_REPLACED_URL}) ne se lit pas : ce qui y a été effacé depuis "
            "n’est pas connu. Si elle est encore là, corrigez son adresse et recommencez dans un "
            "dossier neuf."
        )
    if replaced is not None:
        return (
            "\nLa base remplacée ne se lit pas : son fichier seul a servi. Elle était dans "
            f"PostgreSQL ? Recommencez dans un dossier neuf avec son adresse dans {_REPLACED_URL}."
        )
    return (
        "\nL’instance remplacée est encore là ? Recommencez dans un dossier neuf avec "
        "--replaces DOSSIER : ce qu’elle avait effacé depuis ne reviendra pas."
    )


def _when(written: str) -> str:
    at = datetime.fromisoformat(written)
    return f"{formats.short_day(at)} à {formats.clock(at)}"


def _place_keys(keys_file: Path | None, folder: Path) -> Path | None:
    """Put the keys kept with a backup into a new instance; give the file when it was written."""
    kept = folder / "cles" / "cles.json"
    if keys_file is None:
        if kept.is_file():
            return None
        raise Unusable(
            "Donnez avec --keys le fichier cles.json gardé à part : la sauvegarde ne s’ouvre pas "
            "sans lui.",
            code="cles_manquantes",
        )
    try:
        keys = keys_file.read_bytes()
    except OSError as fault:
        raise Unusable(
            f"« {keys_file} » ne peut pas être lu. Vérifiez son nom et ses droits."
        ) from fault
    if kept.is_file():
        if kept.read_bytes() != keys:
            raise Unusable(
                "Cette instance a déjà d’autres clés. Restaurez dans un dossier neuf.",
                code="autres_cles",
            )
        return None
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_bytes(keys)
    return kept


def _take_back(placed: Path | None) -> None:
    # A failed restoration must not leave keys that stand in the way of the next.
    if placed is not None:
        placed.unlink(missing_ok=True)


@click.command()
@instance_option
@json_option
def doctor(folder: Path, as_json: bool) -> None:
    """Dire si chaque partie répond, et que faire sinon."""
    parts = list(health.examine(folder))
    is_well = all(part.is_well for part in parts if part.is_necessary)
    answer(
        {"well": is_well, "parts": [asdict(part) for part in parts]},
        as_json=as_json,
        say="\n".join(_line(part) for part in parts)
        + ("\nTout va bien." if is_well else "\nIl reste à corriger ce qui est marqué « ✗ »."),
    )
    if not is_well:
        sys.exit(1)


def _line(part: health.Part) -> str:
    mark = "✓" if part.is_well else "✗" if part.is_necessary else "!"
    line = f"{mark} {part.name} : {part.say}"
    return f"{line}\n    → {part.do}" if part.do else line


COMMANDS = (backup_command, restore_command, doctor)
