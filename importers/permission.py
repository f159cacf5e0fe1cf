"""What somebody must have said before a list enters: a field that changes for most people, a
communal register that serves another purpose."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from campaigns.models import Campaign, ImportBatch
from campaigns.refusal import Refusal
from importers import purposes
from importers.choices import Choices
from importers.intake import Intake


def require(session: Session, batch: ImportBatch, intake: Intake) -> None:
    """Refuse a list that still waits for a word of somebody; raises ``Refusal``."""
    require_ticks(batch, intake.massive)
    require_purpose(session, batch)


def require_ticks(batch: ImportBatch, massive: Sequence[Mapping[str, Any]]) -> None:
    """Refuse when a field changes for most people and nobody ticked it; raises ``Refusal``.

    ``massive`` as in the report: a column that moved in the file looks just like that.
    """
    ticked = Choices.of(batch.choices or {}).ticked
    for each in massive:
        if each["field"] not in ticked:
            raise Refusal(
                f"« {each['label']} » change pour {each['changed']} personnes sur {each['of']}. "
                "Vérifiez la colonne, puis cochez ce champ si ce changement est voulu.",
                field="ticked",
            )


def require_purpose(session: Session, batch: ImportBatch) -> None:
    """Refuse a communal register in a campaign of another purpose; raises ``Refusal``.

    CASF L121-6-1; CNIL, 14 April 2020: it serves the emergency plan, and nothing else without a
    decision that somebody signs.
    """
    campaign = session.get_one(Campaign, batch.campaign_id)
    if purposes.undecided(session, batch, campaign) is not None:
        raise Refusal(
            f"« {batch.source} » est un registre communal, tenu pour les plans d’urgence : "
            "dites pourquoi il sert à cette campagne, la décision porte votre nom.",
            field="raison",
        )
