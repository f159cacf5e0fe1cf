"""The ``demo`` command: a département that does not exist, with three weeks of calls behind it."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import click

from appel_solidaire import config as settings
from appel_solidaire import db, story
from appel_solidaire.cli.console import Unusable, answer, instance_option, json_option, progress
from appel_solidaire.instance import Instance
from appel_solidaire.story import Size, Step

MARK = "demonstration.json"
_OURS = ("donnees", "courriels", "reperes")
_DEFAULT = Size()


@click.command()
@instance_option
@click.option("--people", default=_DEFAULT.people, show_default=True, help="Lignes de la liste.")
@click.option("--volunteers", default=_DEFAULT.volunteers, show_default=True, help="Volontaires.")
@click.option("--weeks", "past", default=_DEFAULT.weeks, show_default=True, help="Semaines jouées.")
@click.option("--seed", default=_DEFAULT.seed, show_default=True, help="Graine du tirage.")
@click.option("--fresh", is_flag=True, help="Tout effacer et recommencer.")
@json_option
def demo(
    folder: Path,
    people: int,
    volunteers: int,
    past: int,
    seed: int,
    fresh: bool,
    as_json: bool,
) -> None:
    """Préparer une démonstration : personnes inventées, appels, besoins, réponses."""
    size = Size(people=people, volunteers=volunteers, weeks=past, seed=seed)
    if _is_ready(folder) and not fresh:
        week = story.catch_up(Instance.of(settings.load(folder)))
        say = "La démonstration est prête." + (
            " Une nouvelle semaine a commencé : ses feuilles sont publiées." if week else ""
        )
        answer({"instance": str(folder), "week": week, "made": False}, as_json=as_json, say=say)
        return
    _clear(folder)
    started = perf_counter()
    _make(folder, size)
    seconds = round(perf_counter() - started, 1)
    answer(
        {"instance": str(folder), "made": True, "seconds": seconds},
        as_json=as_json,
        say=f"La démonstration est prête dans {folder} ({seconds:.0f} secondes).",
    )


def _is_ready(folder: Path) -> bool:
    """Whether a demonstration was made here to the end."""
    mark = folder / MARK
    return mark.exists() and json.loads(mark.read_text())["ready"] is True


def _clear(folder: Path) -> None:
    """Erase an earlier demonstration, finished or not; ``Unusable`` for anything else."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / MARK).exists():
        raise Unusable(
            f"« {folder} » contient une instance qui n’est pas une démonstration : rien n’a été "
            "effacé. Donnez un autre dossier avec --instance.",
            code="pas_une_demonstration",
        )
    if settings.load(folder).database_url:
        raise Unusable(
            "La base PostgreSQL contient déjà une démonstration : videz-la vous-même, "
            f"effacez « {folder / MARK} », puis recommencez.",
            code="base_occupee",
        )
    for name in _OURS:
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / MARK).unlink()


def _make(folder: Path, size: Size) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Marked before anything is written: what an interruption leaves may be erased without asking.
    _mark(folder, size, ready=False)
    instance = Instance.of(settings.load(folder))
    db.upgrade(instance.database)
    with progress() as bars:

        @contextmanager
        def bar(words: str, steps: int) -> Iterator[Step]:
            task = bars.add_task(words, total=steps)
            yield lambda: bars.advance(task)

        story.tell(instance, size, bar=bar)
    _mark(folder, size, ready=True)


def _mark(folder: Path, size: Size, *, ready: bool) -> None:
    what = {"people": size.people, "volunteers": size.volunteers, "seed": size.seed}
    draft = folder / f".{MARK}"
    draft.write_text(json.dumps({"ready": ready, "weeks": size.weeks, **what}), encoding="utf-8")
    draft.replace(folder / MARK)


COMMANDS = (demo,)
