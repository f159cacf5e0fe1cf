"""A table may be narrowed to a commune, a territory, an audience: the narrowest usable rows act."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from campaigns import reference, routing
from campaigns.reference import Mode, Route
from campaigns.routing import Destination, Place, Rule

PERONNE = Place("80620", "Péronne", "HDS")
ALBERT = Place("80016", "Albert", "HDS")
AMIENS = Place("80021", "Amiens", "AMI")
WARD = Place("75111", "Paris 11e Arrondissement", None, city="75056")
PLACES = (PERONNE, ALBERT, AMIENS, WARD, Place(None, "", None))
CODES = ("CCAS", "MAIRIE", "TERRITOIRE", "CPAM", "CELLULE_18_25", "COORDINATION", "NOBODY")
NEED = "ALI_COURSES"


def _office(code: str, **columns) -> Destination:
    return Destination(
        code, code.partition("_")[0].lower(), code, f"{code.lower()}@example.org", **columns
    )


OFFICES = {
    code: _office(code)
    for code in (
        "CCAS_80620",
        "MAIRIE_80016",
        "TERRITOIRE_HDS",
        "CPAM",
        "CELLULE_18_25_HDS",
        "COORDINATION",
    )
}


def _rule(destination: str, condition: str = "toujours", rank: int = 1, **narrowing) -> Rule:
    return Rule(Route(NEED, rank, destination, condition, Mode.MAIL), **narrowing)


def _goes(rules, place=PERONNE, audiences=(), directory=OFFICES, **facts):
    rows = routing.narrowed(rules, NEED, place=place, audiences=audiences)
    steps = routing.route(NEED, place=place, facts=facts, directory=directory.get, routes=rows)
    return [step.destination.code for step in steps]


EVERYWHERE = _rule("CPAM")
HERE = _rule("TERRITOIRE", territory_code="HDS")
IN_TOWN = _rule("CCAS", insee="80620")
FOR_APA = _rule("CELLULE_18_25", audience="APA")


def test_a_commune_comes_before_its_territory_and_a_territory_before_everywhere():
    rules = (EVERYWHERE, HERE, IN_TOWN)
    assert _goes(rules, PERONNE) == ["CCAS_80620"]
    assert _goes(rules, ALBERT) == ["TERRITOIRE_HDS"]
    assert _goes(rules, AMIENS) == ["CPAM"]


def test_at_the_same_place_an_audience_comes_before_everybody():
    rules = (EVERYWHERE, FOR_APA)
    assert _goes(rules, audiences={"APA"}) == ["CELLULE_18_25_HDS"]
    assert _goes(rules, audiences={"RSA"}) == ["CPAM"]
    assert _goes((*rules, IN_TOWN), audiences={"APA"}) == ["CCAS_80620"]


def test_a_rule_of_a_city_serves_its_arrondissements_unless_they_have_their_own():
    city, ward = _rule("CPAM", insee="75056"), _rule("COORDINATION", insee="75111")
    assert _goes((city,), WARD) == ["CPAM"]
    assert _goes((city, ward), WARD) == ["COORDINATION"]


def test_a_narrow_rule_nobody_can_follow_leaves_the_need_to_the_broader_one():
    assert _goes((EVERYWHERE, _rule("NOBODY", insee="80620"))) == ["CPAM"]
    assert _goes((EVERYWHERE, _rule("CCAS", "allocataire_rsa", insee="80620"))) == ["CPAM"]
    assert _goes(
        (EVERYWHERE, _rule("CCAS", "allocataire_rsa", insee="80620")), allocataire_rsa=True
    ) == ["CCAS_80620"]


def test_rows_for_everybody_keep_the_ranks_they_were_given():
    rules = routing.everywhere(reference.routes())
    for category in reference.categories():
        kept = routing.narrowed(rules, category, place=PERONNE, audiences={"APA"})
        assert kept == tuple(row for row in reference.routes() if row.category == category)


def test_a_cell_of_the_commune_comes_before_the_one_of_the_territory_and_of_the_departement():
    cells = {
        code: _office(code)
        for code in ("CELLULE_18_25", "CELLULE_18_25_HDS", "CELLULE_18_25_80620")
    }
    rules = (_rule("CELLULE_18_25"),)
    assert _goes(rules, PERONNE, directory=cells) == ["CELLULE_18_25_80620"]
    assert _goes(rules, ALBERT, directory=cells) == ["CELLULE_18_25_HDS"]
    assert _goes(rules, AMIENS, directory=cells) == ["CELLULE_18_25"]


def test_who_wants_the_telephone_or_paper_is_not_written_to():
    rings = Destination("CPAM", "cpam", "CPAM", "cpam@example.org", "3646", channel="phone")
    paper = Destination("CPAM", "cpam", "CPAM", None, None, channel="paper")
    silent = Destination("CPAM", "cpam", "CPAM", "cpam@example.org", None, channel="phone")

    def step(office):
        return routing.route(
            NEED, place=PERONNE, facts={}, directory={"CPAM": office}.get, routes=[EVERYWHERE.route]
        )[0]

    assert step(rings).mode is Mode.PHONE
    assert step(rings).reason.endswith("à joindre par téléphone, la CPAM, au 3646.")
    assert (step(paper).destination.code, step(paper).mode) == ("CPAM", Mode.PHONE)
    assert step(paper).reason.endswith("à prévenir par une feuille imprimée, la CPAM.")
    assert step(silent).is_fallback


def test_a_rule_for_one_audience_leaves_the_others_to_be_listed():
    gaps = routing.missing_combinations([PERONNE], directory=OFFICES.get, rules=[FOR_APA])
    needs = {need: gap.wanted for gap in gaps for need in gap.needs}
    assert needs[(NEED, "")] == ()
    assert (NEED, "APA") not in needs


rules_of = st.lists(
    st.builds(
        _rule,
        st.sampled_from(CODES),
        st.sampled_from(sorted(reference.CONDITIONS)),
        rank=st.integers(1, 3),
        territory_code=st.sampled_from(["", "HDS", "AMI"]),
        insee=st.sampled_from(["", "80620", "80021", "75056"]),
        audience=st.sampled_from(["", *routing.AUDIENCES]),
    ),
    max_size=8,
)
audiences_of = st.sets(st.sampled_from(routing.AUDIENCES))
facts_of = st.dictionaries(
    st.sampled_from(sorted(reference.CONDITIONS)), st.sampled_from([True, False, None])
)


@given(rules_of, st.sampled_from(PLACES), audiences_of, facts_of)
def test_whatever_the_table_a_need_goes_somewhere_and_always_the_same_way(
    rules, place, audiences, facts
):
    first = _goes(rules, place, audiences, **facts)
    assert first
    assert first == _goes(rules, place, audiences, **facts)


@given(rules_of, st.sampled_from(PLACES), audiences_of)
def test_only_rules_for_this_person_are_kept_and_narrower_ones_have_the_lower_ranks(
    rules, place, audiences
):
    kept = routing.narrowed(rules, NEED, place=place, audiences=audiences)
    mine = [rule for rule in rules if _is_for(rule, place, audiences)]
    assert len(kept) == len(mine)
    pairs = [(rule, row) for rule in mine for row in kept if _same(rule.route, row)]
    for narrow, low in pairs:
        for broad, high in pairs:
            if (
                _width(narrow, place) > _width(broad, place)
                and _once(mine, narrow)
                and _once(mine, broad)
            ):
                assert low.rank < high.rank


def _is_for(rule: Rule, place: Place, audiences) -> bool:
    return (
        rule.insee in {"", place.insee, place.city}
        and rule.territory_code in {"", place.territory_code}
        and rule.audience in {"", *audiences}
    )


def _width(rule: Rule, place: Place) -> tuple[int, bool]:
    level = 3 if rule.insee == place.insee else 2 if rule.insee else 1 if rule.territory_code else 0
    return (level, bool(rule.audience))


def _same(one: Route, other: Route) -> bool:
    return (one.destination, one.condition) == (other.destination, other.condition)


def _once(rules, one: Rule) -> bool:
    return sum(_same(rule.route, one.route) for rule in rules) == 1
