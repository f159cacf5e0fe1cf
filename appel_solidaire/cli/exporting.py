"""Command about lists that leave: ``export people``."""

from pathlib import Path

import click

from appel_solidaire import exports as files
from appel_solidaire import formats
from appel_solidaire.cli.console import (
    Unusable,
    answer,
    campaign_option,
    find_campaign,
    instance_option,
    json_option,
    open_instance,
)
from campaigns import exports, journal

LONGEST_REASON = 200


@click.group()
def export() -> None:
    """Écrire une liste dans un fichier."""


@export.command()
@click.option("--to", "target", type=click.Path(path_type=Path), help="Fichier à écrire.")
@click.option("--reason", help="Pourquoi cette liste sort : gardé dans le journal.")
@campaign_option
@instance_option
@json_option
def people(
    target: Path | None, reason: str | None, slug: str | None, folder: Path, as_json: bool
) -> None:
    """Les personnes d’une campagne, en .jsonl, .csv ou .xlsx."""
    target, why = _checked(target, reason)
    instance = open_instance(folder)
    kind = target.suffix.lower()
    try:
        with files.placed(target) as draft:
            with instance.database.reading() as session:
                campaign = find_campaign(session, slug)
                campaign_id, named = campaign.id, campaign.slug
                count = files.WRITERS[kind](draft, exports.people(session, campaign))
            # Journaled before the file takes its name: no list leaves unseen.
            with instance.database.unit() as session:
                journal.record(
                    session,
                    "people_exported",
                    about=("campaign", campaign_id),
                    by=None,
                    at=instance.clock(),
                    count=count,
                    format=kind[1:],
                    reason=why,
                )
    except OSError as fault:
        raise Unusable(
            f"« {target} » ne peut pas être écrit. Vérifiez le dossier et ses droits."
        ) from fault
    written = formats.count(count, "personne écrite", "personnes écrites")
    answer(
        {"file": str(target), "count": count, "format": kind[1:], "campaign": named},
        as_json=as_json,
        say=f"{written} dans {target}. Effacez ce fichier dès qu’il a servi.",
    )


def _checked(target: Path | None, reason: str | None) -> tuple[Path, str]:
    why = " ".join((reason or "").split())
    if not why:
        raise Unusable(
            "Dites pourquoi cette liste sort, avec --reason : le journal le garde.",
            code="sans_raison",
        )
    if target is None or target.suffix.lower() not in files.WRITERS:
        raise Unusable("Donnez avec --to un fichier .jsonl, .csv ou .xlsx.", code="format_inconnu")
    return target, why[:LONGEST_REASON]


COMMANDS = (export,)
