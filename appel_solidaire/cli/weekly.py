"""Commands of the week: ``plan`` and ``send-summaries``."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire import formats, mailer, schedule, summaries
from appel_solidaire.cli.console import (
    Unusable,
    answer,
    campaign_option,
    find_campaign,
    instance_option,
    json_option,
    open_instance,
)
from appel_solidaire.instance import Instance
from campaigns import planner, sheets, weeks
from campaigns.models import OutgoingMail, WeekPlan

_STABLE = (
    "week",
    "due",
    "assigned",
    "unassigned",
    "known_pairs",
    "kept_pairs",
    "volunteers",
    "load",
    "optimal",
    "seconds",
)


def _week(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        weeks.monday(value)
    except ValueError as fault:
        raise Unusable(
            f"« {value} » n’est pas une semaine : écrivez par exemple 2026-W48.",
            code="semaine_inconnue",
        ) from fault
    return value


_week_option = click.option(
    "--week", callback=_week, help="Semaine, par exemple 2026-W48 (celle en cours par défaut)."
)


@click.command()
@_week_option
@click.option("--publish", "publishes", is_flag=True, help="Publier les feuilles aussitôt.")
@campaign_option
@instance_option
@json_option
def plan(week: str | None, publishes: bool, slug: str | None, folder: Path, as_json: bool) -> None:
    """Répartir les appels de la semaine entre les volontaires."""
    instance = open_instance(folder)
    now = instance.clock()
    chosen = week or weeks.current(now)
    with instance.database.unit() as session:
        campaign = find_campaign(session, slug)
        made = sheets.propose(session, campaign, chosen, at=now, clock=time.perf_counter)
        if publishes and made.published_at is None:
            sheets.publish(session, made, by=None, at=now)
        if made.published_at is not None and sheets.is_running(chosen, now):
            summaries.post_volunteers(session, campaign, chosen, now)
        result = {name: made.summary[name] for name in _STABLE}
        say = _sentences(made)
    answer(result, as_json=as_json, say=say)


def _sentences(made: WeekPlan) -> str:
    facts = made.summary
    labels = {reason.value: reason.label for reason in planner.LeftOutReason}
    due = formats.count(facts["due"], "foyer à appeler", "foyers à appeler")
    sheet_count = formats.count(facts["volunteers"], "volontaire")
    lines = [
        f"{formats.week_title(made.week).capitalize()} : {due}, "
        f"{formats.number(facts['assigned'])} répartis entre {sheet_count}."
    ]
    lines += [
        f"  {formats.number(count)} en attente : {labels[reason]}"
        for reason, count in facts["unassigned"].items()
    ]
    lines += [f"  {sentence}" for sentence in facts["what_would_help"]]
    lines.append(
        "Les feuilles sont publiées."
        if made.published_at
        else "Les feuilles ne sont pas publiées : relisez-les, ou relancez avec --publish."
    )
    return "\n".join(lines)


@click.command("send-summaries")
@_week_option
@click.option(
    "--preview",
    type=click.Path(file_okay=False, path_type=Path),
    help="Écrire les courriels dans ce dossier, sans rien envoyer.",
)
@campaign_option
@instance_option
@json_option
def send_summaries(
    week: str | None, preview: Path | None, slug: str | None, folder: Path, as_json: bool
) -> None:
    """Envoyer les bilans de la semaine, une seule fois."""
    instance = open_instance(folder)
    now = instance.clock()
    chosen = week or weeks.current(now)
    if preview is not None:
        files = _preview(instance, chosen, slug, preview, now)
        answer(
            {"week": chosen, "posted": 0, "files": files},
            as_json=as_json,
            say=f"{formats.count(len(files), 'courriel')} dans {preview}. Rien n’est parti.",
        )
        return
    with instance.database.unit() as session:
        posted = schedule.post_week_once(session, find_campaign(session, slug), chosen, now)
    say = (
        "Les bilans de cette semaine étaient déjà partis : rien n’est envoyé une seconde fois."
        if posted is None
        else f"{formats.count(posted, 'courriel')} à envoyer : le service de fond s’en charge."
    )
    answer({"week": chosen, "posted": posted or 0, "files": []}, as_json=as_json, say=say)


def _preview(
    instance: Instance, week: str, slug: str | None, folder: Path, now: datetime
) -> list[str]:
    """Write the week's mails, those that already left included, and keep nothing of it."""
    with instance.database.session(writes=True) as session:
        try:
            campaign = find_campaign(session, slug)
            ours = OutgoingMail.dedup_key.like(f"week:{campaign.id}:{week}:%")
            # In this transaction nothing was sent yet; it is rolled back whatever happens.
            session.execute(sa.delete(OutgoingMail).where(ours))
            summaries.post_week(session, campaign, week, now)
            session.flush()  # the mails are read back as the worker reads them
            mails = session.scalars(sa.select(OutgoingMail).where(ours).order_by(OutgoingMail.id))
            drafts = list(_drafts(instance, session, mails.all(), now))
        finally:
            instance.database.settle(session, done=False)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in drafts:
        (folder / name).write_bytes(content)
    return [name for name, _ in drafts if name.endswith(".eml")]


def _drafts(
    instance: Instance, session: Session, mails: Sequence[OutgoingMail], now: datetime
) -> Iterator[tuple[str, bytes]]:
    for mail in mails:
        message = mailer.compose(session, mail, config=instance.config, at=now)
        name = f"{mail.kind}-{mail.user_id}"
        page = message.get_body(("html",))
        yield f"{name}.eml", message.as_bytes()
        yield f"{name}.html", page.get_content().encode() if page else b""


COMMANDS = (plan, send_summaries)
