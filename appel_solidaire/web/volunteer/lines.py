"""The line an address names, for who may have it; 404 for anybody else."""

from appel_solidaire import gate
from campaigns import access, calls
from campaigns.models import Line


def own(line_id: int) -> Line:
    """A line of one's own sheet."""
    return gate.found(
        access.line_of(gate.db(), gate.me(), line_id, campaign=gate.campaign(), at=gate.now())
    )


def at_hand(line_id: int, person_id: int | None) -> Line:
    """The line somebody is calling, even if it left their sheet meanwhile."""
    return gate.found(_at_hand(line_id, person_id))


def in_report(line_id: int, person_id: int | None) -> Line:
    """The line a report is about, to show it before it is kept: as ``of_report``, not held."""
    found = _at_hand(line_id, person_id)
    if found is not None:
        return found
    gate.write()  # a line that went back to the pool may have to be laid on the sheet again
    return of_report(line_id, person_id)


def of_report(line_id: int, person_id: int | None) -> Line:
    """The line a report belongs to, held until it is kept."""
    return gate.found(
        calls.for_report(
            gate.db(),
            gate.me(),
            line_id,
            person_id=person_id,
            campaign=gate.campaign(),
            at=gate.now(),
        )
    )


def _at_hand(line_id: int, person_id: int | None) -> Line | None:
    return calls.at_hand(
        gate.db(), gate.me(), line_id, person_id=person_id, campaign=gate.campaign(), at=gate.now()
    )
