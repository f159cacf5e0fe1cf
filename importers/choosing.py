"""What a person decides about a list on its pages, kept beside it until it is confirmed."""

from dataclasses import replace

from sqlalchemy.orm import Session

from campaigns.models import ImportBatch, ImportState
from campaigns.refusal import Refusal
from importers import batches
from importers.choices import Choices


def made(batch: ImportBatch) -> Choices:
    """What was decided about a list so far."""
    return Choices.of(batch.choices or {})


def change(session: Session, batch: ImportBatch, choices: Choices) -> None:
    """Keep what somebody decided, and have the list read again with it.

    ``Refusal`` when the list does not wait for a decision any more.
    """
    require_waiting(batch)
    batch.choices = choices.kept()
    batch.state, batch.report, batch.error = ImportState.RECEIVED, {}, ""
    batches.ring(session)


def note(batch: ImportBatch, *, ticked: frozenset[str], close_absent: bool) -> None:
    """Keep what is only asked when a list is confirmed: nothing is to be read again.

    ``ticked``: fields that may change for most people; ``close_absent``: people the source names
    no more go to whoever checks records. ``Refusal`` as in ``change``.
    """
    require_waiting(batch)
    batch.choices = replace(made(batch), ticked=ticked, close_absent=close_absent).kept()


def require_waiting(batch: ImportBatch) -> None:
    """Refuse when a list is being read, is entering, or was dealt with; raises ``Refusal``."""
    if batch.state is not ImportState.READY or batches.is_entering(batch):
        raise Refusal(
            "Cette liste n’attend plus de choix : rechargez la page pour voir où elle en est."
        )
