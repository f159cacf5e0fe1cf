"""Lists that leave, written by a worker: one at a time under a lease, sealed, erased in time."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from appel_solidaire import exports as files
from appel_solidaire.db import Busy
from appel_solidaire.instance import Instance
from campaigns import access, exports
from campaigns.bilan import masks
from campaigns.exports import Cells, Form, Kind, claims
from campaigns.exports.claims import Claim, Lost
from campaigns.models import Campaign, Export, Role, User
from campaigns.refusal import Refusal

STEP = 10_000  # rows between two words on how far it is
MOST_ROWS = 50_000  # of a workbook: it is held in memory, nothing of it is written to a disk
_TOO_LONG = (
    "Cette liste dépasse 50 000 lignes : un classeur ne les tient pas. Prenez le format csv, ou "
    "une date de début plus proche."
)
_OUR_FAULT = (
    "Une erreur qui n’est pas de votre fait a tout arrêté. Recommencez ; si cela se reproduit, "
    "prévenez la personne qui s’occupe du logiciel."
)


def write_due(instance: Instance) -> int:
    """Erase the files whose time is over and write the oldest list that waits; give how many."""
    now = instance.clock()
    with instance.database.reading() as session:
        is_over = exports.asking.any_over(session, at=now)
        is_waiting = claims.any_waiting(session, at=now)
    done = 0
    if is_over:
        with instance.database.unit() as session:
            done += exports.expire_due(session, at=now)
    return done + (_write_one(instance) if is_waiting else 0)


def _write_one(instance: Instance) -> int:
    with instance.database.unit() as session:
        held = claims.claim(session, at=instance.clock())
    if held is None:
        return 0
    try:
        _write(instance, held)
    except Lost:
        return 1  # erased meanwhile, or another worker has it
    except Refusal as refusal:
        _fail(instance, held, refusal.say)
    except (Busy, OperationalError):
        raise  # tried again once the lease is over
    except Exception:
        _fail(instance, held, _OUR_FAULT)  # and the worker logs it
        raise
    return 1


def _write(instance: Instance, held: Claim) -> None:
    at = instance.clock()
    with instance.database.reading() as session:
        export = session.get_one(Export, held.id)
        campaign = session.get_one(Campaign, export.campaign_id)
        by = session.get_one(User, export.asked_by_id)
        scope = exports.scope_of(by, campaign, at=at)
        territories = _territories(session, by, instance)
        found = exports.contents(session, export, campaign, scope=scope, hide=_hidden)
        if export.form == Form.XLSX and found.total > MOST_ROWS:
            raise Refusal(_TOO_LONG)
        about = exports.about(export, campaign, by, count=found.total, at=at)
        write = files.archive if _is_by_commune(export) else files.written
        rows = _told(instance, held, found.rows, found.total)
        content, count = write(export.form, about, rows)
    with instance.database.unit() as session:
        claims.keep(
            session, held, content, count=count, territories=territories, at=instance.clock()
        )


def _told(instance: Instance, held: Claim, rows: Iterable[Cells], total: int) -> Iterator[Cells]:
    """The rows as they are written, with a word now and then on how far it is."""
    for number, row in enumerate(rows):
        if number % STEP == 0:
            with instance.database.unit() as session:
                claims.progress(session, held, done=number, total=total, at=instance.clock())
        yield row


def _territories(session: Session, by: User, instance: Instance) -> list[int] | None:
    """The territories the file speaks of; None: all of them."""
    if by.role is Role.LEAD:
        return None
    return access.territories_of(session, by, at=instance.clock())


def _is_by_commune(export: Export) -> bool:
    return export.kind == Kind.COMMUNES and export.chosen.get("insee") is None


def _hidden(people: Mapping[str, int]) -> frozenset[str]:
    cells = masks.masked(people, masks.FOR_ELECTED).cells
    return frozenset(insee for insee, count in cells.items() if count is None)


def _fail(instance: Instance, held: Claim, say: str) -> None:
    try:
        with instance.database.unit() as session:
            claims.fail(session, held, say=say, at=instance.clock())
    except Lost:
        return  # nobody waits for it any more
