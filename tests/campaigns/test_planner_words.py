"""Beside every name a reason, for everyone who waits another, and what would help."""

from datetime import date

import pytest

from campaigns import planner
from campaigns.planner import Caller, Candidate, LeftOutReason, Settings, Stream

TUESDAY_MORNING = (date(2026, 11, 24), "am")
THURSDAY_AFTERNOON = (date(2026, 11, 26), "pm")
FREE = Caller(1, 1, frozenset(), 10, frozenset({TUESDAY_MORNING}))


def why(person: Candidate, *callers: Caller) -> str:
    (one,) = planner.assign([person], callers or [FREE], Settings()).assigned
    return one.why


def waiting(
    person: Candidate, *callers: Caller, chosen: Settings | None = None
) -> tuple[LeftOutReason, str]:
    (one,) = planner.assign([person], callers or [FREE], chosen or Settings()).left_out
    return one.reason, one.say


def test_a_kept_voice_is_told_what_was_asked_and_how_often_they_spoke():
    person = Candidate(1, Stream.ROSTER, 1, last_caller=1, times_called_by_last=2, wish="HEBDO")
    assert why(person) == (
        "a demandé un appel chaque semaine\u00a0; vous l’avez déjà eue deux fois"
    )


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("QUINZAINE", "a demandé un appel tous les quinze jours"),
        ("MENSUEL", "a demandé un appel chaque mois"),
        ("INDECIS", "n’a pas encore choisi son rythme d’appel"),
        (None, "attend son appel régulier"),
    ],
)
def test_the_wish_is_said_in_words(wish: str | None, said: str):
    assert why(Candidate(1, Stream.ROSTER, 1, wish=wish)) == f"{said}\u00a0; habite votre secteur"


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (
            Candidate(1, Stream.APPOINTMENT, 1, half_day=TUESDAY_MORNING),
            "attend un rappel mardi 24 novembre, le matin",
        ),
        (Candidate(1, Stream.APPOINTMENT, 1), "attend le rappel promis pour cette semaine"),
        (Candidate(1, Stream.ALARM, 1), "on prend de ses nouvelles après une alerte"),
        (Candidate(1, Stream.RETRY, 1), "n’a pas encore pu être jointe"),
        (Candidate(1, Stream.SWEEP, 1), "attend son premier appel"),
        (
            Candidate(1, Stream.SWEEP, 1, weeks_waited=1),
            "attend son premier appel depuis une semaine",
        ),
        (
            Candidate(1, Stream.SWEEP, 1, weeks_waited=12),
            "attend son premier appel depuis 12 semaines",
        ),
    ],
)
def test_each_stream_says_why_the_call_is_due(person: Candidate, said: str):
    assert why(person) == f"{said}\u00a0; habite votre secteur"


@pytest.mark.parametrize(
    ("facts", "caller", "said"),
    [
        ({"last_caller": 1, "times_called_by_last": 1}, FREE, "vous l’avez déjà eue une fois"),
        ({"last_caller": 1}, FREE, "vous la suivez déjà"),
        ({"last_caller": 9}, FREE, "sa voix habituelle ne peut pas l’appeler cette semaine"),
        (
            {"language": "pt"},
            Caller(2, 1, frozenset({"pt"}), 1, frozenset()),
            "parle portugais, comme vous",
        ),
        (
            {},
            Caller(2, 3, frozenset(), 1, frozenset()),
            "vient d’un autre secteur, pour que les appels soient bien partagés",
        ),
        ({}, Caller(2, None, frozenset(), 1, frozenset()), "vous appelez dans tous les secteurs"),
        ({"territory": None}, FREE, "sa commune reste à préciser"),
    ],
)
def test_each_caller_is_told_why_it_is_them(facts: dict, caller: Caller, said: str):
    person = Candidate(**({"id": 1, "stream": Stream.SWEEP, "territory": 1} | facts))
    assert why(person, caller).endswith(f"\u00a0; {said}")


def test_a_voice_whose_week_is_full_is_said_so():
    full = Caller(1, 1, frozenset(), 1, frozenset())
    other = Caller(2, 1, frozenset(), 1, frozenset())
    due = [Candidate(n, Stream.ROSTER, 1, last_caller=1) for n in (1, 2)]
    split = planner.assign(due, [full, other], Settings())
    assert [one.why.split("\u00a0; ")[1] for one in split.assigned] == [
        "vous la suivez déjà",
        "sa voix habituelle n’avait plus de place",
    ]


def test_who_was_not_reached_last_week_is_told_so_unless_they_were_tried():
    put_off = " et n’a pas pu être appelée la semaine dernière"
    assert put_off in why(Candidate(1, Stream.SWEEP, 1, unserved=True))
    assert put_off in why(Candidate(1, Stream.ROSTER, 1, unserved=True))
    assert put_off not in why(Candidate(1, Stream.RETRY, 1, unserved=True))


def test_a_best_half_day_is_told_to_who_works_it():
    assert why(Candidate(1, Stream.SWEEP, 1, best_half="am")).endswith(
        "habite votre secteur\u00a0; préfère le matin"
    )
    assert "préfère" not in why(Candidate(1, Stream.SWEEP, 1, best_half="pm"))


def test_nobody_free_this_week_is_said():
    split = planner.assign([Candidate(1, Stream.SWEEP, 1)], [], Settings())
    assert split.left_out[0].reason is LeftOutReason.NO_CALLER
    assert split.left_out[0].say == "aucun volontaire n’est disponible cette semaine"


def test_a_language_nobody_speaks_is_the_reason():
    assert waiting(Candidate(1, Stream.SWEEP, 1, language="pt")) == (
        LeftOutReason.LANGUAGE,
        "parle portugais\u00a0; aucun volontaire de la semaine ne le parle",
    )


def test_a_language_whose_speakers_are_full_is_the_reason():
    speaker = Caller(1, 1, frozenset({"pt"}), 1, frozenset())
    due = [Candidate(n, Stream.SWEEP, 1, language="pt") for n in (1, 2)]
    split = planner.assign(due, [speaker], Settings())
    assert split.left_out[0].reason is LeftOutReason.LANGUAGE
    assert split.left_out[0].say == "parle portugais\u00a0; personne de libre qui le parle"
    assert split.what_would_help == ("Une voix de plus qui parle portugais, pour 1 foyer.",)


def test_a_call_back_outside_the_half_days_is_the_reason():
    person = Candidate(1, Stream.APPOINTMENT, 1, half_day=THURSDAY_AFTERNOON)
    assert waiting(person) == (
        LeftOutReason.HALF_DAY,
        (
            "rendez-vous hors des disponibilités\u00a0: "
            "personne n’appelle jeudi 26 novembre, l’après-midi"
        ),
    )
    split = planner.assign([person], [FREE], Settings())
    assert split.what_would_help == (
        "Un volontaire jeudi 26 novembre, l’après-midi, pour 1 rendez-vous.",
    )


def test_a_household_everybody_knows_is_the_reason():
    person = Candidate(1, Stream.SWEEP, 1, barred=frozenset({1}))
    said = (LeftOutReason.BARRED, "les volontaires possibles sont de son entourage")
    assert waiting(person) == said
    home = Caller(1, 1, frozenset(), 5, frozenset(), commune="80001")
    person = Candidate(1, Stream.SWEEP, 1, commune="80001")
    assert waiting(person, home, chosen=Settings(own_commune_allowed=False)) == said


def test_a_place_kept_for_the_sweep_is_the_reason():
    due = [Candidate(n, Stream.ROSTER, 1) for n in range(10)]
    due += [Candidate(20 + n, Stream.SWEEP, 1) for n in range(10)]
    split = planner.assign(due, [FREE], Settings())
    reasons = {one.candidate.stream: (one.reason, one.say) for one in split.left_out}
    held, say = reasons[Stream.ROSTER]
    assert held is LeftOutReason.HELD_FOR_SWEEP
    assert say.startswith("plus de place cette semaine\u00a0; 40")
    assert say.endswith("des appels sont gardés pour le premier tour")
    assert reasons[Stream.SWEEP] == (LeftOutReason.NO_ROOM, "plus de place cette semaine")


def test_what_would_help_is_counted_in_half_days():
    due = [Candidate(n, Stream.ROSTER, 1) for n in range(114)]
    split = planner.assign(due, [FREE], Settings(pace=12))
    assert split.half_days_missing == 9
    assert split.what_would_help == (
        "9 demi-journées de plus, et les 104 foyers attendus auraient leur appel cette semaine.",
    )


def test_the_promised_calls_are_helped_before_the_first_sweep():
    due = [Candidate(n, Stream.ROSTER, 1) for n in range(7)]
    due += [Candidate(20 + n, Stream.SWEEP, 1) for n in range(29)]
    split = planner.assign(due, [FREE], Settings(pace=12))
    assert split.half_days_missing == 3
    assert split.what_would_help == (
        "1 demi-journée de plus, et le foyer attendu aurait son appel cette semaine.",
        (
            "3 demi-journées de plus, "
            "et les 25 foyers du premier tour auraient leur appel cette semaine."
        ),
    )


def test_a_full_week_needs_nothing():
    split = planner.assign([Candidate(1, Stream.SWEEP, 1)], [FREE], Settings())
    assert (split.half_days_missing, split.what_would_help) == (0, ())


def test_every_reason_has_its_french_label():
    assert all(reason.label and len(reason.value) <= 24 for reason in LeftOutReason)
