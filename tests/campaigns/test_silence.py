"""Whether a silence is unusual: the rule alone, over attempts, without any database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from campaigns import weeks
from campaigns.alarms import thresholds
from campaigns.alarms.silence import Known, Why, is_regular, silence
from campaigns.alarms.thresholds import Thresholds
from campaigns.refusal import Refusal
from campaigns.retry import Attempt, Rules

NBSP = "\u00a0"
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # ten o’clock in Paris
RULES = Rules()


def talked(*weeks_ago: int, hour: int = 9) -> list[Attempt]:
    """A conversation on the Tuesday of these weeks, the oldest first."""
    return [
        Attempt(TUESDAY.replace(hour=hour) - timedelta(weeks=one), "JOINT_OK")
        for one in sorted(weeks_ago, reverse=True)
    ]


def rang(*moments: tuple[int, int], outcome: str = "NON_REPONSE") -> list[Attempt]:
    """Tries without an answer: (days from Tuesday, hour in Paris)."""
    monday = TUESDAY.date()
    return [Attempt(weeks.at(monday + timedelta(days=day), hour), outcome) for day, hour in moments]


THREE = ((0, 10), (0, 14), (1, 17))  # three bands, two days


def ask(history: list[Attempt], **more: object) -> Why | None:
    known = more.pop("known", Known())
    limits = more.pop("thresholds", Thresholds())
    return silence(
        history,
        now=history[-1].at,
        thresholds=limits,  # type: ignore[arg-type]  # told by each test
        rules=RULES,
        known=known,  # type: ignore[arg-type]  # told by each test
        **more,  # type: ignore[arg-type]  # told by each test
    )


def test_who_answered_six_weeks_running_and_then_falls_silent_is_looked_for() -> None:
    found = ask([*talked(6, 5, 4, 3, 2, 1), *rang(*THREE)])
    assert found is not None
    assert found.say == (
        f"A répondu six semaines de suite, silence depuis 8{NBSP}jours{NBSP}: "
        "trois appels sans réponse."
    )


def test_two_tries_are_not_yet_a_silence() -> None:
    assert ask([*talked(3, 2, 1), *rang((0, 10), (1, 17))]) is None


def test_three_tries_of_one_day_are_not_yet_a_silence() -> None:
    assert ask([*talked(3, 2, 1), *rang((0, 10), (0, 14), (0, 17))]) is None


def test_three_tries_at_the_same_hour_are_not_yet_a_silence() -> None:
    assert ask([*talked(3, 2, 1), *rang((0, 10), (1, 10), (2, 11))]) is None


def test_who_never_answered_is_no_regular() -> None:
    assert ask(rang(*THREE)) is None
    assert ask([*talked(1), *rang(*THREE)]) is None


def test_who_asked_for_a_weekly_call_is_a_regular_from_the_first_day() -> None:
    found = ask(rang(*THREE), known=Known(wants_weekly=True))
    assert found is not None
    assert found.say.startswith("A demandé un appel chaque semaine")


def test_who_was_said_fragile_is_a_regular() -> None:
    found = ask([*talked(1), *rang(*THREE)], known=Known(is_fragile=True))
    assert found is not None
    assert found.say.startswith("Fragile ou en situation d’isolement")


def test_a_relative_who_gives_news_ends_the_silence() -> None:
    news = rang((1, 11), outcome="TIERS_NOUVELLES")
    assert ask([*talked(3, 2, 1), *rang((0, 10), (0, 14)), *news, *rang((1, 17))]) is None


@pytest.mark.parametrize("outcome", ["OCCUPE", "COUPE", "FAUX_NUMERO"])
def test_a_line_that_is_busy_or_wrong_is_no_silence(outcome: str) -> None:
    assert ask([*talked(3, 2, 1), *rang(*THREE, outcome=outcome)]) is None


def test_tries_before_somebody_found_them_another_way_count_no_more() -> None:
    history = [*talked(3, 2, 1), *rang(*THREE), *rang((2, 10))]
    assert ask(history) is not None
    assert ask(history, found_at=weeks.at((TUESDAY + timedelta(days=1)).date(), 18)) is None


def test_in_a_heat_alert_three_tries_of_one_day_are_enough_for_anybody() -> None:
    found = ask(rang((0, 10), (0, 13), (0, 17)), in_heat=True)
    assert found is not None
    assert found.in_heat
    assert found.say == (
        f"Alerte chaleur{NBSP}: trois appels sans réponse aujourd’hui "
        f"(10{NBSP}h, 13{NBSP}h, 17{NBSP}h)."
    )
    assert ask(rang((0, 10), (0, 13), (1, 10)), in_heat=True) is None


def test_a_regular_answered_two_of_the_last_three_cycles() -> None:
    missed = [one for n in range(6) for one in rang((-14 + n, 10))]
    assert is_regular([*talked(4), *missed, *talked(1)], Thresholds())
    assert not is_regular([*talked(9), *missed], Thresholds())


def test_a_campaign_may_ask_for_more_tries() -> None:
    wanted = Thresholds(tries=4)
    assert ask([*talked(3, 2, 1), *rang(*THREE)], thresholds=wanted) is None
    assert ask([*talked(3, 2, 1), *rang(*THREE, (2, 10))], thresholds=wanted) is not None


def test_only_what_differs_from_the_handbook_is_kept() -> None:
    assert thresholds.validated({"tries": " 4 ", "bands": "2", "deadline_hours": 12}) == {
        "tries": 4,
        "deadline_hours": 12,
    }
    assert thresholds.of({"silence": {"tries": 4}}).tries == 4
    assert thresholds.of({}) == Thresholds()


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"tries": "zut"}, "tries"),
        ({"tries": "0"}, "tries"),
        ({"tries": "99999999999"}, "tries"),
        ({"answered": "4"}, "answered"),
        ({"days": "5"}, "tries"),
    ],
)
def test_a_threshold_out_of_bounds_is_refused_with_its_field(
    wanted: dict[str, object], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        thresholds.validated(wanted)
    assert refused.value.field == field


def test_a_threshold_that_does_not_exist_is_a_fault() -> None:
    with pytest.raises(ValueError, match="no such threshold"):
        thresholds.validated({"pauses": 3})
