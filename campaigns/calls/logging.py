"""Keeping a report: its calls, its needs and what they entail, all in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import care, journal, once, reference, retry, rows
from campaigns.calls import beside, effects, foreseeing, loops, raised
from campaigns.calls.filled import Filled
from campaigns.calls.lines import at_the_line, callable_now, waits_now, whoever_was_at
from campaigns.models import Call, Campaign, Enrolment, Line, Need, Report, User, Wish
from campaigns.refusal import Refusal

# Nobody spoke, or the number is wrong: it is so for the whole household.
_FOR_ALL = frozenset({"Sans contact", "Numéro", "Organisation"})


class Conflict(Refusal):
    """The same report was sent again with other words: both are shown, none is dropped."""

    def __init__(self, kept: Sequence[Call]) -> None:
        super().__init__(
            "Ce compte rendu a déjà été enregistré avec un autre contenu. Rien n’a été écrasé."
        )
        self.kept = kept


@dataclass(frozen=True, slots=True)
class Logged:
    """What was kept: the report with what comes next in words, its calls, the needs raised; and
    what it met there."""

    report: Report
    calls: tuple[Call, ...]
    needs: tuple[Need, ...]
    met: beside.Beside
    is_replay: bool = False


def foresee(
    session: Session, line: Line, filled: Filled, *, campaign: Campaign, at: datetime
) -> str:
    """Say what saving would entail, before it is saved; Refusal names the missing answer."""
    outcome = reference.outcomes()[retry.outcome_from(filled.answers)]
    raised.check(outcome, filled.drafts, rang_back=filled.rang_back)
    enrolment = _member(at_the_line(session, line, campaign=campaign), filled.person_id)
    effect = foreseeing.effect(
        session, enrolment, outcome, filled.answers, phone_id=filled.phone_id, at=at
    )
    return retry.say(effect, name=enrolment.person.short_name, now=at, mine=True)


@dataclass(frozen=True, slots=True)
class Ready:
    """A report read and understood, not kept yet: what it says, of which line, what it meets."""

    line: Line
    filled: Filled
    campaign: Campaign
    by: User
    at: datetime
    digest: str
    met: beside.Beside
    heard: "_Heard | None"  # None when it was kept before


def prepare(
    session: Session, line: Line, *, filled: Filled, campaign: Campaign, by: User, at: datetime
) -> Ready:
    """Read a report and all it meets, and write nothing. Refusal when an answer is missing or
    contradicts another."""
    met = beside.of(
        session,
        line,
        person_id=filled.person_id,
        key=filled.key,
        guide_id=filled.guide_id,
        campaign=campaign,
        by=by,
        at=at,
    )
    heard = None if met.is_kept else _hear(session, line, filled, campaign, met, at=at)
    return Ready(line, filled, campaign, by, at, filled.digest(), met, heard)


def stands(session: Session, ready: Ready) -> bool:
    """Whether nothing a prepared report rests on has changed. Holds its line from then on.

    Asked with the pen in hand: when it says yes, the report may be kept as it was understood.
    """
    return beside.stands(session, ready.met)


def keep(session: Session, ready: Ready) -> Logged:
    """Keep a report that was prepared: its calls, its needs, and what they entail.

    Sent twice with the same key it is kept once and answers the same. ``Conflict`` when the words
    differ; Refusal when a need is refused.
    """
    filled, line, heard, met = ready.filled, ready.line, ready.heard, ready.met
    campaign, by, at, digest = ready.campaign, ready.by, ready.at, ready.digest
    if heard is None:
        return _replay(session, filled.key, digest, met, by=by)
    values = {"digest": digest, "line_id": line.id, "received_at": at, "said": heard.said(at)}
    report = once.added(session, Report, user_id=by.id, key=filled.key, **values)
    if report is None:  # sent twice at the same instant, and the other came first
        return _replay(session, filled.key, digest, met, by=by)
    calls = [
        _keep(session, report, one, heard, guide_id=met.guide_id, by=by, at=at)
        for one in heard.entailed
    ]
    found = _go_on(session, heard, calls, met, campaign=campaign, by=by, at=at)
    effects.settle_line(session, line, heard.members, called=heard.entailed, at=at)
    return Logged(report, tuple(calls), tuple(found), met)


def log(
    session: Session, line: Line, *, filled: Filled, campaign: Campaign, by: User, at: datetime
) -> Logged:
    """Keep a report at once: ``prepare``, then ``keep``."""
    return keep(session, prepare(session, line, filled=filled, campaign=campaign, by=by, at=at))


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a report says, before anything is written: its outcome, who of the household was at the
    line, and what is entailed for each of whom it speaks."""

    filled: Filled
    outcome: reference.Outcome
    members: Sequence[Enrolment]
    spoken: Enrolment
    entailed: Mapping[Enrolment, retry.Effect]

    def said(self, at: datetime) -> str:
        """What comes next for the person, in words."""
        effect = self.entailed[self.spoken]
        return retry.say(effect, name=self.spoken.person.short_name, now=at, mine=True)[:300]


def _hear(
    session: Session,
    line: Line,
    filled: Filled,
    campaign: Campaign,
    met: beside.Beside,
    *,
    at: datetime,
) -> _Heard:
    outcome = reference.outcomes()[retry.outcome_from(filled.answers)]
    raised.check(outcome, filled.drafts, rang_back=filled.rang_back)
    members = _members(session, line, filled, campaign, met)
    spoken = _member(members, filled.person_id)
    filled = _with_own_number(filled, members)
    concerned = [spoken]
    if outcome.group in _FOR_ALL:
        # Only who is called now: a spouse in hospital, or with a promised call-back, keeps theirs.
        concerned = [one for one in members if one is spoken or waits_now(one, line, at=at)]
    entailed = {
        one: foreseeing.effect(
            session, one, outcome, filled.answers, phone_id=filled.phone_id, at=at
        )
        for one in concerned
    }
    return _Heard(filled, outcome, members, spoken, entailed)


def _with_own_number(filled: Filled, members: Sequence[Enrolment]) -> Filled:
    """The report without a number that is not this household's."""
    if filled.phone_id in {phone.id for one in members for phone in one.person.phones}:
        return filled
    return replace(filled, phone_id=None)


def _keep(
    session: Session,
    report: Report,
    enrolment: Enrolment,
    heard: _Heard,
    *,
    guide_id: int | None,
    by: User,
    at: datetime,
) -> Call:
    """One member's call and what it entails."""
    filled, effect, is_spoken = heard.filled, heard.entailed[enrolment], enrolment is heard.spoken
    call = rows.add(
        session,
        Call,
        **_told(heard, enrolment),
        report_id=report.id,
        line_id=report.line_id,
        volunteer_id=by.id,
        guide_version_id=guide_id,
        at=at,
        caller_mood="",
        corrected_at=None,
    )
    effects.apply(session, enrolment, effect, call=call, language=filled.language, by=by)
    if is_spoken and filled.informed and enrolment.informed_at is None:
        rows.write(session, enrolment, informed_at=at)
    journal.record(session, "call_logged", about=call, by=by, at=at, outcome=heard.outcome.code)
    return call


def _told(heard: _Heard, enrolment: Enrolment) -> dict[str, object]:
    """What the report says of one member, as their call keeps it."""
    filled, outcome, effect = heard.filled, heard.outcome, heard.entailed[enrolment]
    is_spoken = enrolment is heard.spoken
    return {
        "campaign_id": enrolment.campaign_id,
        "enrolment_id": enrolment.id,
        "person_id": enrolment.person_id,
        "phone_id": filled.phone_id,
        "outcome": outcome.code,
        "is_conversation": outcome.conversation,
        "mood": filled.answers.mood,
        "wish": Wish(filled.answers.wish) if filled.answers.wish else None,
        "asked_at": effect.not_before if effect.appointment else None,
        "note": filled.note if is_spoken else "",
        "is_heavy": filled.is_heavy and is_spoken,
        "rang_back": filled.rang_back,
    }


def _go_on(
    session: Session,
    heard: _Heard,
    calls: Sequence[Call],
    met: beside.Beside,
    *,
    campaign: Campaign,
    by: User,
    at: datetime,
) -> list[Need]:
    """What a report sets going: needs, care of who called, doubts, a second reading."""
    spoken, filled = heard.spoken, heard.filled
    told = next(call for call in calls if call.person_id == spoken.person_id)
    found = raised.keep(
        session,
        spoken.person,
        told,
        heard.outcome,
        filled.drafts,
        campaign=campaign,
        is_alerted=met.is_alerted,
        by=by,
        at=at,
    )
    raised.look_after(session, told, found, campaign=campaign, by=by, at=at)
    loops.follow(session, calls, heard.members, filled.aside, spoken=spoken, by=by, at=at)
    care.sample(session, told, campaign=campaign, by=by, has_needs=bool(found), at=at)
    return found


def _members(
    session: Session, line: Line, filled: Filled, campaign: Campaign, met: beside.Beside
) -> Sequence[Enrolment]:
    if filled.is_past:
        return whoever_was_at(session, line, filled.person_id, campaign=campaign)
    return callable_now(met.everybody)


def _member(members: Sequence[Enrolment], person_id: int) -> Enrolment:
    for enrolment in members:
        if enrolment.person_id == person_id:
            return enrolment
    raise Refusal(
        "Cette personne n’est plus à appeler : quelqu’un vient de modifier sa fiche. "
        "Votre texte est gardé ci-dessous, copiez-le si besoin."
    )


def _replay(session: Session, key: str, digest: str, met: beside.Beside, *, by: User) -> Logged:
    report = _report(session, key, by=by)
    kept = list(session.scalars(sa.select(Call).where(Call.report_id == report.id)))
    if report.digest != digest:
        raise Conflict(kept)
    found = session.scalars(sa.select(Need).where(Need.call_id.in_([call.id for call in kept])))
    return Logged(report, tuple(kept), tuple(found), met, is_replay=True)


def _report(session: Session, key: str, *, by: User) -> Report:
    return session.scalars(
        sa.select(Report).where(Report.user_id == by.id, Report.key == key)
    ).one()
