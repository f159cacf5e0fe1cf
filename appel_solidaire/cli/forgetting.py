"""Command about what is kept too long: ``purge``."""

from pathlib import Path
from typing import Any

import click

from appel_solidaire import formats, purging
from appel_solidaire.cli.console import (
    answer,
    instance_option,
    json_option,
    open_instance,
    progress,
)
from appel_solidaire.instance import Instance
from campaigns.models import PurgeRun
from campaigns.refusal import Refusal
from campaigns.retention import passes, rules, runs
from campaigns.retention.passes import Cutoffs


@click.command()
@click.option("--dry-run", "is_rehearsed", is_flag=True, help="Compter, sans rien effacer.")
@instance_option
@json_option
def purge(is_rehearsed: bool, folder: Path, as_json: bool) -> None:
    """Effacer ce qui a dépassé sa durée de conservation."""
    instance = open_instance(folder)
    if is_rehearsed:
        result = _rehearse(instance)
        answer(result, as_json=as_json, say=_said(result, verb="Seraient effacées ou vidées"))
        return
    result = _run(instance)
    answer(result, as_json=as_json, say=_said(result, verb="Effacées ou vidées"))


def _rehearse(instance: Instance) -> dict[str, Any]:
    with instance.database.reading() as session:
        cuts = Cutoffs(rules.in_force(session).days, instance.clock())
        tables = passes.rehearse(session, cuts)
        people = passes.people_due(session, cuts)
    files = {name: len(paths) for name, paths in purging.old_files(instance, cuts).items()}
    return {
        "dry_run": True,
        "days": dict(cuts.days),
        "people": people,
        "tables": tables,
        "files": files,
    }


def _run(instance: Instance) -> dict[str, Any]:
    with instance.database.reading() as session:
        is_begun = runs.unfinished(session) is not None
    if not is_begun:
        purging.begin(instance, by_id=None)
    with progress() as bar:
        task = bar.add_task("Purge", total=runs.STAGES)

        def told(run: PurgeRun) -> None:
            bar.update(task, completed=run.done["rule"])

        run_id = purging.work(instance, told=told)
    if run_id is None:
        raise Refusal("Une purge est déjà en cours dans un autre programme. Elle se termine seule.")
    with instance.database.reading() as session:
        run = session.get_one(PurgeRun, run_id)
        return {
            "dry_run": False,
            "run": run.id,
            "days": run.report["days"],
            "tables": run.report["tables"],
            "files": run.report["files"],
            "forgotten": len(run.report["forgotten"]),
            "code": run.mac,
        }


def _said(result: dict[str, Any], *, verb: str) -> str:
    lines = []
    for rule in (*passes.ORDER, passes.LAST):
        tables = result["tables"].get(rule)
        if tables:
            what = rules.BY_KEY[rule].what if rule in rules.BY_KEY else "Fiches vides"
            rows = formats.count(sum(tables.values()), "ligne")
            lines.append(f"{what} : {rows}")
    lines += [
        f"{name} : {formats.count(count, 'fichier')}"
        for name, count in result["files"].items()
        if count
    ]
    if not lines:
        return "Rien n’a dépassé sa durée de conservation."
    end = f"\nRapport n° {result['run']}, code {result['code'][:16]}." if "run" in result else ""
    return f"{verb} :\n" + "\n".join(lines) + end


COMMANDS = (purge,)
