"""The guides say what the screens say, show what they tell, and are served to everybody."""

from __future__ import annotations

import html
import re
import tomllib

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire import help_pages
from appel_solidaire.instance import Instance
from campaigns.models import Role
from campaigns.reference import french
from scripts import pictures
from tests import factories, pdf_text
from tests.house import tree
from tests.web import signing

SCREEN = re.compile(r"\*\*(.+?)\*\*|«\s*(.+?)\s*»", re.DOTALL)
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
ONE_MEGABYTE = 1_000_000


def said(text: str) -> str:
    """A text as it is compared: one kind of space, of apostrophe."""
    return " ".join(french(html.unescape(text)).replace("\u00a0", " ").split())


@pytest.fixture(scope="module")
def screens() -> str:
    """Every word that a page may hold: the templates without and with their expressions, the
    labels of the code."""
    templates = [path.read_text(encoding="utf-8") for path in tree.templates()]
    code = [
        path.read_text(encoding="utf-8") for path in tree.python("appel_solidaire", "campaigns")
    ]
    data = (tree.ROOT / "campaigns/reference/issues_appel.csv").read_text(encoding="utf-8")
    return "\n".join(said(text) for text in (*templates, *map(_bare, templates), *code, data))


def _bare(template: str) -> str:
    return JINJA.sub(" ", template)


@pytest.mark.parametrize("slug", help_pages.GUIDES)
def test_every_label_that_a_guide_names_is_on_a_screen(slug: str, screens: str) -> None:
    source = (help_pages.FOLDER / f"{slug}.md").read_text(encoding="utf-8")
    named = [said(bold or quoted) for bold, quoted in SCREEN.findall(source)]
    assert len(named) > 5
    assert [label for label in named if label not in screens] == []


@pytest.mark.parametrize("slug", help_pages.GUIDES)
def test_a_guide_is_short_and_typeset(slug: str) -> None:
    source = (help_pages.FOLDER / f"{slug}.md").read_text(encoding="utf-8")
    assert french(source) == source
    assert len(source.split()) < 450


def test_the_pictures_shown_are_those_the_script_takes_and_nothing_else_ships() -> None:
    shown = [piece.picture for one in help_pages.guides() for piece in one.pieces if piece.picture]
    files = list((help_pages.FOLDER / "pictures").iterdir())
    assert {one.name for one in shown} == set(pictures.OF_GUIDE) == {file.stem for file in files}
    assert all(len(one.told) > 30 for one in shown)
    assert sum(file.stat().st_size for file in files) < ONE_MEGABYTE


def test_a_picture_is_as_wide_as_the_page_of_its_role() -> None:
    for one in help_pages.guides():
        for piece in one.pieces:
            if piece.picture:
                size = pictures.OF_GUIDE[piece.picture.name].size
                assert piece.picture.width == size["width"], piece.picture.name


def test_the_wheel_takes_the_guides_along() -> None:
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"]["docs/guide"] == "appel_solidaire/guide"


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_visitor_chooses_a_guide_and_reads_it_with_its_pictures(client: FlaskClient) -> None:
    choice = client.get("/aide").get_data(as_text=True)
    for one in help_pages.guides():
        assert f'href="/aide/{one.slug}"' in choice
        page = client.get(f"/aide/{one.slug}")
        assert page.status_code == 200
        text = page.get_data(as_text=True)
        assert text.count("<h1>") == 1
        assert "**" not in text
        for address in re.findall(r'src="(/aide/images/[^"]+)"', text):
            shown = client.get(address)
            assert shown.mimetype == "image/png"
            assert "public" in shown.headers["Cache-Control"]
    assert client.get("/aide/images/../guide.typ").status_code == 404


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_the_pdf_holds_every_guide_tagged_two_pages_each_at_most(client: FlaskClient) -> None:
    answer = client.get("/aide/guide.pdf")
    assert answer.mimetype == "application/pdf"
    made = answer.get_data()
    assert b"StructTreeRoot" in made
    text_alone = re.sub(rb"/Subtype\s*/Image\b.*?endstream", b"", made, flags=re.DOTALL)
    told = said(pdf_text.words(text_alone))
    guides = help_pages.guides()
    assert all(said(one.title) in told for one in guides)
    (pages,) = {int(count) for count in re.findall(r"page \d+ sur (\d+)", told)}
    assert pages <= 1 + 2 * len(guides)  # the first says what follows


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", Role)
def test_whoever_is_signed_in_reads_their_own_guide_first(
    client: FlaskClient, instance: Instance, session: Session, role: Role
) -> None:
    user = factories.user(session, role, factories.campaign(session))
    session.commit()
    signing.sign_in(client, instance, user)
    answer = client.get("/aide")
    assert answer.headers["Location"] == f"/aide/{help_pages.OF_ROLES[role]}"
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert 'aria-label="Menu principal"' in page
    assert "Se déconnecter" in page
