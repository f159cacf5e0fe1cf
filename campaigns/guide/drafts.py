"""The next version of the guide, being written: begun, kept, published or dropped.

Two people may write: the second to save is told, and neither text is lost.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.guide import versions
from campaigns.guide_text import checking, pasting
from campaigns.models import Campaign, GuideDraft, GuideVersion, User
from campaigns.refusal import Refusal


class Overtaken(Refusal):
    """Somebody else saved the draft meanwhile: ``kept`` is what they saved."""

    def __init__(self, kept: GuideDraft | None, by: User | None) -> None:
        if kept is None:
            super().__init__(
                "Ce brouillon vient d’être publié ou abandonné par quelqu’un d’autre. "
                "Votre texte est toujours dans la page : enregistrez pour en faire un nouveau "
                "brouillon."
            )
        else:
            who = by.full_name if by else "Quelqu’un"
            super().__init__(
                f"{who} a enregistré ce brouillon pendant que vous écriviez. Votre texte est "
                "toujours dans la page : comparez, puis enregistrez si vous voulez garder le vôtre."
            )
        self.kept = kept


def find(session: Session, campaign: Campaign) -> GuideDraft | None:
    """The draft being written; None when nobody has begun one."""
    return session.scalar(_mine(campaign))


def author(session: Session, draft: GuideDraft) -> User | None:
    """Who saved it last."""
    return session.get(User, draft.edited_by_id) if draft.edited_by_id else None


def begin(
    session: Session, campaign: Campaign, source: GuideVersion, *, by: User, at: datetime
) -> GuideDraft:
    """Begin a draft from a version; Refusal when one is being written already."""
    if find(session, campaign) is not None:
        raise Refusal(
            "Un brouillon est déjà en cours : publiez-le ou abandonnez-le avant d’en commencer "
            "un autre."
        )
    return _new(session, campaign, source.markdown, source.number, by=by, at=at)


def write(
    session: Session, campaign: Campaign, markdown: str, *, seen: int, by: User, at: datetime
) -> GuideDraft:
    """Keep the text being written. ``seen`` is the draft's version the page showed, 0 for none.

    Overtaken (a Refusal) when somebody else saved or published it meanwhile. A text with slips is
    kept, without the invisible signs of a word processor: only publishing asks for more.
    """
    markdown = pasting.tidied(markdown)
    if len(markdown) > checking.LONGEST:
        raise Refusal(
            f"Le guide est trop long : {checking.LONGEST} caractères au plus.", field="markdown"
        )
    draft = _locked(session, campaign)
    if draft is None and seen == 0:
        return _new(
            session, campaign, markdown, versions.current(session, campaign).number, by=by, at=at
        )
    if draft is None or draft.version != seen:
        raise Overtaken(draft, author(session, draft) if draft else None)
    draft.markdown = markdown
    draft.edited_at, draft.edited_by_id = at, by.id
    session.flush()  # the page shows draft.version
    return draft


def publish(
    session: Session, campaign: Campaign, *, seen: int, note: str, by: User, at: datetime
) -> GuideVersion:
    """Make the draft the version in use; the calls already made keep theirs.

    Refusal when a part is missing, a word in braces or a code means nothing, nothing changed, or
    nothing is said of the change.
    """
    draft = _locked(session, campaign)
    if draft is None or draft.version != seen:
        raise Overtaken(draft, author(session, draft) if draft else None)
    last, said = versions.current(session, campaign), " ".join(note.split())
    if found := checking.problems(draft.markdown):
        raise Refusal(found[0].say, field="markdown")
    if draft.markdown == last.markdown:
        raise Refusal("Ce brouillon dit la même chose que la version publiée.")
    if not said:
        raise Refusal("Dites en quelques mots ce qui change.", field="note")
    made = GuideVersion(
        campaign_id=campaign.id,
        number=last.number + 1,
        markdown=draft.markdown,
        published_at=at,
        published_by_id=by.id,
        note=said[:200],
    )
    session.add(made)
    session.delete(draft)
    session.flush()  # the journal needs made.id
    session.info.pop("guide_id", None)  # the next call of this session keeps the new one
    journal.record(session, "guide_published", about=made, by=by, at=at, number=made.number)
    return made


def drop(session: Session, campaign: Campaign, *, seen: int, by: User, at: datetime) -> None:
    """Give the draft up; the published version stays. Overtaken when it changed meanwhile."""
    draft = _locked(session, campaign)
    if draft is None or draft.version != seen:
        raise Overtaken(draft, author(session, draft) if draft else None)
    session.delete(draft)
    journal.record(session, "guide_draft_dropped", about=campaign, by=by, at=at)


def _new(
    session: Session, campaign: Campaign, markdown: str, number: int, *, by: User, at: datetime
) -> GuideDraft:
    draft = GuideDraft(
        campaign_id=campaign.id,
        markdown=markdown,
        from_number=number,
        edited_at=at,
        edited_by_id=by.id,
    )
    session.add(draft)
    session.flush()  # its version is known
    journal.record(session, "guide_draft_begun", about=campaign, by=by, at=at, number=number)
    return draft


def _mine(campaign: Campaign) -> sa.Select[GuideDraft]:
    return sa.select(GuideDraft).where(GuideDraft.campaign_id == campaign.id)


def _locked(session: Session, campaign: Campaign) -> GuideDraft | None:
    """The draft as it stands now: nobody else saves it before this transaction ends."""
    return session.scalar(
        _mine(campaign).with_for_update().execution_options(populate_existing=True)
    )
