"""Filters of the inbox: what is asked, what there is to choose from, views kept under a name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.clocks import Opening
from campaigns.models import (
    Labelled,
    Need,
    NeedState,
    Person,
    Referral,
    ReferralState,
    SavedView,
    Urgency,
    User,
)
from campaigns.needs import idle
from campaigns.refusal import Refusal
from campaigns.values import fold

MINE, NOBODYS = "moi", "personne"
NOWHERE = "inconnue"
_REFERENCE = re.compile(r"b?\s*(?:-\s*)?(\d{1,9})", re.IGNORECASE)
_MOST_VIEWS = 20
_DAYS = frozenset(str(days) for days in range(1, 61))  # a basket's, whatever the campaign chose
_GONE = (ReferralState.NOT_OURS, ReferralState.EXPIRED)


class Sort(Labelled):
    """How the inbox is sorted."""

    URGENT = "urgence", "les plus urgents"
    OLDEST = "anciens", "les plus anciens"
    IDLE = "immobiles", "sans mouvement depuis le plus longtemps"
    COMMUNE = "commune", "par commune"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a coordinator asks of the inbox; empty values ask nothing.

    ``owner`` is « moi », « personne » or a user's number; ``commune`` an INSEE code or
    « inconnue »; ``partner`` a destination; ``idle`` a basket in working days; ``late`` keeps what
    nobody has answered in time. ``name`` is somebody searched: it stands in no address and in no
    saved view.
    """

    category: str = ""
    commune: str = ""
    urgency: str = ""
    owner: str = ""
    partner: str = ""
    idle: int = 0
    late: bool = False
    face_to_face: bool = False
    sensitive: bool = False
    joint_review: bool = False
    sort: Sort = Sort.URGENT
    name: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Filters":
        """Read an address or a saved view; what does not exist asks nothing."""
        age = args.get("age", "")
        sorts = {one.value: one for one in Sort}
        return cls(
            category=args.get("categorie", "")[:24],
            commune=args.get("commune", "")[:8],
            urgency=level if (level := args.get("urgence", "")) in set(Urgency) else "",
            owner=args.get("suivi", "")[:12],
            partner=args.get("partenaire", "")[:40],
            idle=int(age) if age in _DAYS else 0,
            late=args.get("retard") == "1",
            face_to_face=args.get("presence") == "1",
            sensitive=args.get("sensible") == "1",
            joint_review=args.get("commission") == "1",
            sort=sorts.get(args.get("tri", ""), Sort.URGENT),
        )

    def args(self) -> dict[str, str]:
        """The same as an address writes it, without the name."""
        written = {
            "categorie": self.category,
            "commune": self.commune,
            "urgence": self.urgency,
            "suivi": self.owner,
            "partenaire": self.partner,
            "age": str(self.idle or ""),
            "retard": "1" if self.late else "",
            "presence": "1" if self.face_to_face else "",
            "sensible": "1" if self.sensitive else "",
            "commission": "1" if self.joint_review else "",
            "tri": "" if self.sort is Sort.URGENT else self.sort.value,
        }
        return {key: value for key, value in written.items() if value}

    @property
    def narrows(self) -> int:
        """How many things are asked, the order left aside."""
        return len(replace(self, sort=Sort.URGENT).args()) + bool(self.name)


def narrowed(
    query: sa.Select[Need], filters: Filters, *, user: User, opening: Opening, at: datetime
) -> sa.Select[Need]:
    """Keep the needs the filters ask for; ``opening`` says which days count as working days."""
    wanted = [
        *((Need.category == filters.category,) if filters.category else ()),
        *((Need.urgency == filters.urgency,) if filters.urgency else ()),
        *_owned(filters.owner, user),
        *((Need.face_to_face.is_(True),) if filters.face_to_face else ()),
        *((Need.is_sensitive.is_(True),) if filters.sensitive else ()),
        *((Need.joint_review_at.is_not(None),) if filters.joint_review else ()),
        *(is_late(Need.state, Need.due_at, at) if filters.late else ()),
        *_of_person(filters),
    ]
    if filters.partner:
        sent = sa.select(Referral.id).where(
            Referral.need_id == Need.id,
            Referral.destination == filters.partner,
            Referral.state.not_in(_GONE),
        )
        wanted.append(sent.exists())
    if filters.idle:
        wanted.append(Need.moved_at < idle.cutoff(filters.idle, at=at, opening=opening))
    return query.where(*wanted)


def is_late(
    state: sa.SQLColumnExpression[NeedState], due_at: sa.SQLColumnExpression[datetime], at: datetime
) -> Sequence[sa.ColumnElement[bool]]:
    """Nobody has taken it, and its hour has passed: what the list shows in red."""
    return (state == NeedState.NEW, due_at < at)


def ordered(query: sa.Select[Need], sort: Sort) -> sa.Select[Need]:
    """Sort needs, to the last tie."""
    if sort is Sort.OLDEST:
        return query.order_by(Need.raised_at, Need.id)
    if sort is Sort.IDLE:
        return query.order_by(Need.moved_at, Need.id)
    if sort is Sort.COMMUNE:
        town = sa.select(Person.insee).where(Person.id == Need.person_id).scalar_subquery()
        return query.order_by(town, Need.urgency, Need.due_at, Need.id)
    return query.order_by(Need.urgency, Need.due_at, Need.id)


def number(text: str) -> int | None:
    """The number of « B-2031 », « b 2031 » or « 2031 »; None when it is a name."""
    found = _REFERENCE.fullmatch(text.strip())
    return int(found[1]) if found else None


def views(session: Session, user: User) -> list[SavedView]:
    """The views somebody kept, by name."""
    return list(
        session.scalars(
            sa.select(SavedView)
            .where(SavedView.user_id == user.id)
            .order_by(SavedView.name, SavedView.id)
            .limit(_MOST_VIEWS)
        )
    )


def keep_view(
    session: Session, user: User, name: str, filters: Filters, *, basket: str = ""
) -> SavedView:
    """Keep filters under a name; the same name again replaces them. Refusal without either."""
    named = " ".join(name.split())[:80]
    if not named:
        raise Refusal("Donnez un nom à cette vue.", field="nom")
    kept = views(session, user)
    wanted = filters.args() | ({"panier": basket} if basket else {})
    if not filters.args():
        raise Refusal("Choisissez d’abord un filtre : la vue le gardera.", field="nom")
    same = next((one for one in kept if one.name == named), None)
    if same is not None:
        same.filters = wanted
        return same
    if len(kept) >= _MOST_VIEWS:
        raise Refusal("Vingt vues au plus : retirez-en une d’abord.", field="nom")
    view = SavedView(user_id=user.id, name=named, filters=wanted)
    session.add(view)
    session.flush()  # the page names it by its id
    return view


def drop_view(session: Session, user: User, view_id: int) -> bool:
    """Take one's own view away; False when it is not theirs."""
    view = session.scalar(
        sa.select(SavedView).where(SavedView.id == view_id, SavedView.user_id == user.id)
    )
    if view is None:
        return False
    session.delete(view)
    return True


def _owned(owner: str, user: User) -> Sequence[sa.ColumnElement[bool]]:
    if owner == MINE:
        return (Need.owner_id == user.id,)
    if owner == NOBODYS:
        return (Need.owner_id.is_(None),)
    is_number = owner.isascii() and owner.isdigit() and len(owner) < 10
    return (Need.owner_id == int(owner),) if is_number else ()


def _of_person(filters: Filters) -> Sequence[sa.ColumnElement[bool]]:
    people = sa.select(Person.id)
    wanted: list[sa.ColumnElement[bool]] = []
    if filters.commune == NOWHERE:
        wanted.append(Person.insee.is_(None))
    elif filters.commune:
        wanted.append(Person.insee == filters.commune)
    wanted += [
        Person.name_key.contains(word, autoescape=True) for word in fold(filters.name).split()
    ]
    return (Need.person_id.in_(people.where(*wanted)),) if wanted else ()
