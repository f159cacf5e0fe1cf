"""What commands share: the instance option, output as a sentence or as JSON, progress on stderr."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.orm import Session

from appel_solidaire import config as settings
from appel_solidaire import db, purging
from appel_solidaire.instance import Instance
from campaigns import launch
from campaigns.models import Campaign

F = TypeVar("F", bound=Callable[..., Any])
errors = Console(stderr=True, highlight=False)


class Unusable(Exception):  # noqa: N818  what was given cannot be used; said, not raised at a user
    """What was given cannot be used; the message is a French sentence, ``code`` for scripts."""

    def __init__(self, say: str, *, code: str = "inutilisable") -> None:
        super().__init__(say)
        self.code = code


def instance_option(command: F) -> F:
    """``--instance DIR``, or ``APPEL_INSTANCE``."""
    return click.option(
        "--instance",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="APPEL_INSTANCE",
        default=Path("instance"),
        show_default=True,
        help="Dossier de l’instance.",
    )(command)


def campaign_option(command: F) -> F:
    """``--campaign SLUG``; needed only when there are several."""
    return click.option("--campaign", "slug", help="Nom court de la campagne.")(command)


def json_option(command: F) -> F:
    """``--json``: one object on stdout, nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="Écrire un objet JSON.")(command)


def open_instance(folder: Path) -> Instance:
    """Open an instance that is ready; ``Unusable`` says what to do when it is not."""
    opened = existing_instance(folder)
    gap = db.version_gap(opened.database)
    if gap:
        raise Unusable(gap, code="version")
    return opened


def existing_instance(folder: Path) -> Instance:
    """Open an instance whatever the version of its tables; ``Unusable`` when there is none."""
    if not settings.key_file(folder).is_file():
        if settings.key_file(folder).parent.is_dir():
            raise Unusable(settings.lost_keys(folder), code="cles_perdues")
        raise Unusable(
            f"Aucune instance dans « {folder} ». Créez-la avec « appel-solidaire init » "
            "ou donnez le bon dossier avec --instance.",
            code="pas_d_instance",
        )
    if purging.mark_file(folder).is_file():
        raise Unusable(
            "La restauration de cette instance n’est pas finie : ce qui a été effacé depuis la "
            "sauvegarde doit l’être de nouveau. Relancez la même commande « appel-solidaire "
            "restore ».",
            code="restauration_en_cours",
        )
    return Instance.of(settings.load(folder))


def find_campaign(session: Session, slug: str | None) -> Campaign:
    """The campaign named, or the only one; ``Unusable`` lists them otherwise."""
    found = launch.all_campaigns(session)
    if slug is None and len(found) == 1:
        return found[0]
    for campaign in found:
        if campaign.slug == slug:
            return campaign
    names = ", ".join(campaign.slug for campaign in found) or "aucune"
    raise Unusable(
        f"Dites laquelle avec --campaign. Campagnes de cette instance : {names}.",
        code="campagne_inconnue",
    )


def answer(result: dict[str, Any], *, as_json: bool, say: str) -> None:
    """Print the result: one JSON object on stdout, or a sentence."""
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else say)


def refuse(say: str, *, code: int) -> NoReturn:
    """Print why not, and leave."""
    errors.print(f"[bold red]{say}[/]" if errors.is_terminal else say, soft_wrap=True)
    sys.exit(code)


def progress() -> Progress:
    """A progress bar on stderr; silent when nobody watches."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=errors,
        transient=False,
    )
