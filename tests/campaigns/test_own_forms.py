"""The organisation's own forms: what is taken, how it is kept, who is given it."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import JournalEntry, NeedForm, Role, User
from campaigns.needs import own_forms
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import Stage

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"
_ODT_TYPE = "application/vnd.oasis.opendocument.text"


def archive(**files: str) -> bytes:
    """A compressed file of these entries; « mimetype » first and bare, as OpenDocument asks."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as entries:
        for name, text in files.items():
            entries.writestr(name, text)
    return made.getvalue()


DOCX = archive(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"})
ODT = archive(**{"mimetype": _ODT_TYPE, "content.xml": "<document/>"})


@pytest.fixture
def lead(stage: Stage) -> User:
    return factories.user(stage.session, Role.LEAD, stage.campaign)


def put(session: Session, by: User, content: bytes = PDF, category: str = "PRO_ENFANT") -> bool:
    return own_forms.put(session, category, "IP.pdf", content, by=by, at=TUESDAY)


@pytest.mark.parametrize(("content", "kind"), [(PDF, "pdf"), (DOCX, "docx"), (ODT, "odt")])
def test_a_form_is_known_by_its_content_whatever_its_name(
    stage: Stage, lead: User, content: bytes, kind: str
) -> None:
    put(stage.session, lead, content)
    need = stage.raised("PRO_ENFANT")
    found = own_forms.fetch(stage.session, need, by=stage.anne, at=TUESDAY)
    assert found is not None
    assert (found[0].kind, found[0].size, found[1]) == (kind, len(content), content)


@pytest.mark.parametrize(
    ("content", "say"),
    [
        (b"", "vide"),
        (b"%PDF-1.7 cut short", "PDF, Word"),
        (b"MZ\x90\x00" + PDF, "PDF, Word"),
        (b"<html>", "PDF, Word"),
        (DOCX[:-30], "PDF, Word"),
        (archive(**{"xl/workbook.xml": "", "[Content_Types].xml": ""}), "PDF, Word"),
        (archive(**{"content.xml": "", "mimetype": _ODT_TYPE}), "PDF, Word"),
        (archive(**{"mimetype": f"{_ODT_TYPE}", "Basic/a.xml": "", "content.xml": ""}), "macros"),
        (
            archive(
                **{"[Content_Types].xml": "", "word/document.xml": "", "word/vbaProject.bin": ""}
            ),
            "macros",
        ),
        (PDF + b" " * own_forms.MOST_BYTES, "dépasse 5 Mo"),
    ],
)
def test_what_is_no_document_is_refused_and_nothing_is_kept(
    stage: Stage, lead: User, content: bytes, say: str
) -> None:
    with pytest.raises(Refusal, match=say) as refused:
        put(stage.session, lead, content)
    assert refused.value.field == "file"
    assert stage.session.scalars(sa.select(NeedForm)).all() == []


def test_a_category_that_everybody_reads_has_no_form(stage: Stage, lead: User) -> None:
    with pytest.raises(Refusal, match="catégorie de la liste"):
        put(stage.session, lead, category="ALI_COURSES")
    shown = {one.category.code for one in own_forms.all_kept(stage.session)}
    assert {"PRO_ENFANT", "PRO_MALTRAITANCE"} <= shown
    assert "ALI_COURSES" not in shown


def test_a_need_has_the_form_of_its_own_category_and_others_have_none(
    stage: Stage, lead: User
) -> None:
    put(stage.session, lead)
    session = stage.session
    assert own_forms.of_need(session, stage.raised("PRO_ENFANT")) is not None
    for other in ("PRO_MALTRAITANCE", "ALI_COURSES"):
        need = stage.raised(other)
        assert own_forms.of_need(session, need) is None
        assert own_forms.fetch(session, need, by=stage.anne, at=TUESDAY) is None


def test_a_form_is_sealed_replaced_and_removed_and_each_is_journaled(
    stage: Stage, lead: User
) -> None:
    session = stage.session
    assert not put(session, lead)
    session.flush()
    sealed = session.scalars(sa.select(NeedForm.content)).one()
    assert PDF not in sealed
    assert b"%PDF" not in sealed
    assert put(session, lead, DOCX)
    need = stage.raised("PRO_ENFANT")
    found = own_forms.fetch(session, need, by=stage.anne, at=TUESDAY)
    assert found is not None
    assert found[1] == DOCX
    assert own_forms.drop(session, "PRO_ENFANT", by=lead, at=TUESDAY)
    assert not own_forms.drop(session, "PRO_ENFANT", by=lead, at=TUESDAY)
    journal.write_pending(session)
    noted = session.execute(
        sa.select(JournalEntry.action, JournalEntry.actor_id).where(
            JournalEntry.action.startswith("need_form_")
        )
    )
    assert [tuple(one) for one in noted] == [
        ("need_form_kept", lead.id),
        ("need_form_kept", lead.id),
        ("need_form_fetched", stage.anne.id),
        ("need_form_dropped", lead.id),
    ]


def test_a_name_is_shown_without_its_folders_nor_what_a_page_could_obey(
    stage: Stage, lead: User
) -> None:
    name = "C:\\Bureau\\../\u202efdp.\x1b[2Jformulaire " + "x" * 200 + ".pdf"
    own_forms.put(stage.session, "PRO_ENFANT", name, PDF, by=lead, at=TUESDAY)
    kept = stage.session.scalars(sa.select(NeedForm.filename)).one()
    assert kept.endswith("xxx.pdf")
    assert len(kept) <= 120
    assert kept.isprintable()
