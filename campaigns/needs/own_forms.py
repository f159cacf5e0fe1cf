"""The organisation's own form for a sensitive category, beside each need of it (T19).

A child in danger, an adult who cannot protect themselves: the département has its own form to be
filled in. The blank file is kept sealed; the named readers of such a need are given it, nobody else
is, and it is in no mail.
"""

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from campaigns import journal, reference, sealing
from campaigns.models import Labelled, Need, NeedForm, User
from campaigns.reference import Category
from campaigns.refusal import Refusal
from campaigns.sealing import Keys

MOST_BYTES = 5_000_000
_PROTECTION = "Protection"  # the family of children, violence, ill-treatment
_NAME = 120  # characters of the name it had, shown to who looks for the right file
_NOT_ONE = (
    "Ce fichier n’est pas un document PDF, Word (docx) ou OpenDocument (odt), ou il est abîmé : "
    "enregistrez-le en PDF et déposez-le de nouveau."
)
_MACROS = (
    "Ce document contient des macros ou d’autres fichiers : enregistrez-le sans eux, ou en PDF."
)
_PDF, _PDF_ENDS = b"%PDF-", b"%%EOF"
_END = 2048  # bytes at the end of a PDF in which its mark stands
_ODT = b"mimetypeapplication/vnd.oasis.opendocument.text"
_ODT_AT = 30  # OpenDocument 1.2, part 3, 3.3: the type stands first, uncompressed
_OBJECTS = ("vbaproject", "/activex/", "/embeddings/", "basic/", "scripts/")


class FileKind(Labelled):
    """What may be kept, recognised by its content: a name proves nothing."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word (docx)"
    ODT = "odt", "OpenDocument (odt)"


@dataclass(frozen=True, slots=True)
class Kept:
    """A sensitive category, and the form the organisation has for it, if any."""

    category: Category
    form: NeedForm | None


def all_kept(session: Session) -> list[Kept]:
    """Every sensitive category with its form: first those that protect somebody from others."""
    found = {one.category: one for one in session.scalars(sa.select(NeedForm))}
    return [Kept(one, found.get(one.code)) for one in _sensitive()]


def put(
    session: Session, category: str, filename: str, content: bytes, *, by: User, at: datetime
) -> bool:
    """Keep a category's form, in the place of the one there was; whether there was one.

    Refusal, on ``file`` or ``category``, when it is no such document or the category has none.
    """
    if category not in _codes():
        raise Refusal("Choisissez une catégorie de la liste.", field="category")
    kind = kind_of(content)
    keys: Keys = session.info["keys"]
    sealed = sealing.seal_file(keys.seal, content, place=_place(category))
    held = session.scalar(
        sa.select(NeedForm).where(NeedForm.category == category).with_for_update()
    )
    form = held or NeedForm(category=category)
    form.filename, form.kind, form.size = _shown_name(filename), kind.value, len(content)
    form.content, form.at, form.by_id = sealed, at, by.id
    session.add(form)
    journal.record(session, "need_form_kept", about=form, by=by, at=at, category=category)
    return held is not None


def drop(session: Session, category: str, *, by: User, at: datetime) -> bool:
    """Remove a category's form; False when there is none."""
    if category not in _codes():
        return False
    form = session.scalar(sa.select(NeedForm).where(NeedForm.category == category))
    if form is None:
        return False
    about = ("need_form", form.id)
    session.delete(form)
    journal.record(session, "need_form_dropped", about=about, by=by, at=at, category=category)
    return True


def of_need(session: Session, need: Need) -> NeedForm | None:
    """The form to be filled in for a need, for who may read it; None when it asks for none."""
    if not need.is_sensitive:
        return None
    return session.scalar(sa.select(NeedForm).where(NeedForm.category == need.category))


def fetch(session: Session, need: Need, *, by: User, at: datetime) -> tuple[NeedForm, bytes] | None:
    """The form of a need and its file, each time journaled; None when there is none.

    Whoever asks may read the need: the caller found it through ``access``.
    """
    if not need.is_sensitive:
        return None
    query = sa.select(NeedForm).where(NeedForm.category == need.category)
    form = session.scalar(query.options(undefer(NeedForm.content)))
    if form is None:
        return None
    keys: Keys = session.info["keys"]
    journal.record(session, "need_form_fetched", about=need, by=by, at=at, form=form.id)
    return form, sealing.unseal_file(keys.seal, form.content, place=_place(form.category))


def kind_of(content: bytes) -> FileKind:
    """What a file is, by its content. Refusal, on ``file``, when it is none of ``FileKind``."""
    if not content:
        raise Refusal("Ce fichier est vide.", field="file")
    if len(content) > MOST_BYTES:
        raise Refusal(
            f"Ce fichier dépasse {MOST_BYTES // 1_000_000} Mo : enregistrez-le en PDF allégé.",
            field="file",
        )
    if content.startswith(_PDF) and _PDF_ENDS in content[-_END:]:
        return FileKind.PDF
    try:
        names = {name.lower() for name in zipfile.ZipFile(BytesIO(content)).namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as fault:
        raise Refusal(_NOT_ONE, field="file") from fault
    if any(mark in f"/{name}" for name in names for mark in _OBJECTS):
        raise Refusal(_MACROS, field="file")
    if {"[content_types].xml", "word/document.xml"} <= names:
        return FileKind.DOCX
    if content[_ODT_AT:].startswith(_ODT) and "content.xml" in names:
        return FileKind.ODT
    raise Refusal(_NOT_ONE, field="file")


def _sensitive() -> Sequence[Category]:
    found = [one for one in reference.categories().values() if one.sensitive]
    return sorted(found, key=lambda one: one.family != _PROTECTION)


def _codes() -> set[str]:
    return {one.code for one in _sensitive()}


def _shown_name(filename: str) -> str:
    """The last part of a name, without what a terminal or a page could take for an order."""
    last = re.split(r"[/\\]", filename)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip()[-_NAME:]


def _place(category: str) -> str:
    return f"need_form.content.{category}"
