"""The ``journal`` commands: verifying the chain, as a script or a clerk may do each month."""

import sys
from collections import Counter
from pathlib import Path

import click

from appel_solidaire import formats, night
from appel_solidaire.cli.console import (
    Unusable,
    answer,
    instance_option,
    json_option,
    open_instance,
)
from campaigns import journal
from campaigns.journal import Head, Verdict
from campaigns.models import JournalEntry

_SHOWN = 10  # faults named; the rest is counted


@click.group("journal")
def journal_group() -> None:
    """Le journal de qui a fait quoi."""


@journal_group.command("verify")
@click.option(
    "--heads",
    "others",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Fichier de repères gardés ailleurs (ceux des courriels), une ligne chacun.",
)
@instance_option
@json_option
def verify_command(others: Path | None, folder: Path, as_json: bool) -> None:
    """Vérifier que rien du journal n’a été changé, retiré ou ajouté."""
    instance = open_instance(folder)
    kept = _heads(night.heads_file(instance.config))
    if others is not None:
        if not others.is_file():
            raise Unusable(f"« {others} » ne peut pas être lu. Vérifiez son nom et ses droits.")
        kept += _heads(others)
    with instance.database.reading() as session:
        verdict = journal.verify(session, kept=kept)
    with instance.database.unit() as session:
        counts = {"count": verdict.count, "broken": len(verdict.faults)}
        at = instance.clock()
        about = JournalEntry
        journal.record(session, "journal_verified", about=about, by=None, at=at, **counts)
    answer(_plain(verdict), as_json=as_json, say="\n".join(_sentences(verdict)))
    if not verdict.is_whole:
        sys.exit(1)


def _heads(file: Path) -> list[Head]:
    try:
        return night.kept_heads(file)
    except night.Unreadable as fault:
        raise Unusable(
            f"Un repère ne se lit pas : {fault}. Quelqu’un a changé ce fichier, ou le disque est "
            "plein. Mettez la ligne de côté, gardez-en une copie, puis recommencez.",
            code="repere_illisible",
        ) from fault


def _plain(verdict: Verdict) -> dict[str, object]:
    kinds = Counter(fault.kind.value for fault in verdict.faults)
    return {
        "whole": verdict.is_whole,
        "count": verdict.count,
        "heads": verdict.heads,
        "expired": verdict.expired,
        "restored": verdict.restored,
        "faults": dict(kinds),
        "lines": [fault.entry_id for fault in verdict.faults[:_SHOWN]],
    }


def _sentences(verdict: Verdict) -> list[str]:
    lines = formats.count(verdict.count, "ligne lue", "lignes lues")
    heads = formats.count(verdict.heads, "repère comparé", "repères comparés")
    say = [f"{lines}, {heads}."]
    if verdict.expired:
        gone = formats.count(verdict.expired, "ligne plus ancienne", "lignes plus anciennes")
        say.append(f"{gone} : effacées à leur date, comme le repère signé le dit.")
    if verdict.restored:
        say.append("La fin a été remplacée par une sauvegarde remise en place, et notée.")
    if verdict.is_whole:
        return [*say, "Chaque ligne suit bien la précédente : rien n’a été changé."]
    for fault in verdict.faults[:_SHOWN]:
        say.append(f"✗ ligne n° {fault.entry_id} : {fault.kind.label}")
    more = len(verdict.faults) - _SHOWN
    if more > 0:
        say.append(f"… et {formats.count(more, 'autre')}.")
    return [*say, "Gardez une copie de la base et prévenez la direction."]


COMMANDS = (journal_group,)
