"""The shipped data: complete, coherent, and refused with file and line when it is wrong."""

import pytest

from campaigns import reference
from campaigns.reference import Alert, Mode, Perimeter, Urgency, endings, needs, table


def test_french_puts_typographic_signs_and_non_breaking_spaces_once():
    told = "l'appel : « c'est toi ? » 9:30 https://example.org"
    once = reference.french(told)
    assert once == "l’appel\u00a0: «\u00a0c’est toi\u00a0?\u00a0» 9:30 https://example.org"
    assert reference.french(once) == once


def test_the_forty_categories_ship_with_french_labels():
    categories = reference.categories()
    assert len(categories) == 40
    assert categories["SAN_VITAL"].label == "Urgence vitale pendant l’appel"
    assert categories["SAN_VITAL"].urgency is Urgency.U0
    assert {code for code, one in categories.items() if one.sensitive} == {
        "PSY_SUICIDE",
        "SAN_ADDICTION",
        "PRO_ENFANT",
        "PRO_VIOLENCES",
        "PRO_MALTRAITANCE",
    }
    shown = [text for one in categories.values() for text in (one.label, one.to_specify)]
    assert not [text for text in shown if "'" in text or " ?" in text or " :" in text]


def test_the_most_urgent_level_is_the_smallest():
    assert min(Urgency.U3, Urgency.U1, Urgency.U2) is Urgency.U1


@pytest.mark.parametrize("kind", [Urgency, Perimeter, Mode, Alert])
def test_every_code_has_a_distinct_french_label(kind):
    labels = [member.label for member in kind]
    assert all(labels)
    assert len(set(labels)) == len(labels)


def test_the_perimeter_of_a_category_follows_from_its_first_rank_routes():
    internal = {"TERRITOIRE", "COORDINATION", "CRIP", "MDPH"}
    for code, category in reference.categories().items():
        mailed = {
            route.destination in internal
            for route in reference.routes()
            if route.category == code and route.rank == 1 and route.mode is Mode.MAIL
        }
        expected = {
            frozenset({True}): Perimeter.INTERNAL,
            frozenset({False}): Perimeter.EXTERNAL,
            frozenset({True, False}): Perimeter.BOTH,
        }[frozenset(mailed)]
        assert category.perimeter is expected, code


def test_every_category_has_a_route_and_every_question_its_own_id():
    assert {route.category for route in reference.routes()} == set(reference.categories())
    ids = [question.id for question in reference.questions()]
    assert len(set(ids)) == len(ids) == 36
    assert "PSY_SOUTIEN_2" in ids


def test_a_question_never_lowers_an_urgency():
    for question in reference.questions():
        assert question.urgency < reference.categories()[question.category].urgency


def test_the_thirty_outcomes_carry_the_consequences_of_their_columns():
    known = reference.outcomes()
    assert len(known) == 30
    silence = known["NON_REPONSE"]
    assert silence.min_delay.total_seconds() == 3 * 3600
    assert silence.no_answer
    assert silence.counts_as_attempt
    assert silence.other_band
    assert known["OCCUPE"].min_delay.total_seconds() == 1800
    assert known["JOINT_ALERTE"].alert is Alert.COORDINATION
    assert known["CONFUSION"].alert is Alert.TERRITORY
    assert known["HOSPITALISE"].suspends.default.days == 14
    assert known["ABSENT_DATE"].suspends.extra_days == 1
    assert known["ABSENT_DATE"].needs_date
    assert not known["HOSPITALISE"].needs_date
    assert {code for code, one in known.items() if one.conversation} == {
        "JOINT_OK",
        "JOINT_BESOIN",
        "JOINT_ALERTE",
        "JOINT_ECOURTE",
    }


def test_a_help_line_we_doubt_is_shown_only_when_asked_for():
    shown = {line.number for line in reference.help_lines()}
    everything = {line.number for line in reference.help_lines(include_unsure=True)}
    assert everything - shown == {"3977", "116 117"}
    assert {line.number for line in reference.help_lines_for("PSY_SUICIDE")} == {"15", "3114"}
    line = next(line for line in reference.help_lines() if line.number == "3133")
    assert line.to_check
    assert next(one for one in reference.help_lines() if one.number == "116 006").dial == "116006"


def test_the_somme_ships_whole():
    communes = reference.communes("80")
    assert len(communes) == 771
    assert sum(commune.population for commune in communes) == 565_413
    assert set(reference.territory_of_commune("80")) == {commune.insee for commune in communes}
    assert [one.code for one in reference.territories("80")] == ["HDS", "SSA", "PIM", "AMI", "NOA"]
    assert len(reference.houses("80")) == 12
    codes = {office.code for office in reference.offices("80")}
    assert len(codes) == 844
    assert {f"MAIRIE_{commune.insee}" for commune in communes} <= codes
    assert reference.commune("80620").name == "Péronne"


def test_every_destination_of_the_routing_table_exists_in_the_somme():
    codes = {office.code for office in reference.offices("80")}
    wanted = {route.destination for route in reference.routes()}
    assert wanted - codes == {"TERRITOIRE", "CCAS", "MAIRIE"}


def test_invented_addresses_stay_under_the_domain_kept_for_examples():
    somme = [*reference.offices("80"), *reference.territories("80"), *reference.houses("80")]
    assert [row for row in somme if row.email and not row.email.endswith(".example.org")] == []


@pytest.mark.parametrize(
    ("insee", "departement", "name"),
    [
        ("75111", "75", "Paris 11e Arrondissement"),
        ("69381", "69", "Lyon 1er Arrondissement"),
        ("13201", "13", "Marseille 1er Arrondissement"),
        ("2A004", "2A", "Ajaccio"),
        ("2B033", "2B", "Bastia"),
        ("97411", "974", "Saint-Denis"),
        ("97611", "976", "Mamoudzou"),
        ("01004", "01", "Ambérieu-en-Bugey"),
    ],
)
def test_a_place_is_found_by_its_insee_code_everywhere_in_france(insee, departement, name):
    assert reference.departement_of(insee) == departement
    assert reference.commune(insee).name == name


def test_an_arrondissement_knows_its_city():
    assert reference.commune("75111").city == "75056"
    assert reference.commune("69123").city is None


def test_every_departement_has_places_and_at_least_the_coordination():
    assert len(reference.departements()) == 109
    for code in reference.departements():
        assert reference.communes(code)
        assert "COORDINATION" in {office.code for office in reference.offices(code)}
    assert [office.code for office in reference.offices("59")] == ["COORDINATION"]
    assert reference.territories("59") == reference.houses("59") == reference.sectors("59") == ()


def test_what_is_not_a_place_is_told_so():
    assert reference.commune("99999") is None
    assert reference.commune("80999") is None
    with pytest.raises(ValueError, match="unknown département '20'"):
        reference.communes("20")


def test_former_communes_lead_to_a_present_one():
    former = {one.insee: one for one in reference.former_communes("80")}
    assert len(former) == 69
    assert former["80175"].present == "80505"
    assert {one.present for one in reference.former_communes("2A")} <= {
        commune.insee for commune in reference.communes("2A")
    }


NEEDS = "code,libelle,famille,competent,perimetre,urgence,sensible,a_preciser\n"
ROUTES = "besoin,rang,destination,si,mode\n"
OUTCOMES = (
    "code,libelle,groupe,aapor_proche,contact,conversation,sans_reponse,compte_comme_tentative,"
    "cycle_clos,delai_min_heures,autre_tranche,demande_date,suspend,invalide_numero,"
    "plus_appelable,alerte,suite\n"
)


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (needs.read_categories, NEEDS + "A,B,C,D,INTERNE,U9,N,x\n", "line 2: unknown urgence 'U9'"),
        (needs.read_categories, NEEDS + "A,B,C,D,INTERNE,U1,X,x\n", "line 2: unknown sensible 'X'"),
        (needs.read_categories, NEEDS + "A,,C,D,INTERNE,U1,N,x\n", "line 2: libelle is empty"),
        (
            needs.read_categories,
            NEEDS + "A,B,C,D,INTERNE,U1,N,x\n" * 2,
            "line 3: empty or repeated code 'A'",
        ),
        (needs.read_routes, ROUTES + "RIEN,1,CCAS,toujours,mail\n", "line 2: unknown besoin"),
        (needs.read_routes, ROUTES + "DIV_AUTRE,1,CCAS,jamais,mail\n", "line 2: unknown si"),
        (needs.read_routes, ROUTES + "DIV_AUTRE,1,CCAS,toujours,fax\n", "line 2: unknown mode"),
        (needs.read_routes, ROUTES + "DIV_AUTRE,un,CCAS,toujours,mail\n", "line 2: rang 'un'"),
        (
            needs.read_routes,
            ROUTES + "DIV_AUTRE,1,CCAS,toujours,mail\n" * 2,
            "line 3: repeated route",
        ),
        (needs.read_routes, ROUTES + "DIV_AUTRE,1,CCAS\n", "line 2: wrong number of cells"),
        (needs.read_routes, "besoin,rang\n", "line 1: missing columns destination, mode, si"),
        (
            needs.read_questions,
            "besoin,question,urgence_si_oui\nDIV_AUTRE,Oui ?,U2\nDIV_AUTRE,Oui ?,U1\n",
            "line 3: repeated question",
        ),
        (
            needs.read_help_lines,
            "numero,libelle,horaires,besoins,certitude\n15,SAMU,24 h/24,RIEN,haute\n",
            "line 2: unknown besoins RIEN",
        ),
        (
            needs.read_help_lines,
            "numero,libelle,horaires,besoins,certitude\nquinze,SAMU,24 h/24,,haute\n",
            "line 2: repeated or impossible number 'quinze'",
        ),
        (
            endings.read_outcomes,
            OUTCOMES + "A,B,C,-,O,O,N,N,O,vite,N,N,,N,N,,x\n",
            "line 2: delai_min_heures 'vite'",
        ),
        (
            endings.read_outcomes,
            OUTCOMES + "A,B,C,-,O,O,N,N,O,-1,N,N,,N,N,,x\n",
            "line 2: delai_min_heures must be more than zero",
        ),
        (
            endings.read_outcomes,
            OUTCOMES + "A,B,C,-,O,O,N,N,O,,N,N,toujours,N,N,,x\n",
            "line 2: unknown suspend",
        ),
        (
            endings.read_outcomes,
            OUTCOMES + "A,B,C,-,N,O,N,N,O,,N,N,,N,N,,x\n",
            "line 2: a conversation is a contact",
        ),
        (
            endings.read_outcomes,
            OUTCOMES + "A,B,C,-,O,N,O,N,O,,N,N,,N,N,,x\n",
            "line 2: a contact is not a silence",
        ),
        (
            endings.read_outcomes,
            OUTCOMES + "A,B,C,-,O,N,N,N,N,,N,N,,N,O,,x\n",
            "line 2: who is no longer called has no open cycle",
        ),
    ],
)
def test_a_mistake_in_a_file_is_named_by_file_and_line(read, text, message):
    with pytest.raises(ValueError, match=f"^essai.csv, {message}"):
        read("essai.csv", text)


def test_a_line_broken_by_a_quoted_return_is_counted_as_an_editor_counts_it():
    rows = table.rows("essai.csv", 'a,b\n"un\ndeux",x\ny,z\n', "a b")
    assert [row.line for row in rows] == [3, 4]


def test_the_guide_ships():
    assert reference.guide_markdown().startswith("# Guide pour les appelants")
