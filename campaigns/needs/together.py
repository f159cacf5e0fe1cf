"""One act on several needs at once: each on its own, and what could not be done says why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns.models import Campaign, Need, User
from campaigns.needs.holding import Changed
from campaigns.needs.inbox import chosen
from campaigns.refusal import Refusal

MOST = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """The references of the needs an act was done on, and of the others with the reason."""

    done: Sequence[str]
    left: Sequence[tuple[str, str]]


def each(
    session: Session,
    user: User,
    campaign: Campaign,
    versions: Mapping[int, int],
    act: Callable[[Need, int], None],
    *,
    at: datetime,
) -> Outcome:
    """Do an act on each need, by number and by the version its page showed.

    A need somebody changed meanwhile, one that refuses or one out of sight is left as it is; the
    others go on. Refusal when there are none or too many.
    """
    if not versions:
        raise Refusal("Cochez au moins un besoin.")
    if len(versions) > MOST:
        raise Refusal(f"{MOST} besoins au plus à la fois.")
    found = {one.id: one for one in chosen(session, user, campaign, versions, at=at)}
    done: list[str] = []
    left: list[tuple[str, str]] = []
    for need_id, version in sorted(versions.items()):  # one order for all: nobody waits for ever
        need = found.get(need_id)
        if need is None:
            left.append((f"B-{need_id}", "Ce besoin n’est plus dans votre liste."))
            continue
        why = _try(session, need, version, act)
        if why is None:
            done.append(f"B-{need_id}")
        else:
            left.append((f"B-{need_id}", why))
    return Outcome(done, left)


def _try(
    session: Session, need: Need, version: int, act: Callable[[Need, int], None]
) -> str | None:
    """Why an act could not be done on one need; None when it was."""
    pending = len(session.info.get("journal", ()))
    try:
        with session.begin_nested():
            act(need, version)
    except Refusal as refusal:
        why = refusal.say
    except Changed as changed:
        why = f"Modifié par {changed.who or 'un partenaire'} entre-temps. Rien n’a été changé."
    else:
        return None
    del session.info.get("journal", [])[pending:]  # what was undone is not told
    return why
