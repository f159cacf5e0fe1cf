"""Which number of a row was wrong: paper shows several, and only one of them rang."""

import re
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Phone
from campaigns.refusal import Refusal

_RANK = re.compile(r"([1-9])\s*(er|ère|ere|ème|eme|e)?", re.IGNORECASE)


def on_the_sheet(session: Session, person_id: int, *, issued_at: datetime) -> list[Phone]:
    """The numbers of a person that were good when the sheet left, in the order printed."""
    return list(
        session.scalars(
            sa.select(Phone)
            .where(
                Phone.person_id == person_id,
                # An hour written by hand has no seconds: dropped by the sheet’s own row is later.
                sa.or_(
                    Phone.invalid_at.is_(None),
                    Phone.invalid_at >= issued_at.replace(second=0, microsecond=0),
                ),
            )
            .order_by(Phone.position, Phone.id)
        )
    )


def named(text: str, numbers: Sequence[Phone]) -> Phone | None:
    """The number a row names, « 1er », « 2 »; the only one when it names none; else None.

    Refusal when what is written is none of them.
    """
    bare = text.strip()
    if not bare:
        return numbers[0] if len(numbers) == 1 else None
    found = _RANK.fullmatch(bare)
    if found is None or int(found[1]) > len(numbers):
        raise Refusal(which(numbers), field="number")
    return numbers[int(found[1]) - 1]


def which(numbers: Sequence[Phone]) -> str:
    """The question, when the row must be completed."""
    if not numbers:
        return "Cette personne n’a plus de numéro : laissez vide la case du numéro."
    if len(numbers) == 1:
        return "Cette personne n’a qu’un numéro : laissez vide la case du numéro, ou écrivez 1."
    return (
        f"Cette personne a {len(numbers)} numéros. Écrivez lequel est mauvais, dans l’ordre de la "
        "feuille : 1 pour le premier, 2 pour le deuxième."
    )
