"""Pictures are read by everybody: in grey, aloud, on paper; and a map never tells a small count."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from campaigns import charts, reference
from campaigns.charts import borders
from campaigns.printing import pages
from campaigns.reference import Outline

SOMME = reference.outlines("80")
# A row of squares, each beside the next; the last two are one territory.
SQUARES = tuple(
    Outline(
        f"8000{place}",
        f"Commune {place}",
        (((place, 49), (place + 1, 49), (place + 1, 50), (place, 50), (place, 49)),),
        area="Est" if place > 2 else "Ouest",
    )
    for place in range(1, 5)
)
TITLE, DESC = "Besoins & suites", "Plus de « besoins » <cette> semaine."
Draw = Callable[..., str]


def bars(**more: Any) -> str:
    series = {"Signalés": [12, 1260, None], "Clos": [3, 800, 0]}
    return charts.bars(TITLE, DESC, ["S46", "S47", "S48"], series, **more)


def lines(**more: Any) -> str:
    series = {"Prévu": [30, 20, 10], "Fait": [30, None, None], "Attendu": [1, 2, 3]}
    return charts.lines(TITLE, DESC, ["S46", "S47", "S48"], series, **more)


def shares(**more: Any) -> str:
    return charts.shares(TITLE, DESC, {"Courses & repas": 1260, "Santé": 3, "Rien": 0}, **more)


def communes(**more: Any) -> str:
    return charts.territory_map(
        TITLE, DESC, SQUARES, {"80001": 5, "80002": 4, "80003": 260}, **more
    )


def territories(**more: Any) -> str:
    counts = {"Est": 5, "Ouest": 4}
    return charts.territory_map(TITLE, DESC, SQUARES, counts, kind="territoire", **more)


ALL = [bars, lines, shares, communes, territories]


def tree(svg: str) -> Any:  # an element of lxml
    return etree.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [(one.text or "").replace("\u00a0", " ") for one in tree(svg).iter("{*}text")]


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize("for_print", [False, True])
def test_a_picture_says_what_it_shows_and_holds_nothing_the_page_refuses(
    draw: Draw, for_print: bool
) -> None:
    root = tree(draw(for_print=for_print))
    assert root.get("role") == "img"
    named = {one.get("id"): one.text for one in root if one.get("id")}
    assert [named[name] for name in root.get("aria-labelledby").split()] == [TITLE, DESC]
    for one in root.iter():
        assert etree.QName(one).localname not in {"style", "script", "a", "image", "foreignObject"}
        assert not [name for name in one.attrib if name == "style" or name.startswith("on")]
        assert not [name for name in one.attrib if "href" in name]
    assert bool(root.get("width")) is for_print


@pytest.mark.parametrize("draw", ALL)
def test_the_same_figures_make_the_same_picture(draw: Draw) -> None:
    assert draw() == draw()


def test_two_pictures_of_a_page_share_no_name() -> None:
    one, other = bars(), charts.bars(TITLE, "autre", ["a"], {"x": [1], "y": [2]})
    names = [re.findall(r' id="([^"]+)"', svg) for svg in (one, other)]
    assert names[0]
    assert names[1]
    assert not set(names[0]) & set(names[1])


def test_bars_carry_their_labels_and_figures_in_french() -> None:
    assert {"S46", "S47", "S48", "Signalés", "Clos", "12", "1 260", "800"} <= set(texts(bars()))


def test_every_series_of_a_line_is_named_and_has_its_own_dashes() -> None:
    svg = lines()
    assert {"Prévu", "Fait", "Attendu"} <= set(texts(svg))
    dashes = {
        one.get("stroke-dasharray")
        for one in tree(svg).iter("{*}path")
        if (one.get("class") or "").startswith("series-")
    }
    assert len(dashes) == 2  # « Fait » is a single point, without a line


def test_series_of_bars_differ_by_more_than_their_colour() -> None:
    fills = {
        one.get("fill")
        for one in tree(bars()).iter("{*}rect")
        if (one.get("class") or "").startswith("series-")
    }
    assert len(fills) == 2
    assert sum(fill.startswith("url(#") for fill in fills) == 1


def test_shares_give_each_part_its_name_and_figure_and_draw_in_proportion() -> None:
    svg = shares()
    assert {"Courses & repas", "Santé", "1 260", "3", "0"} <= set(texts(svg))
    widths = sorted(
        float(one.get("width")) for one in tree(svg).iter("{*}rect") if one.get("class")
    )
    assert widths[-1] / widths[-2] == pytest.approx(420, rel=0.01)


def test_long_labels_and_many_weeks_do_not_stand_on_one_another() -> None:
    weeks = [f"S{number}" for number in range(10, 50)]
    shown = [
        text for text in texts(charts.bars("t", "d", weeks, {"x": [1] * 40})) if text[0] == "S"
    ]
    assert 3 < len(shown) < 20
    long = charts.shares("t", "d", {"Un libellé beaucoup trop long pour sa place": 7})
    assert any(text.endswith("…") for text in texts(long))


@pytest.mark.parametrize("values", [[], [None, None], [0, 0]])
def test_a_picture_of_nothing_is_still_a_picture(values: list[int | None]) -> None:
    labels = ["a", "b"][: len(values)]
    for draw in (charts.bars, charts.lines):
        assert tree(draw("t", "d", labels, {"x": values})).get("role") == "img"
    assert tree(charts.shares("t", "d", {})).get("role") == "img"


def test_figures_without_a_label_are_refused() -> None:
    with pytest.raises(ValueError, match="one figure for each label"):
        charts.bars("t", "d", ["a"], {"x": [1, 2]})
    with pytest.raises(ValueError, match="more series"):
        charts.lines("t", "d", ["a"], {str(number): [1] for number in range(5)})
    with pytest.raises(ValueError, match="outlines"):
        charts.territory_map("t", "d", (), {})
    with pytest.raises(ValueError, match="kind"):
        charts.territory_map("t", "d", SQUARES, {}, kind="canton")


# Maps -----------------------------------------------------------------------------------------


def told(svg: str) -> set[int]:
    """Every number a map can be read to say, but those of its sentence and its shapes."""
    root = tree(svg)
    words = [text for text in texts(svg) if "moins de" not in text]
    words += [one.text or "" for path in root.iter("{*}path") for one in path]
    numbers = (re.sub(r"\D", "", part) for text in words for part in re.split(r" à |: ?", text))
    return {int(number) for number in numbers if number}


def test_four_is_masked_and_five_is_told_on_both_maps() -> None:
    for draw, name in ((communes, "Commune 1"), (territories, "Est")):
        svg = draw()
        assert 5 in told(svg)
        assert 4 not in told(svg)
        assert any("moins de 5" in text for text in texts(svg))
        assert name in svg


@given(
    counts=st.dictionaries(
        st.sampled_from([one.insee for one in SOMME[:40]]),
        st.one_of(st.none(), st.integers(0, 12), st.integers(0, 30_000)),
    ),
    below=st.sampled_from([5, 11]),
)
def test_a_map_never_shows_a_count_under_the_mask(
    counts: dict[str, int | None], below: int
) -> None:
    svg = charts.territory_map("t", "d", SOMME[:40], counts, below=below)
    assert all(number >= below for number in told(svg))
    bare = {key: count for key, count in counts.items() if count is not None and count >= below}
    # Nor by its colour: what is masked looks as what is unknown.
    assert svg == charts.territory_map("t", "d", SOMME[:40], bare, below=below)


def test_a_legend_runs_from_the_first_class_to_the_last_without_a_hole() -> None:
    counts = dict(zip([one.insee for one in SOMME], [5, 7, 12, 30, 99, 400, 5_000], strict=False))
    ranges = [
        text for text in texts(charts.territory_map("t", "d", SOMME, counts)) if " à " in text
    ]
    ends = [tuple(int(re.sub(r"\D", "", part)) for part in one.split(" à ")) for one in ranges]
    assert ends[0][0] == 5
    assert all(after[0] == before[1] + 1 for before, after in pairwise(ends))


@pytest.mark.parametrize(
    ("counts", "legend"),
    [
        ([191, 200, 233, 298, 499], ["100 à 199", "200 à 299", "300 et plus"]),
        ([5, 5, 6, 6, 7, 8, 9, 11, 12, 23, 38, 372], ["5 à 19", "20 à 49", "50 et plus"]),
        ([11, 23], ["10 à 19", "20 et plus"]),
        ([7], ["5 et plus"]),
    ],
)
def test_classes_begin_at_round_figures_and_the_largest_place_stands_alone(
    counts: list[int], legend: list[str]
) -> None:
    by_code = dict(zip([one.insee for one in SOMME], counts, strict=False))
    said = [
        text
        for text in texts(charts.territory_map("t", "d", SOMME, by_code))
        if text[0] in "123456789"
    ]
    assert [" ".join(text.split()) for text in said] == legend


# Outlines -------------------------------------------------------------------------------------


def borders_of(outlines: tuple[Outline, ...]) -> Counter[frozenset[tuple[float, float]]]:
    return Counter(
        frozenset(pair) for one in outlines for ring in one.rings for pair in pairwise(ring)
    )


def test_the_outlines_that_ship_draw_every_commune_in_less_than_300_kilobytes() -> None:
    path = Path(reference.__file__).parent / "80" / "communes_contours.geojson"
    assert path.stat().st_size < 300_000
    assert [one.insee for one in SOMME] == [one.insee for one in reference.communes("80")]
    assert all(len(ring) >= 4 for one in SOMME for ring in one.rings)


def test_simplified_communes_still_touch_their_neighbours() -> None:
    shared = Counter(borders_of(SOMME).values())
    assert set(shared) == {1, 2}
    outside = shared[1] / (shared[1] + shared[2])
    assert outside < 0.2  # the edge of the Somme; a gap between two communes would be twice one


def test_a_simplified_border_stays_near_and_keeps_the_points_where_three_meet() -> None:
    wavy = tuple((1 + 0.001 * math.sin(step), 49 + step / 40) for step in range(41))
    left = Outline("80001", "A", ((*wavy, (0, 50), (0, 49), wavy[0]),))
    right = Outline("80002", "B", ((*wavy[::-1], (2, 49), (2, 50), wavy[-1]),))
    one, other = charts.simplified((left, right), within=0.0025)
    assert len(one.rings[0]) < 12
    common = set(one.rings[0]) & set(other.rings[0])
    assert {wavy[0], wavy[-1]} <= common
    assert len(borders.edges((*one.rings, *other.rings))) == 1


def test_an_island_keeps_its_shape() -> None:
    round_ = tuple((math.cos(step / 20), 49 + math.sin(step / 20)) for step in range(126))
    (island,) = charts.simplified((Outline("80001", "Île", ((*round_, round_[0]),)),))
    assert 4 <= len(island.rings[0]) < 126
    assert island.rings[0][0] == island.rings[0][-1]


def test_the_edge_of_a_territory_leaves_its_inner_borders_out() -> None:
    (edge,) = borders.edges(ring for one in SQUARES[:2] for ring in one.rings)
    assert edge[0] == edge[-1]
    assert set(edge) == {(1, 49), (2, 49), (3, 49), (3, 50), (2, 50), (1, 50)}
    assert len(edge) == 7


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"features":[{"geometry":{"type":"Point","coordinates":[1,2]},"properties":{}}]}',
        '{"features":[{"geometry":{"type":"Polygon","coordinates":[[[1,49],[2,49],[2,50]]]},'
        '"properties":{"code":"80001","nom":"A"}}]}',
        '{"features":[{"geometry":{"type":"Polygon","coordinates":'
        '[[[610000,6900000],[2,49],[2,50],[610000,6900000]]]},"properties":{"code":"80001","nom":"A"}}]}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_map_of_communes_is_refused_in_french(text: str) -> None:
    with pytest.raises(ValueError, match="GeoJSON de communes"):
        reference.read_outlines(text)


def test_outlines_written_are_read_back_and_merged_communes_join_the_present_one() -> None:
    assert reference.read_outlines(reference.write_outlines(SOMME)) == SOMME
    old = reference.former_communes("80")[0]
    known = [one.insee for one in reference.communes("80")]
    shape = SQUARES[0].rings
    (joined,) = reference.present_outlines([Outline(old.insee, old.name, shape)], "80", known)
    assert joined.insee == old.present
    with pytest.raises(ValueError, match="aucune commune connue"):
        reference.present_outlines([Outline("99999", "Ailleurs", shape)], "80", known)


def test_typst_draws_every_picture(tmp_path: Path) -> None:
    for draw in ALL:
        (tmp_path / f"{draw.__name__}.svg").write_text(draw(for_print=True), encoding="utf-8")
    source = '#set text(font: "Atkinson Hyperlegible Next", lang: "fr")\n' + "\n".join(
        f'#image("{draw.__name__}.svg", width: 50%, alt: "{draw.__name__}")' for draw in ALL
    )
    (tmp_path / "all.typ").write_text(source, encoding="utf-8")
    compiler = typst.Compiler(
        str(tmp_path / "all.typ"), root=str(tmp_path), font_paths=pages.fonts()
    )
    assert bytes(compiler.compile(format="pdf")).startswith(b"%PDF")
