"""The documents a person receives, as tagged PDF: data goes in as data, never as markup."""

import json
from pathlib import Path
from typing import Any  # what JSON holds

import typst

from campaigns import printing
from campaigns.rights import telling, words
from campaigns.rights.dossier import Dossier

_HERE = Path(__file__).parent


def access_pdf(dossier: Dossier) -> bytes:
    """« Ce que nous savons de vous », ready to be handed over."""
    contact = (f"Pour toute question : {dossier.contact}.",) if dossier.contact else ()
    objected = (
        ("Vous avez demandé à ne plus être appelé·e : c’est respecté.",) if dossier.objected else ()
    )
    return _drawn(
        "access.typ",
        {
            "name": dossier.name,
            "reference": dossier.reference,
            "made": telling.moment(dossier.made_at),
            "organisation": dossier.organisation,
            "opening": [*words.OPENING, *objected, *contact],
            "purposes": dossier.purposes or ("Vous appeler et vous aider.",),
            "sources": dossier.sources,
            "recipients": dossier.recipients,
            "retention": dossier.retention,
            "rights": words.RIGHTS,
            "sections": [
                {"title": one.title, "rows": one.rows} for one in dossier.sections if one.rows
            ],
            "empty": dossier.empty,
        },
    )


def certificate_pdf(told: dict[str, Any]) -> bytes:
    """The certificate of an erasure, on one page; ``told`` is ``certifying.told``."""
    return _drawn("certificate.typ", told)


def _drawn(template: str, told: dict[str, Any]) -> bytes:
    compiler: Any = typst.Compiler(  # typst has no types here
        str(_HERE / template), root=str(_HERE), font_paths=printing.pages.fonts()
    )
    made: bytes = compiler.compile(
        format="pdf",
        sys_inputs={"data": json.dumps(told, ensure_ascii=False)},
        pdf_standards=printing.pages.STANDARD,
    )
    return made
