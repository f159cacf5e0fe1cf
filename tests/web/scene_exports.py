"""Exports of the access matrix: one of the lead’s, one of a coordinator’s, both ready."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from campaigns import sealing
from campaigns.exports import asking
from campaigns.models import Campaign, Export, ExportState, Territory, User
from tests.factories import TUESDAY


def add(
    session: Session,
    campaign: Campaign,
    people: dict[str, User],
    here: Territory,
    note: Callable[..., None],
) -> None:
    """Write them, and ``note`` whose they are."""
    ours = {"lead": None, "coordinator_1": [here.id]}
    for name, territories in ours.items():
        export = Export(
            campaign_id=campaign.id,
            kind="people",
            form="csv",
            is_named=True,
            reason="Suivi du comité",
            asked_at=TUESDAY,
            asked_by_id=people[name].id,
            state=ExportState.READY,
            total=1,
            done=1,
            ready_at=TUESDAY,
            expires_at=TUESDAY + timedelta(hours=48),
            chosen={"territories": territories},
        )
        session.add(export)
        session.flush()
        export.content = sealing.seal_file(
            session.info["keys"].seal, b"reference\r\n", place=asking.place(export.id)
        )
        note(f"export_{name}", name, export_id=export.id)
        if name != "lead":
            note("export_to_erase", "lead", export_id=export.id)
    note("no_export", export_id=999_999)


def rows(get: Callable[..., Any], post: Callable[..., Any]) -> tuple[Any, ...]:
    """Their lines of the matrix. The lead erases what others took, and never reads it."""
    things = ("export_lead", "export_coordinator_1", "no_export")
    asked = {"kind": "people", "names": "non", "form": "csv"}
    both = tuple(
        row
        for folder in ("lead", "coordinator")
        for row in (
            get(f"{folder}.exports"),
            post(f"{folder}.ask_export", form=asked),
            post(f"{folder}.fetch_export", *things, done=200),
            post(f"{folder}.redo_export", *things, done=422),  # none of them failed
        )
    )
    return (
        *both,
        post("lead.erase_export", "export_lead", "export_to_erase", "no_export"),
        post("coordinator.erase_export", *things),
        get("lead.export_mairies"),
        post("lead.ask_mairies", done=422),
    )
