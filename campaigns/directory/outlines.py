"""The outlines of the communes for maps: those that ship, or those an organisation brought."""

import gzip
import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import charts, journal, reference
from campaigns.models import Commune, Organisation, Territory, User
from campaigns.reference import Outline
from campaigns.refusal import Refusal

MOST_BYTES = 20_000_000  # of the file brought; what is kept is a hundred times smaller
_MOST_KEPT = 2_000_000  # once simplified, before compression
_MOST_POINTS = 2_000_000
_SHIPPED = "Contours des communes\u00a0: IGN, Admin Express COG 2018 (Licence Ouverte), simplifiés."


@dataclass(frozen=True, slots=True)
class Shapes:
    """Outlines with the territory of each commune, and the line of licence to show beneath.

    No outline: no map can be drawn. ``is_own``: the organisation brought them.
    """

    outlines: tuple[Outline, ...]
    licence: str
    is_own: bool


def shapes(session: Session) -> Shapes:
    """The outlines of the organisation's communes: its own file, else the one that ships."""
    organisation = session.get_one(Organisation, 1)
    own = organisation.outlines
    if own is not None:
        outlines, licence = _read(own)
    else:
        outlines, licence = reference.outlines(organisation.departement), _SHIPPED
    named = session.execute(
        sa.select(Commune.insee, Territory.name).join(
            Territory, Territory.id == Commune.territory_id
        )
    )
    areas = {row[0]: row[1] for row in named}
    placed = tuple(replace(one, area=areas.get(one.insee, "")) for one in outlines)
    return Shapes(placed, licence, own is not None)


def bring(session: Session, content: bytes, *, licence: str, by: User, at: datetime) -> int:
    """Keep the organisation's own outlines, simplified; give how many communes they draw.

    The file is a GeoJSON of communes (properties ``code`` and ``nom``, degrees). Refusal when it
    is too large, cannot be read, names a commune nobody knows, or says no licence.
    """
    said = " ".join(licence.split())[:300]
    if not said:
        raise Refusal("Écrivez d’où viennent ces contours et sous quelle licence.", field="licence")
    if len(content) > MOST_BYTES:
        raise Refusal(
            "Ce fichier dépasse 20 Mo\u00a0: prenez une version simplifiée.", field="file"
        )
    organisation = session.get_one(Organisation, 1)
    known = session.scalars(sa.select(Commune.insee)).all()
    try:
        whole = reference.read_outlines(content.decode("utf-8-sig"))
        kept = reference.present_outlines(whole, organisation.departement, known)
    except UnicodeDecodeError as wrong:
        raise Refusal("Ce fichier n’est pas un texte en UTF-8.", field="file") from wrong
    except ValueError as wrong:
        raise Refusal(str(wrong), field="file") from wrong
    if sum(len(ring) for each in kept for ring in each.rings) > _MOST_POINTS or not kept:
        raise Refusal("Ce fichier ne dessine aucune commune, ou trop finement.", field="file")
    text = reference.write_outlines(charts.simplified(kept))
    if len(text) > _MOST_KEPT:
        raise Refusal("Ces contours restent trop lourds une fois simplifiés.", field="file")
    told = json.dumps({"licence": said, "outlines": text}, ensure_ascii=False)
    organisation.outlines = gzip.compress(told.encode(), mtime=0)
    journal.record(session, "outlines_brought", about=organisation, by=by, at=at, count=len(kept))
    return len(kept)


def drop(session: Session, *, by: User, at: datetime) -> None:
    """Forget the organisation's own outlines: those that ship, if any, are used again."""
    organisation = session.get_one(Organisation, 1)
    if organisation.outlines is not None:
        organisation.outlines = None
        journal.record(session, "outlines_dropped", about=organisation, by=by, at=at)


@lru_cache(maxsize=1)
def _read(content: bytes) -> tuple[tuple[Outline, ...], str]:
    told = json.loads(gzip.decompress(content))
    return reference.read_outlines(told["outlines"]), str(told["licence"])
