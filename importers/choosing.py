"""What a person decides about a list on its pages, kept beside it until it is confirmed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any  # a report is JSON

from sqlalchemy.orm import Session

from campaigns.models import ImportBatch, ImportState
from importers import batches
from importers.choices import Choices


def made(batch: ImportBatch) -> Choices:
    """What was decided about a list so far."""
    return Choices.of(batch.choices or {})


def change(session: Session, batch: ImportBatch, choices: Choices) -> None:
    """Keep what somebody decided, and have the list read again with it.

    ``Refusal`` when the list does not wait for a decision any more.
    """
    batches.require_waiting(batch)
    batch.choices = choices.kept()
    batch.state, batch.report, batch.error = ImportState.RECEIVED, {}, ""
    batches.ring(session)


def note(batch: ImportBatch, *, ticked: frozenset[str], close_absent: bool) -> None:
    """Keep what is only asked when a list is confirmed: nothing is to be read again.

    ``ticked``: fields that may change for most people; ``close_absent``: people the source names
    no more go to whoever checks records. ``Refusal`` as in ``change``.
    """
    batches.require_waiting(batch)
    batch.choices = replace(made(batch), ticked=ticked, close_absent=close_absent).kept()


def answer(batch: ImportBatch, said: Mapping[int, bool]) -> None:
    """Keep who is who: line → True, the person proposed; False, somebody else.

    Nothing is read again: who confirms the list has it compared with these answers. ``Refusal`` as
    in ``change``.
    """
    batches.require_waiting(batch)
    choices = made(batch)
    asked: dict[int, tuple[str, ...]] = {}
    for each in batch.report.get("doubts", ()):
        if each["line"] in said and "asked" in each:
            asked[each["line"]] = (*asked.get(each["line"], ()), each["asked"])
    batch.choices = replace(
        choices, same={**choices.same, **said}, asked={**choices.asked, **asked}
    ).kept()


def take_back_answers(session: Session, batch: ImportBatch) -> None:
    """Ask everything again. What was answered before a reading is no doubt of its report: then the
    list is read again. ``Refusal`` as in ``change``."""
    batches.require_waiting(batch)
    choices = made(batch)
    fresh = replace(choices, same={}, asked={})
    if choices.same.keys() <= {each["line"] for each in batch.report.get("doubts", ())}:
        batch.choices = fresh.kept()
    else:
        change(session, batch, fresh)


def report(batch: ImportBatch) -> Mapping[str, Any]:
    """The report of a list as it stands once the answers given since it was read are counted.

    A line that is somebody known brings nobody; its figures are exact when the list is confirmed.
    """
    same = made(batch).same
    answered = [each for each in batch.report.get("doubts", ()) if each["line"] in same]
    if not answered or batch.state is not ImportState.READY:
        return batch.report
    known = [each for each in answered if same[each["line"]]]
    inside = sum(each.get("is_inside", True) for each in known)
    lines = {each["line"] for each in answered}
    counted = {
        "to_confirm": -len(answered),
        "created": len(answered) - len(known),
        "unchanged": len(known),
        "entering": -inside,
    }
    return {
        **batch.report,
        **{name: max(0, batch.report.get(name, 0) + more) for name, more in counted.items()},
        "doubts": [each for each in batch.report["doubts"] if each["line"] not in same],
        "problems": [
            each
            for each in batch.report["problems"]
            if each["code"] != "to_confirm" or each["row"] not in lines
        ],
    }
