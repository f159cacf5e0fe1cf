"""What follows an attempt: when, by whom, in which words; and how answers become an outcome."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import retry
from campaigns.reference import Alert, outcomes
from campaigns.refusal import Refusal
from campaigns.retry import Attempt, Rules, Wish

PARIS = ZoneInfo("Europe/Paris")
RULES = Rules(holidays=frozenset({date(2026, 5, 1), date(2026, 4, 6)}))
# Tuesday 14 April 2026.
TUESDAY = date(2026, 4, 14)


def _at(hour, minute=0, day=TUESDAY):
    return datetime.combine(day, time(hour, minute), tzinfo=PARIS)


def _after(code, now=None, *, history=(), wish=None, rules=RULES, **more):
    return retry.after(
        outcomes()[code], history=history, wish=wish, now=now or _at(10), rules=rules, **more
    )


def _local(effect):
    return f"{effect.not_before.astimezone(PARIS):%Y-%m-%d %H:%M}"


def _tries(code, *instants):
    return [Attempt(at, code) for at in instants]


def _say(effect, now=None, *, name="Mme D.", mine=False):
    return retry.say(effect, name=name, now=now or _at(10), mine=mine).replace("\u00a0", " ")


# The next attempt ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (_at(9, 40), "2026-04-14 13:30"),
        (_at(11), "2026-04-14 14:00"),
        (_at(14), "2026-04-14 17:00"),
        (_at(17), "2026-04-15 09:30"),
        (_at(17, day=date(2026, 4, 17)), "2026-04-20 09:30"),
        (_at(17, day=date(2026, 4, 30)), "2026-05-04 09:30"),
    ],
)
def test_no_answer_is_tried_three_hours_later_in_another_band_of_a_working_day(now, expected):
    effect = _after("NON_REPONSE", now)
    assert _local(effect) == expected
    assert effect.other_band
    assert not effect.cycle_closed
    assert effect.not_before.tzinfo is UTC


def test_a_message_left_waits_a_day_and_another_band():
    assert _local(_after("REPONDEUR_MSG")) == "2026-04-15 13:30"


def test_a_second_silence_the_same_day_waits_for_the_next_day():
    effect = _after("NON_REPONSE", _at(13, 30), history=_tries("NON_REPONSE", _at(9, 30)))
    assert _local(effect) == "2026-04-15 09:30"


def test_the_same_band_is_never_used_twice_in_a_row_after_a_silence():
    evening = _after("NON_REPONSE", _at(16, 30), history=_tries("NON_REPONSE", _at(9, 30)))
    assert _local(evening) == "2026-04-15 09:30"
    morning = _after("NON_REPONSE", _at(11), history=_tries("NON_REPONSE", _at(9, 30)))
    assert _local(morning) == "2026-04-15 13:30"


def test_a_busy_line_is_rung_after_half_an_hour_and_a_cut_one_after_a_quarter():
    assert _local(_after("OCCUPE")) == "2026-04-14 10:30"
    assert _local(_after("COUPE")) == "2026-04-14 10:15"
    assert _local(_after("OCCUPE", _at(18, 20))) == "2026-04-15 09:30"


def test_busy_and_cut_lines_do_not_use_the_two_tries_of_a_day():
    history = _tries("OCCUPE", _at(9, 30), _at(10)) + _tries("COUPE", _at(10, 30))
    effect = _after("NON_REPONSE", _at(10, 45), history=history)
    assert effect.counted == 1
    assert _local(effect) == "2026-04-14 13:45"


def test_a_cut_line_is_rung_back_once_then_waits_like_a_silence():
    effect = _after("COUPE", _at(10, 15), history=_tries("COUPE", _at(10)))
    assert _local(effect) == "2026-04-14 13:30"
    tomorrow = _after("COUPE", _at(10, day=date(2026, 4, 15)), history=_tries("COUPE", _at(10)))
    assert _local(tomorrow) == "2026-04-15 10:15"


def test_the_sixth_attempt_makes_the_person_unreachable_and_not_forgotten():
    days = [date(2026, 4, day) for day in (7, 8, 9)]
    history = [one for day in days for one in _tries("NON_REPONSE", _at(10, day=day))]
    history += _tries("REPONDEUR", _at(10, day=date(2026, 4, 10)), _at(14, day=date(2026, 4, 10)))
    effect = _after("NON_REPONSE", history=history, wish="HEBDO")
    assert effect.unreachable
    assert effect.cycle_closed
    assert effect.not_before is None
    assert effect.next_due_on == date(2026, 4, 21)
    assert "n’a pas pu être jointe après 6 essais" in _say(effect)
    assert not _after("NON_REPONSE", history=history[1:]).unreachable


def test_attempts_of_a_cycle_spread_over_the_days_the_rules_ask():
    hurried = replace(RULES, max_per_day=6)
    history = _tries("NON_REPONSE", _at(9, 30), _at(9, 40), _at(9, 50))
    effect = _after("NON_REPONSE", _at(10), history=history, rules=hurried)
    assert _local(effect).startswith("2026-04-15")
    free = replace(hurried, min_days_per_cycle=1)
    effect = _after("NON_REPONSE", _at(10), history=history, rules=free)
    assert _local(effect).startswith("2026-04-14")


def test_every_number_is_tried_before_a_silence_counts():
    first = _after("NON_REPONSE", numbers_left=1)
    assert first.next_number
    assert first.counted == 0
    assert first.not_before == _at(10)
    assert _say(first) == "Essayez l’autre numéro de Mme D. tout de suite."
    second = _after(
        "NON_REPONSE", _at(10, 5), history=_tries("NON_REPONSE", _at(10)), numbers_left=1
    )
    assert not second.next_number
    assert second.counted == 1
    assert _local(second) == "2026-04-14 13:30"


def test_two_numbers_do_not_make_an_endless_day():
    history = []
    now = _at(9, 30)
    for _ in range(12):
        effect = _after("NON_REPONSE", now, history=history, numbers_left=1)
        history.append(Attempt(now, "NON_REPONSE"))
        now = max(effect.not_before, now + timedelta(minutes=1)) if effect.not_before else now
    assert effect.unreachable
    per_day = [attempt.at.astimezone(PARIS).date() for attempt in history]
    assert max(per_day.count(day) for day in per_day) == 4
    assert len(set(per_day)) == 3


def test_a_wrong_number_is_dropped_and_the_next_one_tried_at_once():
    effect = _after("FAUX_NUMERO", numbers_left=1)
    assert effect.invalidates_number
    assert effect.next_number
    assert not effect.cycle_closed
    assert _say(effect).endswith("Ce numéro ne sera plus composé.")


@pytest.mark.parametrize("code", ["FAUX_NUMERO", "NON_ATTRIBUE", "SANS_NUMERO"])
def test_without_any_number_left_the_person_is_to_be_traced_and_owed_no_call(code):
    effect = _after(code, wish="HEBDO")
    assert effect.to_trace
    assert effect.cycle_closed
    assert effect.next_due_on is None
    assert "numéros à retrouver" in _say(effect)


def test_one_voicemail_a_cycle():
    assert retry.may_leave_message([], RULES)
    assert not retry.may_leave_message(_tries("REPONDEUR_MSG", _at(10)), RULES)


# Clocks -------------------------------------------------------------------------------------

EVERY_DAY = replace(RULES, working_days=frozenset(range(7)), bands=((time(0), time(23, 59)),))


def test_three_hours_are_three_hours_on_the_night_the_clocks_change():
    spring = datetime(2026, 3, 28, 23, tzinfo=PARIS)
    autumn = datetime(2026, 10, 24, 23, 30, tzinfo=PARIS)
    for now in (spring, autumn):
        effect = _after("NON_REPONSE", now, rules=EVERY_DAY)
        assert effect.not_before - now.astimezone(UTC) == timedelta(hours=3)


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_a_day_later_is_the_same_hour_of_the_clock_when_the_clocks_change(day):
    effect = _after("JOINT_ALERTE", _at(14, day=day), rules=EVERY_DAY)
    assert _local(effect) == f"{day + timedelta(days=1)} 14:00"


def test_an_instant_without_a_zone_is_a_bug():
    with pytest.raises(ValueError, match="aware"):
        _after("NON_REPONSE", _at(10).replace(tzinfo=None))
    with pytest.raises(ValueError, match="aware"):
        _after("RAPPEL_DATE", asked=_at(15).replace(tzinfo=None))


def test_hours_that_leave_no_time_to_call_are_a_bug_of_the_settings():
    with pytest.raises(ValueError, match="no band"):
        _after("NON_REPONSE", rules=replace(RULES, working_days=frozenset()))


def test_a_campaign_elsewhere_follows_its_own_clock():
    reunion = replace(RULES, timezone=ZoneInfo("Indian/Reunion"))
    effect = _after("NON_REPONSE", datetime(2026, 4, 14, 6, tzinfo=UTC), rules=reunion)
    assert effect.not_before == datetime(2026, 4, 14, 9, 30, tzinfo=UTC)


# Promises -----------------------------------------------------------------------------------


def test_a_promised_hour_is_kept_as_it_is_even_between_bands():
    effect = _after("RAPPEL_DATE", asked=_at(12, 15, day=date(2026, 4, 16)))
    assert _local(effect) == "2026-04-16 12:15"
    assert effect.appointment
    assert effect.same_caller
    assert _say(effect, mine=True) == "Mme D. revient jeudi à 12 h 15, à vous."
    assert _say(effect) == "Mme D. revient jeudi à 12 h 15."


def test_a_promised_day_means_its_first_band():
    effect = _after("RAPPEL_DATE", asked=date(2026, 4, 16))
    assert _local(effect) == "2026-04-16 09:30"
    assert _say(effect, mine=True) == "Mme D. revient jeudi matin, à vous."
    today = _after("RAPPEL_DATE", asked=TUESDAY)
    assert today.not_before == _at(10)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (None, "Indiquez le jour convenu"),
        (_at(9, 59), "déjà passé"),
        (_at(10, day=date(2026, 4, 18)), "Personne n’appelle ce jour-là"),
        (_at(10, day=date(2026, 5, 1)), "Personne n’appelle ce jour-là"),
        (_at(22, day=date(2026, 4, 15)), "entre 9 h et 20 h"),
        (date(2026, 4, 13), "Aucun appel n’est possible ce jour-là"),
        (date(2026, 4, 19), "Aucun appel n’est possible ce jour-là"),
    ],
)
def test_a_promise_that_cannot_be_kept_is_refused(asked, sentence):
    with pytest.raises(Refusal) as refused:
        _after("RAPPEL_DATE", asked=asked)
    assert sentence in str(refused.value).replace("\u00a0", " ")
    assert refused.value.field == "asked"


def test_a_conversation_may_end_on_a_promise_which_replaces_the_wish():
    effect = _after("JOINT_OK", wish="MENSUEL", asked=_at(15, day=date(2026, 4, 20)))
    assert effect.cycle_closed
    assert effect.next_due_on == date(2026, 4, 20)
    assert _local(effect) == "2026-04-20 15:00"


def test_nobody_promises_on_a_line_that_rings_out():
    with pytest.raises(Refusal, match="ne va pas avec"):
        _after("NON_REPONSE", asked=date(2026, 4, 20))


def test_a_hospital_stay_suspends_a_fortnight_or_until_the_day_told():
    effect = _after("HOSPITALISE")
    assert effect.suspended_until == date(2026, 4, 28)
    assert _local(effect) == "2026-04-28 09:30"
    assert _after("HOSPITALISE", asked=date(2026, 4, 20)).suspended_until == date(2026, 4, 20)
    assert _say(effect) == "Mme D. ne sera pas appelée avant le mardi 28 avril."


def test_an_absence_suspends_until_the_day_after_it_ends():
    effect = _after("ABSENT_DATE", asked=date(2026, 4, 30))
    assert effect.suspended_until == date(2026, 5, 1)
    assert _local(effect) == "2026-05-04 09:30"
    assert "vendredi 1er mai" in _say(effect)
    with pytest.raises(Refusal, match="déjà passée"):
        _after("ABSENT_DATE", asked=date(2026, 4, 1))
    with pytest.raises(Refusal, match="Indiquez le jour"):
        _after("ABSENT_DATE")


# The end of a cycle -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "due"),
    [
        ("HEBDO", date(2026, 4, 21)),
        ("QUINZAINE", date(2026, 4, 28)),
        ("MENSUEL", date(2026, 5, 14)),
        ("PONCTUEL", None),
        ("INDECIS", date(2026, 5, 12)),
        (None, date(2026, 5, 12)),
    ],
)
def test_when_a_cycle_closes_the_next_call_is_owed_by_the_wish(wish, due):
    for code in ("JOINT_OK", "JOINT_BESOIN", "TIERS_NOUVELLES"):
        effect = _after(code, wish=wish)
        assert effect.cycle_closed
        assert effect.not_before is None
        assert effect.next_due_on == due
        assert effect.stop is None


def test_a_month_later_stays_inside_the_month():
    assert _after("JOINT_OK", _at(10, day=date(2027, 1, 31)), wish="MENSUEL").next_due_on == date(
        2027, 2, 28
    )
    assert _after("JOINT_OK", _at(10, day=date(2026, 12, 31)), wish="MENSUEL").next_due_on == date(
        2027, 1, 31
    )


def test_the_undecided_are_asked_again_once():
    assert _after("JOINT_OK", wish="INDECIS", was_undecided=True).next_due_on is None


def test_a_person_who_says_never_is_never_called_again_whatever_the_outcome():
    for code, outcome in outcomes().items():
        asked = _at(15, day=date(2026, 4, 20)) if outcome.needs_date else None
        effect = _after(code, wish="JAMAIS", asked=asked)
        assert effect.stop
        assert effect.cycle_closed
        assert effect.not_before is effect.next_due_on is None


def test_outcomes_that_stop_calls_say_why():
    assert {code for code in outcomes() if outcomes()[code].stops_calls} == {
        "REFUS_DEFINITIF",
        "EN_ETABLISSEMENT",
        "DECEDE",
        "HORS_CIBLE",
    }
    effect = _after("DECEDE", wish="HEBDO")
    assert effect.stop == "Personne décédée"
    assert _say(effect) == "Mme D. ne sera plus appelée."
    assert _say(effect, name="M. B.") == "M. B. ne sera plus appelé."
    assert _say(effect, name="Dominique A.") == "Dominique A. ne sera plus appelé·e."


def test_a_soft_refusal_is_tried_once_more_by_someone_else():
    first = _after("REFUS_JOUR")
    assert first.other_caller
    assert _local(first) == "2026-04-21 10:00"
    assert "Quelqu’un d’autre rappellera." in _say(first)
    again = _after("MEFIANCE", history=_tries("REFUS_JOUR", _at(10, day=date(2026, 4, 7))))
    assert again.cycle_closed
    assert _local(_after("MEFIANCE")) == "2026-04-17 10:00"


def test_a_heat_alert_calls_everyone_every_day_but_who_said_never():
    heat = replace(RULES, rhythm_days=1, working_days=frozenset(range(7)))
    assert _after("JOINT_OK", wish="PONCTUEL", rules=heat).next_due_on == date(2026, 4, 15)
    assert _after("JOINT_OK", wish="JAMAIS", rules=heat).stop


def test_alerts_voices_and_channels_follow_the_table():
    alert = _after("JOINT_ALERTE")
    assert alert.alert is Alert.COORDINATION
    assert alert.same_caller
    assert "La coordination est prévenue tout de suite." in _say(alert)
    assert _after("CONFUSION").alert is Alert.TERRITORY
    assert "Le territoire est prévenu tout de suite." in _say(_after("CONFUSION"))
    assert _after("LANGUE").needs_language
    assert _after("AUDITION").other_channel
    returned = _after("NON_TRAITE")
    assert returned.returned
    assert returned.not_before == _at(10)


def test_a_wish_that_is_none_of_the_pages_is_refused():
    """Asked before the form is checked: what saving would entail, a rehearsal."""
    with pytest.raises(Refusal, match="une des réponses de la page"):
        _after("JOINT_OK", wish="PARFOIS")


# Words --------------------------------------------------------------------------------------


def test_the_effect_is_told_in_plain_french():
    assert _say(_after("NON_REPONSE", _at(11)), _at(11)) == (
        "Nouvel essai à partir de 14 h, sur une autre tranche."
    )
    assert _say(_after("NON_REPONSE", _at(17)), _at(17)) == (
        "Nouvel essai demain matin, sur une autre tranche."
    )
    assert _say(_after("REFUS_JOUR")) == (
        "Nouvel essai le mardi 21 avril, matin. Quelqu’un d’autre rappellera."
    )
    assert _say(_after("JOINT_ECOURTE"), mine=True) == "Mme D. revient demain matin, à vous."
    assert _say(_after("JOINT_OK", wish="HEBDO")) == (
        "Mme D. sera rappelée à partir du mardi 21 avril."
    )
    assert _say(_after("JOINT_OK", wish="PONCTUEL")) == "Aucun autre appel à Mme D. n’est prévu."
    assert _say(_after("NON_TRAITE")) == "Mme D. retourne au lot commun."


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("NON_REPONSE", "Sonne, ne répond pas — nouvel essai dans 3 h"),
        ("OCCUPE", "Occupé — nouvel essai dans 30 min"),
        ("REPONDEUR_MSG", "Messagerie, message laissé — nouvel essai dans 24 h"),
        ("REFUS_JOUR", "Ne souhaite pas parler aujourd’hui — nouvel essai dans 7 jours"),
        ("REFUS_DEFINITIF", "Ne plus appeler — plus aucun appel"),
        ("JOINT_OK", "Conversation, tout va bien — prochain appel selon le souhait"),
        ("RAPPEL_DATE", "Rappel convenu à date et heure — rappel au moment convenu"),
        ("ABSENT_DATE", "Absent·e jusqu’à une date — rappel après la date dite"),
        ("SANS_NUMERO", "Aucun numéro exploitable — numéro à retrouver"),
        (
            "JOINT_ALERTE",
            "Conversation, situation d’alerte — la coordination est prévenue, rappel dans 24 h",
        ),
        (
            "HOSPITALISE",
            "Hospitalisé·e — aucun appel pendant 14 jours ou jusqu’à la date dite",
        ),
    ],
)
def test_a_button_says_what_the_rule_will_do(code, text):
    assert retry.label(outcomes()[code], RULES).replace("\u00a0", " ") == text


def test_a_button_follows_the_setting_and_so_does_the_effect():
    slower = replace(RULES, delays={"NON_REPONSE": timedelta(hours=4, minutes=30)})
    text = retry.label(outcomes()["NON_REPONSE"], slower).replace("\u00a0", " ")
    assert text.endswith("nouvel essai dans 4 h 30")
    effect = _after("NON_REPONSE", _at(9, 30), rules=slower)
    assert _local(effect) == "2026-04-14 14:00"
    heat = replace(RULES, rhythm_days=1)
    assert "prochain appel dans 24" in retry.label(outcomes()["JOINT_OK"], heat)


def test_every_outcome_has_a_button_and_a_sentence():
    for code, outcome in outcomes().items():
        assert retry.label(outcome, RULES).startswith(f"{outcome.label} — ")
        asked = date(2026, 4, 20) if outcome.needs_date else None
        said = retry.say(_after(code, asked=asked), name="Mme D.", now=_at(10), mine=True)
        assert said.endswith(".")
        assert " :" not in said


# Properties ---------------------------------------------------------------------------------


@given(
    code=st.sampled_from([code for code, one in outcomes().items() if not one.needs_date]),
    now=st.datetimes(
        _at(0, day=date(2026, 1, 1)).replace(tzinfo=None),
        _at(0, day=date(2027, 12, 31)).replace(tzinfo=None),
        timezones=st.just(PARIS),
    ),
    before=st.lists(st.sampled_from(["NON_REPONSE", "REPONDEUR", "OCCUPE", "COUPE"]), max_size=8),
    wish=st.sampled_from([None, *Wish]),
    numbers_left=st.integers(0, 2),
)
def test_an_effect_never_contradicts_itself(code, now, before, wish, numbers_left):
    history = [
        Attempt(now - timedelta(hours=2 * index + 2), one) for index, one in enumerate(before)
    ]
    effect = _after(code, now, history=history, wish=wish, numbers_left=numbers_left)
    assert effect.cycle_closed == (effect.not_before is None)
    assert not (effect.stop and (effect.next_due_on or effect.not_before))
    if effect.not_before is not None:
        assert effect.not_before >= now
        if not effect.next_number:
            local = effect.not_before.astimezone(PARIS)
            assert RULES.works_on(local.date())
            assert retry.band_of(effect.not_before, RULES) is not None
            if effect.other_band and retry.band_of(now, RULES) is not None:
                assert retry.band_of(effect.not_before, RULES) != retry.band_of(now, RULES)


def test_no_day_ever_sees_more_than_two_counted_attempts():
    history, now = [], _at(9, 30)
    while True:
        effect = _after("NON_REPONSE", now, history=history)
        history.append(Attempt(now, "NON_REPONSE"))
        if effect.cycle_closed:
            break
        now = effect.not_before
    days = [attempt.at.astimezone(PARIS).date() for attempt in history]
    bands = [retry.band_of(attempt.at, RULES) for attempt in history]
    assert len(history) == 6
    assert max(days.count(day) for day in days) == 2
    assert all(one != other for one, other in zip(bands, bands[1:], strict=False))
