"""Where needs go: by commune, by condition, with a sentence, and never nowhere."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import reference, routing
from campaigns.reference import Mode, Route, Urgency
from campaigns.routing import Destination, Place


def _somme():
    offices = {
        row.code: Destination(row.code, row.kind, row.name, row.email, row.phone)
        for row in reference.offices("80")
    }
    for one in reference.territories("80"):
        code = f"TERRITOIRE_{one.code}"
        offices[code] = Destination(code, "territoire", one.name, one.email)
    return offices


SOMME = _somme()
PERONNE = Place("80620", "Péronne", "HDS")
CROTOY = Place("80228", "Le Crotoy", "PIM")
WOIREL = Place("80828", "Woirel", "PIM")
NOWHERE = Place(None, "", None)


def _route(category, place=PERONNE, directory=SOMME, routes=None, **facts):
    return routing.route(category, place=place, facts=facts, directory=directory.get, routes=routes)


def _codes(steps):
    return [step.destination.code for step in steps]


def _without(*codes):
    return {code: office for code, office in SOMME.items() if code not in codes}


def test_all_rows_of_the_first_usable_rank_act_together():
    assert _codes(_route("ALI_URGENCE")) == ["TERRITOIRE_HDS", "CCAS_80620"]
    assert _codes(_route("SAN_VITAL")) == ["SAMU", "COORDINATION"]


def test_a_row_whose_condition_is_not_true_does_not_act():
    assert _codes(_route("ALI_PORTAGE")) == ["CCAS_80620"]
    assert _codes(_route("ALI_PORTAGE", plan_apa_pch=None)) == ["CCAS_80620"]
    assert _codes(_route("ALI_PORTAGE", plan_apa_pch=True)) == ["CCAS_80620", "TERRITOIRE_HDS"]


def test_the_next_rank_acts_when_the_first_has_no_usable_row():
    assert _codes(_route("EMP_EMPLOI")) == ["FRANCE_TRAVAIL"]
    assert _codes(_route("EMP_EMPLOI", moins_de_26_ans=True)) == ["MISSION_LOCALE"]
    assert _codes(_route("EMP_EMPLOI", moins_de_26_ans=True, allocataire_rsa=True)) == [
        "TERRITOIRE_HDS"
    ]
    assert _codes(_route("SAN_DROITS", directory=_without("CPAM"))) == ["CCAS_80620"]


@pytest.mark.parametrize(
    ("facts", "office"),
    [
        ({}, "CPAM"),
        ({"regime_agricole": None}, "CPAM"),
        ({"regime_agricole": False}, "CPAM"),
        ({"regime_general": True}, "CPAM"),
        ({"regime_agricole": True}, "MSA"),
        ({"regime_general": False}, "MSA"),
    ],
)
def test_the_scheme_is_the_general_one_until_known(facts, office):
    assert _codes(_route("SAN_RDV", **facts)) == [office]


def test_a_commune_without_a_ccas_is_served_by_its_mairie():
    (step,) = _route("ALI_COURSES", place=WOIREL)
    assert step.destination.code == "MAIRIE_80828"
    assert step.reason.endswith("c’est la mairie qui s’en occupe, faute de CCAS.")


def test_an_arrondissement_is_served_by_its_city_when_it_has_no_office_of_its_own():
    ward = Place("75111", "Paris 11e Arrondissement", None, city="75056")
    ccas = Destination("CCAS_75056", "ccas", "CCAS de Paris", "ccas@example.org")
    mairie = Destination("MAIRIE_75111", "mairie", "Mairie du 11e", "mairie11@example.org")
    offices = {office.code: office for office in (ccas, mairie)}
    assert _codes(_route("ALI_COURSES", place=ward, directory=offices)) == ["CCAS_75056"]
    assert _codes(_route("DIV_ANIMAUX", place=ward, directory=offices)) == ["MAIRIE_75111"]


def test_one_office_meant_twice_acts_once():
    rows = (
        Route("ALI_COURSES", 1, "CCAS", "toujours", Mode.MAIL),
        Route("ALI_COURSES", 1, "MAIRIE", "toujours", Mode.MAIL),
    )
    assert _codes(_route("ALI_COURSES", place=WOIREL, routes=rows)) == ["MAIRIE_80828"]


def test_an_office_without_an_address_receives_no_mail():
    silent = {**SOMME, "CCAS_80620": Destination("CCAS_80620", "ccas", "CCAS", None, "3949")}
    assert _codes(_route("ALI_URGENCE", directory=silent)) == ["TERRITOIRE_HDS"]
    (step,) = _route("ALI_COURSES", directory=silent)
    assert (step.destination.code, step.is_fallback) == ("COORDINATION", True)


def test_a_territory_reads_its_needs_here_and_so_needs_no_address():
    bare = Destination("TERRITOIRE_HDS", "territoire", "Hauts de Somme")
    steps = _route("AUT_APA", directory={"TERRITOIRE_HDS": bare})
    assert _codes(steps) == ["TERRITOIRE_HDS"]
    assert not steps[0].is_fallback


def test_a_call_whose_number_is_to_be_found_stays_in_the_plan_but_does_not_carry_it_alone():
    mailed, rung = _route("AUT_AIDE_DOM")
    assert (mailed.mode, rung.mode) == (Mode.MAIL, Mode.PHONE)
    assert rung.reason.endswith("numéro à demander à la personne.")
    alone = _route("AUT_AIDE_DOM", directory={"SAD": SOMME["SAD"]})
    assert _codes(alone) == ["COORDINATION"]


def test_nothing_usable_goes_to_the_coordination_even_in_an_empty_directory():
    for category in reference.categories():
        steps = _route(category, place=NOWHERE, directory={})
        assert _codes(steps) == ["COORDINATION"]
        assert all(step.reason.endswith(".") for step in steps)


def test_the_fallback_says_why():
    (unknown,) = _route("ALI_COURSES", place=NOWHERE)
    assert "n’est pas connu, la coordination de la campagne choisit" in unknown.reason
    (nobody,) = _route("ALI_COURSES", directory={})
    assert "aucun destinataire ne convient" in nobody.reason


def test_one_sentence_explains_each_route():
    (ccas,) = _route("ALI_PORTAGE")
    assert ccas.reason == (
        "Portage de repas, à Péronne\u00a0: c’est le CCAS de la commune qui s’en occupe."
    )
    (ccas,) = _route("ALI_PORTAGE", place=CROTOY)
    assert "Portage de repas, au Crotoy\u00a0:" in ccas.reason
    (msa,) = _route("SAN_RDV", regime_agricole=True)
    assert msa.reason.endswith(
        "c’est la MSA qui s’en occupe, car la personne relève du régime agricole."
    )
    (cpam,) = _route("SAN_RDV")
    assert cpam.reason.endswith("qui s’en occupe, le régime agricole n’étant pas signalé.")
    (psy,) = _route("PSY_SOUTIEN")
    assert "ce sont les psychologues du dispositif qui s’en occupent" in psy.reason
    (asso,) = _route("LIEN_ISOLEMENT", place=NOWHERE)
    assert "ce sont les associations de visite et d’appel qui s’en occupent" in asso.reason
    (_, _, police) = _route("PRO_VIOLENCES", danger_immediat=True)
    assert police.reason.endswith(
        "à joindre par téléphone, la police ou la gendarmerie, au 17, car le danger est immédiat."
    )
    (line, _) = _route("PSY_SUICIDE")
    assert line.reason.endswith("à joindre par téléphone, 3114 prévention du suicide.")


def test_a_sentence_is_typeset_in_french_whatever_the_answers():
    facts = list(routing.CONDITION_QUESTIONS)
    for category, place, told in product(
        reference.categories(), (PERONNE, WOIREL, NOWHERE), (True, False)
    ):
        for step in _route(category, place=place, **dict.fromkeys(facts, told)):
            assert step.reason.count(".") == step.reason.endswith(".") == 1
            assert " :" not in step.reason
            assert "'" not in step.reason


def test_only_offices_of_the_departement_are_internal():
    assert SOMME["MDPH"].is_internal
    assert SOMME["TERRITOIRE_HDS"].is_internal
    assert not SOMME["CCAS_80620"].is_internal


def _ask(category, place=PERONNE, directory=SOMME, **facts):
    return routing.conditions_to_ask(category, place=place, facts=facts, directory=directory.get)


def test_a_condition_is_asked_only_when_it_changes_the_route():
    assert _ask("ALI_COURSES") == ()
    assert _ask("ALI_PORTAGE") == ("plan_apa_pch",)
    assert _ask("SAN_RDV") == ("regime_agricole",)
    assert _ask("EMP_EMPLOI") == ("allocataire_rsa", "moins_de_26_ans")
    assert _ask("EMP_EMPLOI", directory=_without("MISSION_LOCALE")) == ("allocataire_rsa",)
    assert _ask("SAN_RDV", directory=_without("MSA", "CPAM")) == ()


def test_a_condition_already_known_is_not_asked_again():
    assert _ask("ALI_PORTAGE", plan_apa_pch=False) == ()
    assert _ask("SAN_RDV", regime_general=True) == ()
    assert _ask("EMP_EMPLOI", allocataire_rsa=True) == ()


def test_a_condition_of_a_lower_rank_is_not_asked_once_the_first_rank_acts():
    assert _ask("SAN_MATERIEL") == ("plan_apa_pch", "regime_agricole")
    assert _ask("SAN_MATERIEL", plan_apa_pch=True) == ()
    assert _ask("DRO_RSA") == ()


def test_every_condition_of_the_table_can_be_asked():
    asked = set(routing.CONDITION_QUESTIONS) | {"toujours", "regime_general"}
    assert asked == set(reference.CONDITIONS)
    assert set(routing.CONDITION_WORDS) == set(reference.CONDITIONS)


def test_a_question_answered_yes_raises_the_urgency_and_no_leaves_it():
    assert routing.urgency("PSY_SOUTIEN", {}) is Urgency.U2
    assert routing.urgency("PSY_SOUTIEN", {"PSY_SOUTIEN_1": True}) is Urgency.U1
    both = {"PSY_SOUTIEN_1": True, "PSY_SOUTIEN_2": True}
    assert routing.urgency("PSY_SOUTIEN", both) is Urgency.U0
    assert routing.urgency("PSY_SOUTIEN", {"PSY_SOUTIEN_2": False}) is Urgency.U2
    assert routing.urgency("PSY_SOUTIEN", {"ALI_COURSES_1": True}) is Urgency.U2


def test_a_vital_answer_settles_the_immediate_danger_without_asking_twice():
    assert routing.facts_from_answers("PRO_VIOLENCES", {}) == {}
    yes = routing.facts_from_answers("PRO_VIOLENCES", {"PRO_VIOLENCES_1": True})
    assert yes == {"danger_immediat": True}
    assert "FDO" in _codes(_route("PRO_VIOLENCES", **yes))
    assert _ask("PRO_VIOLENCES", **yes) == ()
    no = routing.facts_from_answers("PRO_VIOLENCES", {"PRO_VIOLENCES_1": False})
    assert no == {"danger_immediat": False}
    assert routing.facts_from_answers("PSY_SUICIDE", {}) == {}


def _missing(*places, directory=SOMME, rules=None):
    rules = routing.everywhere(reference.routes()) if rules is None else rules
    return routing.missing_combinations(places, directory=directory.get, rules=rules)


def test_the_somme_has_no_missing_combination():
    assert _missing(PERONNE, CROTOY, WOIREL) == ()


def test_a_missing_office_is_listed_with_the_places_and_what_was_wanted():
    gaps = _missing(PERONNE, WOIREL, directory=_without("CPAM", "CCAS_80620", "MAIRIE_80620"))
    found = {category: (gap.wanted, gap.places) for gap in gaps for category, _ in gap.needs}
    assert found["SAN_RDV"] == (("CPAM",), (PERONNE, WOIREL))
    assert found["ALI_COURSES"] == (("CCAS",), (PERONNE,))


def test_needs_that_miss_the_same_office_in_the_same_places_are_one_line():
    (gap,) = _missing(
        PERONNE, CROTOY, WOIREL, directory=_without("FRANCE_TRAVAIL", "MISSION_LOCALE")
    )
    assert gap.wanted == ("FRANCE_TRAVAIL", "MISSION_LOCALE")
    assert gap.places == (PERONNE, CROTOY, WOIREL)
    assert gap.needs == (("EMP_EMPLOI", ""),)


@given(
    category=st.sampled_from(sorted(reference.categories())),
    kept=st.sets(st.sampled_from(sorted({r.destination for r in reference.routes()}))),
    facts=st.dictionaries(
        st.sampled_from(sorted(reference.CONDITIONS)), st.sampled_from([True, False, None])
    ),
    place=st.sampled_from([PERONNE, WOIREL, NOWHERE]),
)
def test_a_need_always_goes_somewhere_that_can_be_reached(category, kept, facts, place):
    directory = {
        code: office
        for code, office in SOMME.items()
        if code.split("_8")[0].split("_HDS")[0] in kept
    }
    steps = _route(category, place=place, directory=directory, **facts)
    assert steps
    assert any(
        step.destination.code == "COORDINATION" or step.destination.email or step.destination.phone
        for step in steps
    )
    assert len({(step.destination.code, step.mode) for step in steps}) == len(steps)
