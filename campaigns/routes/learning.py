"""What answers teach: « hors compétence » said again and again becomes a proposed change."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any  # a JSON object

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import directory, journal, reference, routing, weeks
from campaigns.models import (
    Campaign,
    Commune,
    Need,
    Office,
    Referral,
    ReferralState,
    Territory,
    User,
)
from campaigns.reference import COORDINATION
from campaigns.refusal import Refusal
from campaigns.routes import dismissing, drafting, tables
from campaigns.routing import Place, Rule

KEY = "routes"  # of ``campaign.thresholds``
_TOWN = ("CCAS", "MAIRIE")


@dataclass(frozen=True, slots=True)
class Settings:
    """How many « hors compétence » of one office about one kind of need in one territory, in how
    many days."""

    refusals: int = 3
    days: int = 90


@dataclass(frozen=True, slots=True)
class Proposal:
    """An office that keeps saying a kind of need is not its own, and who might take them.

    ``insee`` or ``territory_code`` says whose needs would go elsewhere, ``where`` names that place:
    the office's own, else the territory of the needs; ``instead`` is a code of the table.
    """

    office_id: int
    code: str
    office: str
    category: str
    label: str
    count: int
    references: tuple[str, ...]
    insee: str
    territory_code: str
    where: str
    instead: str

    @property
    def key(self) -> str:
        """What tells it from the others: the office, the kind of need, the place."""
        return f"{self.office_id}:{self.category}:{self.insee or self.territory_code}"

    @property
    def place(self) -> Place:
        """The place whose needs would go elsewhere."""
        return Place(self.insee or None, self.where, self.territory_code or None)

    @property
    def stem(self) -> str:
        """How the table names the office: by its code, or by its kind when it is a place's."""
        return self.code.removesuffix(f"_{self.insee or self.territory_code}")


def settings_of(campaign: Campaign) -> Settings:
    """The settings in force."""
    kept: Mapping[str, Any] = campaign.thresholds.get(KEY, {})
    known = {one.name for one in fields(Settings)}
    return Settings(**{name: value for name, value in kept.items() if name in known})


def proposals(session: Session, campaign: Campaign, *, at: datetime) -> list[Proposal]:
    """The changes of the table that partners' answers suggest, the most repeated first.

    One that the table in force already follows is not proposed again; sensitive needs are left to
    their readers.
    """
    rules = settings_of(campaign)
    refused = session.scalars(
        sa.select(Referral)
        .join(Need, Need.id == Referral.need_id)
        .where(
            Need.campaign_id == campaign.id,
            Need.is_sensitive.is_(False),
            Referral.state == ReferralState.NOT_OURS,
            Referral.office_id.is_not(None),
            Referral.destination != COORDINATION,
            Referral.moved_at > at - timedelta(days=rules.days),
        )
        .order_by(Referral.id)
    ).all()
    groups: dict[tuple[int, str, int | None], list[Referral]] = {}
    for referral in refused:
        office, need = session.get_one(Office, referral.office_id), referral.need
        is_local = bool(_own_place(session, office)[2])
        key = (office.id, need.category, None if is_local else need.territory_id)
        groups.setdefault(key, []).append(referral)
    found = [
        _proposal(session, session.get_one(Office, office_id), category, said)
        for (office_id, category, _), said in groups.items()
        if len({one.need_id for one in said}) >= rules.refusals
    ]
    aside = dismissing.aside(campaign, on=weeks.local_day(at))
    kept = [one for one in found if one.key not in aside and _still_sends(session, campaign, one)]
    return sorted(kept, key=lambda one: (-one.count, one.label, one.office_id, one.where))


def proposed(session: Session, campaign: Campaign, key: str, *, at: datetime) -> Proposal:
    """The change of this ``Proposal.key``; Refusal when it is not proposed any more."""
    found = next((one for one in proposals(session, campaign, at=at) if one.key == key), None)
    if found is None:
        raise Refusal("Cette proposition n’a plus lieu d’être : rouvrez la page.")
    return found


def accept(session: Session, campaign: Campaign, key: str, *, by: User, at: datetime) -> None:
    """Write a proposed change into the draft, begun if there is none; nothing is published.

    Refusal when it is not proposed any more.
    """
    found = proposed(session, campaign, key, at=at)
    table = drafting.start(session, campaign, by=by, at=at)
    changed = _applied(tables.of_rows(table.rows), found)
    table.rows = [tables.row_of(rule) for rule in changed]
    journal.record(session, "routes_drafted", about=table, by=by, at=at, category=found.category)


def _proposal(
    session: Session, office: Office, category: str, said: Sequence[Referral]
) -> Proposal:
    insee, territory_code, where = _own_place(session, office)
    here = said[0].need.territory  # of all of them
    if not where and here is not None:
        territory_code, where = here.code, here.name
    needs = sorted({one.need_id for one in said})
    return Proposal(
        office_id=office.id,
        code=office.code,
        office=office.name,
        category=category,
        label=reference.categories()[category].label,
        count=len(needs),
        references=tuple(f"B-{number}" for number in needs[-5:]),
        insee=insee,
        territory_code=territory_code,
        where=where,
        instead=_instead(said, office),
    )


def _own_place(session: Session, office: Office) -> tuple[str, str, str]:
    """The commune or territory whose office it is (code, code, name); empty for everybody's."""
    by_place = {*_TOWN, *routing.BY_PLACE}
    if office.insee and office.code.removesuffix(f"_{office.insee}") in by_place:
        commune = session.get(Commune, office.insee)
        return office.insee, "", commune.name if commune else office.insee
    territory = session.get(Territory, office.territory_id) if office.territory_id else None
    if territory is not None and office.code.removesuffix(f"_{territory.code}") in by_place:
        return "", territory.code, territory.name
    return "", "", ""


def _instead(said: Sequence[Referral], office: Office) -> str:
    """Where most of these needs were sent afterwards, in the table's words; the coordination when
    nothing tells."""
    later: Counter[str] = Counter()
    for refused in said:
        for other in refused.need.referrals:
            if other.id > refused.id and other.destination not in {office.code, COORDINATION}:
                later[_as_in_table(other.destination, office.insee)] += 1
    return max(sorted(later), key=lambda code: later[code], default=COORDINATION)


def _as_in_table(code: str, insee: str | None) -> str:
    if code.startswith("TERRITOIRE_"):
        return "TERRITOIRE"
    here = {f"{stem}_{insee}": stem for stem in _TOWN}
    return here.get(code, code)


def _still_sends(session: Session, campaign: Campaign, one: Proposal) -> bool:
    """Whether the table in force would send such a need there again."""
    found = directory.Directory(session)
    rows = routing.narrowed(
        tables.in_force(session, campaign), one.category, place=one.place, audiences=()
    )
    return any(
        step.destination.code == one.code
        for facts in routing.assignments(routing.unknown(rows, {}))
        for step in routing.route(
            one.category, place=one.place, facts=facts, directory=found, routes=rows
        )
    )


def _applied(rules: Sequence[Rule], one: Proposal) -> tuple[Rule, ...]:
    """The rules with this change, in its place alone: the broader rows are written again there.
    Everywhere when the needs have no place."""

    def moved(rule: Rule) -> Rule:
        if rule.route.destination not in {one.code, one.stem}:
            return rule
        return replace(rule, route=replace(rule.route, destination=one.instead))

    mine = [rule for rule in rules if rule.route.category == one.category]
    if not one.where:
        changed = {rule: moved(rule) for rule in mine}
        return tuple(dict.fromkeys(changed.get(rule, rule) for rule in rules))
    here = (one.insee, one.territory_code)
    own = [rule for rule in mine if (rule.insee, rule.territory_code) == here]
    broad = own or [rule for rule in mine if not rule.insee and not rule.territory_code]
    there = [
        replace(moved(rule), insee=one.insee, territory_code=one.territory_code) for rule in broad
    ]
    return tuple(dict.fromkeys([*(rule for rule in rules if rule not in own), *there]))
