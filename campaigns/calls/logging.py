"""Keeping a report: its calls, its needs and what they entail, all in one transaction."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, launch, needs, once, reference, retry
from campaigns.calls import effects, rules
from campaigns.calls.lines import at_the_line, waits_now, whoever_was_at
from campaigns.models import Call, Campaign, Enrolment, Line, Need, Phone, Report, User, Wish
from campaigns.refusal import Refusal

_SILENCE = "ALE_LEVEE_DOUTE"  # raised precisely when nobody answers
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
class Filled:
    """The call page, filled in. ``key``, drawn by the page, makes a second sending harmless.

    ``is_past``: made off screen and told afterwards, also of whoever is not to be called any more.
    """

    key: str
    person_id: int
    answers: retry.Answers
    note: str = ""
    phone_id: int | None = None
    informed: bool = False
    language: str = ""
    drafts: tuple[needs.Draft, ...] = ()
    is_past: bool = False

    def digest(self) -> str:
        """Tells a replay from a change."""
        told = [
            self.person_id,
            repr(self.answers),
            self.note,
            self.phone_id,
            self.informed,
            self.language,
            [repr(draft) for draft in self.drafts],
        ]
        return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Logged:
    """What was kept: the report with what comes next in words, its calls, the needs raised."""

    report: Report
    calls: tuple[Call, ...]
    needs: tuple[Need, ...]
    is_replay: bool = False


def foresee(
    session: Session, line: Line, filled: Filled, *, campaign: Campaign, at: datetime
) -> str:
    """Say what saving would entail, before it is saved; Refusal names the missing answer."""
    outcome = reference.outcomes()[retry.outcome_from(filled.answers)]
    enrolment = _member(at_the_line(session, line, campaign=campaign), filled.person_id)
    effect = _effect(session, enrolment, outcome, filled, at=at)
    return retry.say(effect, name=enrolment.person.short_name, now=at, mine=True)


def log(
    session: Session, line: Line, *, filled: Filled, campaign: Campaign, by: User, at: datetime
) -> Logged:
    """Keep a report: its calls, its needs, and what they entail.

    Sent twice with the same key it is kept once and answers the same. ``Conflict`` when the words
    differ; Refusal when an answer is missing or contradicts another.
    """
    digest = filled.digest()
    values = {"digest": digest, "line_id": line.id, "received_at": at, "said": ""}
    report = once.added(session, Report, user_id=by.id, key=filled.key, **values)
    if report is None:
        return _replay(session, filled.key, digest, by=by)
    outcome = reference.outcomes()[retry.outcome_from(filled.answers)]
    _check_needs(outcome, filled)
    members = _members(session, line, filled, campaign)
    spoken = _member(members, filled.person_id)
    if filled.phone_id not in {phone.id for one in members for phone in one.person.phones}:
        filled = replace(filled, phone_id=None)  # not a number of this household
    concerned = [spoken]
    if outcome.group in _FOR_ALL:
        # Only who is called now: a spouse in hospital, or with a promised call-back, keeps theirs.
        concerned = [one for one in members if one is spoken or waits_now(one, line, at=at)]
    calls = [
        _keep(session, report, line, member, outcome, filled, spoken=spoken, by=by, at=at)
        for member in concerned
    ]
    raised: list[Need] = []
    if filled.drafts or outcome.alert is not None:
        session.flush()  # needs point at call.id
        mine = next(call for call in calls if call.person_id == spoken.person_id)
        raised = _raise_needs(
            session, spoken, mine, outcome, filled, campaign=campaign, by=by, at=at
        )
    effects.settle_line(session, line, members, called=concerned, at=at)
    return Logged(report, tuple(calls), tuple(raised))


def _keep(
    session: Session,
    report: Report,
    line: Line,
    enrolment: Enrolment,
    outcome: reference.Outcome,
    filled: Filled,
    *,
    spoken: Enrolment,
    by: User,
    at: datetime,
) -> Call:
    """One member's call and what it entails."""
    effect = _effect(session, enrolment, outcome, filled, at=at)
    is_spoken = enrolment is spoken
    call = Call(
        campaign_id=enrolment.campaign_id,
        report_id=report.id,
        line_id=line.id,
        enrolment_id=enrolment.id,
        person_id=enrolment.person_id,
        volunteer_id=by.id,
        phone_id=filled.phone_id,
        guide_version_id=launch.guide_id(session, enrolment.campaign_id),
        at=at,
        outcome=outcome.code,
        is_conversation=outcome.conversation,
        mood=filled.answers.mood,
        wish=Wish(filled.answers.wish) if filled.answers.wish else None,
        asked_at=effect.not_before if effect.appointment else None,
        note=filled.note if is_spoken else "",
    )
    session.add(call)
    effects.apply(session, enrolment, effect, call=call, language=filled.language, by=by)
    if is_spoken:
        report.said = retry.say(effect, name=enrolment.person.short_name, now=at, mine=True)[:300]
        if filled.informed and enrolment.informed_at is None:
            enrolment.informed_at = at
    journal.record(session, "call_logged", about=call, by=by, at=at, outcome=outcome.code)
    return call


def _members(session: Session, line: Line, filled: Filled, campaign: Campaign) -> list[Enrolment]:
    if filled.is_past:
        return whoever_was_at(session, line, filled.person_id, campaign=campaign)
    return at_the_line(session, line, campaign=campaign)


def _member(members: Sequence[Enrolment], person_id: int) -> Enrolment:
    for enrolment in members:
        if enrolment.person_id == person_id:
            return enrolment
    raise Refusal(
        "Cette personne n’est plus à appeler : quelqu’un vient de modifier sa fiche. "
        "Votre texte est gardé ci-dessous, copiez-le si besoin."
    )


def _effect(
    session: Session,
    enrolment: Enrolment,
    outcome: reference.Outcome,
    filled: Filled,
    *,
    at: datetime,
) -> retry.Effect:
    usable = [phone for phone in enrolment.person.phones if phone.invalid_at is None]
    dialled = _dialled(session, filled, usable)
    effect = retry.after(
        outcome,
        history=effects.attempts(session, enrolment),
        wish=filled.answers.wish or enrolment.wish,
        now=at,
        rules=rules.of(session.get_one(Campaign, enrolment.campaign_id), at.year),
        asked=filled.answers.asked,
        numbers_left=len({phone.e164 for phone in usable} - {dialled}),
        was_undecided=enrolment.last_conversation_at is not None
        and enrolment.wish is Wish.UNDECIDED,
    )
    return replace(
        effect,
        same_caller=effect.same_caller and not enrolment.other_caller,
        # Which one rang is not known: none is dropped, and nothing says so.
        invalidates_number=effect.invalidates_number and filled.phone_id is not None,
    )


def _dialled(session: Session, filled: Filled, usable: Sequence[Phone]) -> str:
    """The number that rang: the one shown, else the first. Couples share it under two rows."""
    shown = session.get(Phone, filled.phone_id) if filled.phone_id is not None else None
    if shown is not None:
        return shown.e164
    return usable[0].e164 if usable else ""


def _check_needs(outcome: reference.Outcome, filled: Filled) -> None:
    said = [draft for draft in filled.drafts if draft.category != _SILENCE]
    if said and not outcome.contact:
        raise Refusal(
            "Vous notez un besoin, mais personne n’a été joint. Changez la première réponse, "
            "ou retirez le besoin.",
            field="spoke",
        )


def _raise_needs(
    session: Session,
    spoken: Enrolment,
    call: Call,
    outcome: reference.Outcome,
    filled: Filled,
    *,
    campaign: Campaign,
    by: User,
    at: datetime,
) -> list[Need]:
    person = spoken.person
    raised = [
        needs.raise_(session, draft, campaign=campaign, person=person, call=call, by=by, at=at)
        for draft in filled.drafts
    ]
    # A need refused, or added to an old one, tells nobody anew: the alert still must.
    told = [need for need in raised if need.call_id == call.id and need.closed_at is None]
    if outcome.alert is not None and not any(need.urgency <= "U1" for need in told):
        raised.append(
            needs.raise_alert(
                session, outcome.alert, campaign=campaign, person=person, call=call, by=by, at=at
            )
        )
    return raised


def _replay(session: Session, key: str, digest: str, *, by: User) -> Logged:
    report = _report(session, key, by=by)
    kept = list(session.scalars(sa.select(Call).where(Call.report_id == report.id)))
    if report.digest != digest:
        raise Conflict(kept)
    raised = session.scalars(sa.select(Need).where(Need.call_id.in_([call.id for call in kept])))
    return Logged(report, tuple(kept), tuple(raised), is_replay=True)


def _report(session: Session, key: str, *, by: User) -> Report:
    return session.scalars(
        sa.select(Report).where(Report.user_id == by.id, Report.key == key)
    ).one()
