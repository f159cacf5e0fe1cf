"""Commands about lists that come in: ``import people|volunteers|territories|directory``."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar  # Any: a report is JSON

import click
from sqlalchemy.orm import Session

from appel_solidaire.cli import list_report
from appel_solidaire.cli.console import (
    Unusable,
    campaign_option,
    find_campaign,
    instance_option,
    json_option,
    open_instance,
    progress,
)
from appel_solidaire.instance import Instance
from campaigns import accounts, weeks
from campaigns.models import Campaign, ImportBatch, ImportState, Role
from campaigns.refusal import Refusal
from importers import directory as offices
from importers import load, purposes, sources
from importers import territories as sectors
from importers import volunteers as callers
from importers.choices import Choices
from importers.load import Examined, Progress
from importers.unreadable import Unreadable

F = TypeVar("F", bound=Callable[..., Any])  # any command
SOURCE = "liste"
_STEPS = {
    "lecture": "Ouverture du fichier",
    "nettoyage": "Lecture des lignes",
    "rapprochement": "Comparaison",
    "écriture": "Écriture",
}


@dataclass(frozen=True, slots=True)
class _File:
    """A list of people as the command was given it."""

    content: bytes
    name: str
    source: str
    ticked: frozenset[str]
    decision: tuple[str, str] = ("", "")  # why a register serves this campaign, and whose word


def _options(command: F) -> F:
    for option in (
        json_option,
        instance_option,
        click.option("--confirm", is_flag=True, help="Faire entrer la liste, une fois lue."),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


@click.group("import")
def import_() -> None:
    """Faire entrer une liste : personnes, volontaires, territoires, annuaire."""


@import_.command()
@_options
@campaign_option
@click.option(
    "--source",
    default=SOURCE,
    show_default=True,
    help="D’où vient la liste, par exemple IODAS ; le même nom à chaque fois.",
)
@click.option(
    "--tick",
    multiple=True,
    metavar="CHAMP",
    help="Champ qui peut changer pour plus de 30 % des personnes connues, par exemple address.",
)
@click.option(
    "--decision",
    default="",
    metavar="RAISON",
    help="Pourquoi un registre communal sert à cette campagne ; avec --by.",
)
@click.option("--by", default="", metavar="ADRESSE", help="Qui en décide : son adresse.")
def people(
    file: Path,
    slug: str | None,
    source: str,
    tick: tuple[str, ...],
    decision: str,
    by: str,
    confirm: bool,
    folder: Path,
    as_json: bool,
) -> None:
    """Les personnes à appeler. Sans --confirm, la liste est lue et comparée, rien de plus."""
    with _errors_as_json(as_json), _steps() as at_step:
        content = _content(file)
        instance = open_instance(folder)
        given = _File(content, file.name, source, frozenset(tick), (decision, by))
        if confirm:
            report = _enter_people(instance, given, slug, at_step)
        else:
            report = _examine_people(instance, given, slug, at_step).report
    list_report.tell(report, confirm=confirm, as_json=as_json)


def _examine_people(
    instance: Instance, file: _File, slug: str | None, at_step: Progress
) -> Examined:
    """Read and compare; the batch is never added to the database."""
    with instance.database.reading() as session:
        batch = ImportBatch(
            campaign_id=find_campaign(session, slug).id,
            source=sources.spelled(session, file.source[:60]),
            filename=file.name,
            sha256=hashlib.sha256(file.content).hexdigest(),
            content=file.content,
            choices={},
            state=ImportState.RECEIVED,
        )
        today = weeks.local_day(instance.clock())
        return load.examine(session, batch, today=today, progress=at_step)


def _enter_people(
    instance: Instance, file: _File, slug: str | None, at_step: Progress
) -> dict[str, Any]:
    """Read beside the database, then write in one transaction: all of the list, or nothing."""
    found = _examine_people(instance, file, slug, at_step)
    at = instance.clock()
    with instance.database.unit() as session:
        batch = load.receive(
            session,
            find_campaign(session, slug),
            content=file.content,
            filename=file.name,
            source=file.source,
            by=None,
            at=at,
        )
        batch.choices = Choices(ticked=file.ticked).kept()
        _decide(session, batch, *file.decision, at=at)
        report = load.enter(session, batch, found, by=None, at=at, progress=at_step)
    instance.database.study()
    return report


def _decide(session: Session, batch: ImportBatch, reason: str, by: str, *, at: datetime) -> None:
    """Note who decides that a register serves this campaign: a lead’s word, and their name."""
    if not reason:
        return
    user = accounts.by_email(session, by)
    if user is None or user.role is not Role.LEAD:
        raise Refusal("Avec --decision, donnez par --by l’adresse d’une personne du pilotage.")
    campaign = session.get_one(Campaign, batch.campaign_id)
    register = purposes.undecided(session, batch, campaign)
    if register is not None:
        purposes.decide(session, register, campaign, reason=reason[:300], by=user, at=at)


@import_.command()
@_options
@campaign_option
def volunteers(file: Path, slug: str | None, confirm: bool, folder: Path, as_json: bool) -> None:
    """Les volontaires : prénom, nom, courriel, langues, demi-journées, territoire, commune.

    Personne n’est invité : les invitations partent de la page « Équipe ».
    """
    with _errors_as_json(as_json):
        content = _content(file)
        instance = open_instance(folder)
        with instance.database.reading() as session:
            campaign = find_campaign(session, slug)
            found = callers.examine(session, campaign, content=content, name=file.name)
        if confirm:
            with instance.database.unit() as session:
                campaign = find_campaign(session, slug)
                callers.enter(session, campaign, found, by=None, at=instance.clock())
    list_report.tell(found.report, confirm=confirm, as_json=as_json)


@import_.command()
@_options
def territories(file: Path, confirm: bool, folder: Path, as_json: bool) -> None:
    """Le territoire de chaque commune : code_insee, territoire_code (et territoire_nom)."""
    with _errors_as_json(as_json):
        content = _content(file)
        instance = open_instance(folder)
        with instance.database.reading() as session:
            found = sectors.examine(session, content=content, name=file.name)
        if confirm:
            with instance.database.unit() as session:
                sectors.enter(session, found, by=None, at=instance.clock())
    list_report.tell(found.report, confirm=confirm, as_json=as_json)


@import_.command()
@_options
def directory(file: Path, confirm: bool, folder: Path, as_json: bool) -> None:
    """L’annuaire : code, type, nom, perimetre, perimetre_code, email, telephone_court, remarque."""
    with _errors_as_json(as_json):
        content = _content(file)
        instance = open_instance(folder)
        with instance.database.reading() as session:
            found = offices.examine(session, content=content, name=file.name)
        if confirm:
            with instance.database.unit() as session:
                offices.enter(session, found, by=None, at=instance.clock())
    list_report.tell(found.report, confirm=confirm, as_json=as_json)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise Unusable(
            f"« {file} » ne peut pas être lu. Vérifiez son nom et ses droits.", code="introuvable"
        ) from fault


@contextmanager
def _errors_as_json(as_json: bool) -> Iterator[None]:
    """With ``--json``, what is refused is an object on stdout too; the sentence goes to stderr."""
    try:
        yield
    except Refusal as refusal:
        _tell(as_json, "refus", refusal.say)
        raise
    except Unusable as fault:
        _tell(as_json, fault.code, str(fault))
        raise
    except Unreadable as refusal:
        _tell(as_json, refusal.code, refusal.say)
        raise Unusable(refusal.say, code=refusal.code) from refusal


def _tell(as_json: bool, code: str, say: str) -> None:
    if as_json:
        click.echo(json.dumps({"error": {"code": code, "say": say}}, ensure_ascii=False))


@contextmanager
def _steps() -> Iterator[Progress]:
    """A bar on stderr, one step after the other."""
    with progress() as bar:
        task = bar.add_task("Importation", total=len(_STEPS))

        def at_step(step: str) -> None:
            done = [*_STEPS].index(step)
            bar.update(task, completed=done, description=_STEPS[step])

        yield at_step
        bar.update(task, completed=len(_STEPS), description="Terminé")


COMMANDS = (import_,)
