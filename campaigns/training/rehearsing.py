"""A call on somebody who does not exist: judged as a real one, kept as done, and nothing else."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import journal, once, reference, retry
from campaigns.models import Rehearsal, User
from campaigns.refusal import Refusal
from campaigns.training import finishing
from campaigns.training.scenarios import Scenario, Told

__all__ = ["Told", "foresee", "rehearse"]


def foresee(scenario: Scenario, answers: retry.Answers, *, rules: retry.Rules, at: datetime) -> str:
    """What saving would entail, in the sentence of the real page. Refusal as in a real call."""
    outcome = reference.outcomes()[retry.outcome_from(answers)]
    effect = retry.after(
        outcome, history=(), wish=answers.wish, now=at, rules=rules, asked=answers.asked
    )
    return retry.say(effect, name=scenario.person().short_name, now=at, mine=True)


def rehearse(
    session: Session,
    user: User,
    scenario: Scenario,
    answers: retry.Answers,
    told: Sequence[Told] = (),
    *,
    alerted: bool,
    rules: retry.Rules,
    at: datetime,
) -> str:
    """Play a fictional call to its end; give what a real one would have entailed, in words.

    Refusal with a colleague's kind advice while something the person said is missing. No call, no
    need and no person is written: only that this scenario was done, once.
    """
    if advice := scenario.advice(answers, told, alerted=alerted):
        raise Refusal(" ".join(advice))  # before a missing date: it may be the wrong answer’s
    said = foresee(scenario, answers, rules=rules, at=at)
    if once.add(session, Rehearsal, user_id=user.id, scenario=scenario.slug, done_at=at):
        journal.record(session, "rehearsal_done", about=user, by=user, at=at)
        finishing.finish(session, user, at=at)
    return said
