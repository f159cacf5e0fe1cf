"""What a campaign changes of the contact rules: checked, kept as differences, told as applied."""

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import retry
from campaigns.calls import rules
from campaigns.models import Campaign
from campaigns.reference import outcomes
from campaigns.refusal import Refusal
from campaigns.retry import settings

PARIS = ZoneInfo("Europe/Paris")
ALL_WEEK = list(range(7))


def _next(code, at, changes):
    effect = retry.after(
        outcomes()[code], history=(), wish=None, now=at, rules=settings.merged(changes)
    )
    assert effect.not_before is not None
    return effect.not_before.astimezone(PARIS)


def _at(hour, minute=0, day=14):
    return datetime(2026, 4, day, hour, minute, tzinfo=PARIS)


def test_a_campaign_that_changed_nothing_has_the_rules_of_the_handbook():
    assert settings.merged({}) == retry.Rules()
    assert rules.of(Campaign(rules={}), 2026) == rules.rules_of(2026)
    assert rules.of(Campaign(rules={"max_per_day": 1}), 2026).holidays == (
        rules.rules_of(2026).holidays
    )


def test_only_what_differs_is_kept():
    asked = {
        "gap_hours": "3",
        "max_per_day": "3",
        "bands": [("13:30", "16:00"), ("9 h 30", time(12)), ["16h", "18:30"]],
        "working_days": ["4", 3, 2, 1, 0],
        "appointments": ("9:00", "20:00"),
        "rhythm_days": "",
        "works_on_holidays": False,
        "busy_minutes": 30,
        "cut_minutes": "20",
    }
    assert rules.validated(asked) == {"cut_minutes": 20, "max_per_day": 3}


def test_what_is_kept_can_be_written_as_json_and_validated_again():
    asked = {"bands": [["10:00", "12:30"]], "gap_hours": "4,5", "working_days": ALL_WEEK}
    kept = rules.validated(asked)
    assert kept == json.loads(json.dumps(kept)) == rules.validated(kept)
    assert settings.merged(kept).bands == ((time(10), time(12, 30)),)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bands", []),
        ("bands", "9:30"),
        ("bands", [["12:00", "9:30"]]),
        ("bands", [["9:30", "12:00"], ["11:00", "14:00"]]),
        ("bands", [["7:00", "9:00"]]),
        ("bands", [["9:30", "21:00"]]),
        ("bands", [["9:30", "midi"]]),
        ("bands", [["9:30", "25:00"]]),
        ("bands", [["9:30"]]),
        ("appointments", ["18:00", "9:00"]),
        ("working_days", []),
        ("working_days", [7]),
        ("working_days", ["lundi"]),
        ("gap_hours", "0"),
        ("gap_hours", "beaucoup"),
        ("gap_hours", "nan"),
        ("voicemail_hours", 1000),
        ("busy_minutes", 1),
        ("max_per_day", 0),
        ("max_per_day", "2,5"),
        ("max_per_day", 6.0000001),
        ("max_per_cycle", "inf"),
        ("max_per_cycle", 99),
        ("min_days_per_cycle", 0),
        ("voicemails_per_cycle", -1),
        ("undecided_days", 1),
        ("rhythm_days", 0),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_by_its_field(field, value):
    with pytest.raises(Refusal) as said:
        rules.validated({field: value})
    assert said.value.field == field
    assert str(said.value)[0].isupper()
    assert str(said.value).endswith(".")


def test_settings_that_contradict_each_other_are_refused():
    with pytest.raises(Refusal, match="en un jour") as said:
        rules.validated({"max_per_day": 6, "max_per_cycle": 5})
    assert said.value.field == "max_per_day"
    with pytest.raises(Refusal, match="se répartir") as said:
        rules.validated({"max_per_cycle": 2})
    assert said.value.field == "min_days_per_cycle"
    assert rules.validated({"max_per_cycle": 2, "min_days_per_cycle": 2})


def test_a_setting_that_does_not_exist_is_a_bug():
    with pytest.raises(ValueError, match="no such setting"):
        rules.validated({"gap": 3})


def test_the_gap_is_that_of_every_try_the_table_spaces_alike():
    assert _next("NON_REPONSE", _at(9, 30), {"gap_hours": 5}) == _at(14, 30)
    assert _next("REPONDEUR", _at(9, 30), {"gap_hours": 5}) == _at(14, 30)
    assert _next("OCCUPE", _at(9, 30), {"gap_hours": 5}) == _at(10)
    assert _next("REPONDEUR_MSG", _at(9, 30), {"gap_hours": 5}) == _at(13, 30, day=15)


def test_a_message_a_busy_and_a_cut_line_have_waits_of_their_own():
    assert _next("REPONDEUR_MSG", _at(10), {"voicemail_hours": 48}) == _at(13, 30, day=16)
    assert _next("OCCUPE", _at(10), {"busy_minutes": 45}) == _at(10, 45)
    assert _next("COUPE", _at(10), {"cut_minutes": 5}) == _at(10, 5)


def test_the_next_try_follows_the_bands_and_days_of_the_campaign():
    one_band = {"bands": [["10:00", "12:00"]]}
    assert _next("NON_REPONSE", _at(10), one_band) == _at(10, day=15)
    saturday = {"working_days": [0, 5]}
    assert _next("NON_REPONSE", _at(17), saturday) == _at(9, 30, day=18)


def test_a_heat_alert_calls_on_holidays_too_where_the_campaign_says_so():
    friday = datetime(2026, 4, 30, 17, tzinfo=PARIS)
    feast = frozenset({date(2026, 5, 1)})

    def after(changes):
        chosen = settings.merged({"working_days": ALL_WEEK} | changes, holidays=feast)
        return retry.next_slot(friday + timedelta(hours=3), chosen).astimezone(PARIS).date()

    assert after({}) == date(2026, 5, 2)
    assert after({"works_on_holidays": True}) == date(2026, 5, 1)


def test_a_rhythm_of_the_campaign_replaces_the_wishes():
    effect = retry.after(
        outcomes()["JOINT_OK"],
        history=(),
        wish="MENSUEL",
        now=_at(10),
        rules=settings.merged({"rhythm_days": 1}),
    )
    assert effect.next_due_on == date(2026, 4, 15)


def test_the_rules_are_told_as_they_are_applied():
    told = " ".join(rules.describe(settings.merged({}))).replace("\u00a0", " ")
    assert "du lundi au vendredi, sauf les jours fériés et de fermeture" in told
    assert "de 9 h 30 à 12 h, de 13 h 30 à 16 h et de 16 h à 18 h 30" in told
    assert "nouvel essai dans 3 h, sur une autre tranche horaire" in told
    assert "2 essais par jour et 6 en tout, sur 3 jours différents" in told
    assert "entre 9 h et 20 h" in told
    assert "28 jours" in told


def test_what_is_told_follows_each_setting():
    changed = rules.validated(
        {
            "bands": [["10:00", "12:00"]],
            "working_days": [1, 3],
            "works_on_holidays": True,
            "gap_hours": 4,
            "voicemails_per_cycle": 0,
            "rhythm_days": 2,
        }
    )
    told = " ".join(rules.describe(settings.merged(changed))).replace("\u00a0", " ")
    assert "le mardi et le jeudi, de 10 h à 12 h." in told
    assert "nouvel essai dans 4 h." in told
    assert "Aucun message" in told
    assert "tous les 2 jours" in told
    every = settings.merged({"working_days": ALL_WEEK, "rhythm_days": 1})
    assert "tous les jours, sauf les jours fériés et de fermeture" in rules.describe(every)[0]
    assert "chaque jour" in rules.describe(every)[-1]


hours = st.integers(8 * 60, 20 * 60).map(lambda minutes: f"{minutes // 60}:{minutes % 60:02d}")
changes = st.fixed_dictionaries(
    {},
    optional={
        "bands": st.lists(st.tuples(hours, hours), max_size=4),
        "appointments": st.tuples(hours, hours),
        "working_days": st.lists(st.integers(-1, 7), max_size=7),
        "works_on_holidays": st.booleans(),
        "gap_hours": st.one_of(st.floats(), st.integers(-1, 80)),
        "voicemail_hours": st.integers(0, 400),
        "max_per_day": st.integers(0, 8),
        "max_per_cycle": st.one_of(st.text(max_size=3), st.integers(0, 25)),
        "min_days_per_cycle": st.integers(0, 12),
        "rhythm_days": st.one_of(st.none(), st.integers(0, 100)),
    },
)


@given(changes, st.sampled_from(["NON_REPONSE", "OCCUPE", "REPONDEUR_MSG", "COUPE"]))
def test_settings_are_refused_or_leave_time_to_call(asked, code):
    try:
        kept = rules.validated(asked)
    except Refusal:
        return  # refused by its field: a test of its own
    chosen = settings.merged(kept)
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    effect = retry.after(outcomes()[code], history=(), wish=None, now=now, rules=chosen)
    assert effect.not_before is None or retry.band_of(effect.not_before, chosen) is not None
    assert all(sentence.endswith(".") for sentence in rules.describe(chosen))
