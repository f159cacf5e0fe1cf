"""What somebody must have said before a list enters: the column of the names, a field that changes
for most people, a communal register that serves another purpose."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignState, ImportBatch
from campaigns.refusal import Refusal
from importers import purposes
from importers.choices import Choices

NEEDS_NAME = "needs_name"  # in the report of a list whose column of names nobody has shown yet
OVER = "Cette campagne est close : plus aucune liste n’y entre."
# CASF L121-6-1; CNIL, 14 April 2020: a register serves the emergency plan, and nothing else without
# a decision that somebody signs.
_UNDECIDED = (
    "« {source} » est un registre communal, tenu pour les plans d’urgence : "
    "écrivez pourquoi ce registre sert à cette campagne, la décision porte votre nom."
)


def require_names(batch: ImportBatch) -> None:
    """Refuse a list in which no column says who people are; raises ``Refusal``."""
    if batch.report.get(NEEDS_NAME):
        raise Refusal("Dites quelle colonne porte le nom des personnes.", field="columns")


def require(
    session: Session, batch: ImportBatch, massive: Sequence[Mapping[str, Any]], *, reason: str = ""
) -> None:
    """Refuse a list that still waits for a word of somebody, all that is missing said at once.

    ``massive`` as in the report; ``reason`` is why a register serves this campaign. Raises
    ``Refusal``; its field is the first thing missing. A campaign that is over takes no list.
    """
    campaign = session.get_one(Campaign, batch.campaign_id)
    if campaign.state is CampaignState.CLOSED:
        raise Refusal(OVER)
    missing = [("ticked", say) for say in _unticked(batch, massive)]
    if not reason and purposes.undecided(session, batch, campaign) is not None:
        missing.append(("raison", _UNDECIDED.format(source=batch.source)))
    if missing:
        raise Refusal(" ".join(say for _, say in missing), field=missing[0][0])


def _unticked(batch: ImportBatch, massive: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A field that changes for most people looks just like a column that moved in the file."""
    ticked = Choices.of(batch.choices or {}).ticked
    for each in massive:
        if each["field"] not in ticked:
            yield (
                f"« {each['label']} » change pour {each['changed']} personnes sur {each['of']}. "
                "Vérifiez la colonne, puis cochez ce champ si ce changement est voulu."
            )
