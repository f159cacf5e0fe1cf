"""« Non » is enough: the calls, or what a mairie is told, stop at once (RGPD, article 21)."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import journal, records
from campaigns.models import Right, RightsRequest, StopReason, User
from campaigns.refusal import Refusal
from campaigns.rights import asking


def apply(
    session: Session,
    request: RightsRequest,
    *,
    calls: bool,
    mayor: bool,
    by: User,
    at: datetime,
) -> None:
    """Stop the calls, the transmission to the mairie (loi 2024-317, article 8), or both.

    The request is answered by it. Refusal when nothing is ticked, or the person is gone.
    """
    asking.still_open(request)
    person = asking.person_of(session, request)
    if person is None or request.right is not Right.OBJECTION:
        raise Refusal("Cette demande n’est pas une opposition, ou ses données sont effacées.")
    if not (calls or mayor):
        raise Refusal("Cochez à quoi la personne s’oppose.", field="calls")
    done = []
    if calls:
        if person.stop is not StopReason.OBJECTED:
            records.stop(session, person, reason=StopReason.OBJECTED, by=by, at=at)
        done.append("les appels sont arrêtés")
    if mayor:
        person.mayor_opt_out, person.updated_at = True, at
        journal.record(session, "person_changed", about=person, by=by, at=at)
        done.append("ses coordonnées ne partent plus à la mairie")
    asking.answer(session, request, said=f"C’est fait : {' et '.join(done)}.", by=by, at=at)
