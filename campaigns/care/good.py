"""The box of good moments: a thank-you, a story, an offer of help, kept apart from needs."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, values, weeks
from campaigns.care import settings
from campaigns.models import Call, Campaign, GoodNews, GoodNewsKind, Person, User
from campaigns.refusal import Refusal

_MOST = 100
_WORD = re.compile(r"[^\W\d_]+")
_PARTICLES = frozenset({"de", "des", "du", "la", "le", "les"})


@dataclass(frozen=True, slots=True)
class Told:
    """One thing of the box as the coordination reads it: who wrote it, whom it is about."""

    news: GoodNews
    by: User
    person: Person | None


def tell(
    session: Session,
    campaign: Campaign,
    kind: GoodNewsKind,
    text: str,
    *,
    by: User,
    at: datetime,
    call: Call | None = None,
) -> GoodNews:
    """Put something good in the box. Refusal for an empty text, or one longer than 500 signs."""
    said = text.strip()
    if not said:
        raise Refusal("Racontez-le en une phrase, sans nommer personne.", field="text")
    if len(said) > 500:
        raise Refusal("500 signes au plus : gardez l’essentiel.", field="text")
    news = GoodNews(
        campaign_id=campaign.id,
        by_id=by.id,
        call_id=call.id if call else None,
        person_id=call.person_id if call else None,
        kind=kind,
        text=said,
        at=at,
    )
    session.add(news)
    journal.record(session, "good_news_told", about=news, by=by, at=at, kind=kind.value)
    return news


def to_read(session: Session, campaign: Campaign) -> list[Told]:
    """What the coordination has not read again yet, the oldest first."""
    unread = sa.and_(GoodNews.shared_at.is_(None), GoodNews.settled_at.is_(None))
    return _told(session, campaign, unread, GoodNews.at, GoodNews.id)


def offers(session: Session, campaign: Campaign) -> list[Told]:
    """Offers of help for which nobody was found yet, the oldest first."""
    waiting = sa.and_(GoodNews.kind == GoodNewsKind.OFFER, GoodNews.settled_at.is_(None))
    return _told(session, campaign, waiting, GoodNews.at, GoodNews.id)


def settled(session: Session, campaign: Campaign, *, limit: int = 20) -> list[Told]:
    """What was shared or settled, the newest first."""
    done = sa.or_(GoodNews.shared_at.is_not(None), GoodNews.settled_at.is_not(None))
    return _told(session, campaign, done, GoodNews.at.desc(), GoodNews.id.desc(), limit=limit)


_SHARED = (
    sa.select(GoodNews.text)
    .where(
        GoodNews.campaign_id == sa.bindparam("campaign_id"),
        GoodNews.shared_at > sa.bindparam("since"),
    )
    .order_by(GoodNews.shared_at.desc(), GoodNews.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)


def shared(session: Session, campaign: Campaign, *, at: datetime, limit: int = 5) -> list[str]:
    """The good moments everybody may read, the newest first: words only, no name."""
    since = at - timedelta(days=settings.of(campaign).shared_days)
    asked = {"campaign_id": campaign.id, "since": since, "limit": limit}
    return list(session.scalars(_SHARED, asked))


def shared_count(session: Session, campaign: Campaign, week: str) -> int:
    """How many good moments were shared in a week, for Monday's mail."""
    query = sa.select(sa.func.count()).where(
        GoodNews.campaign_id == campaign.id,
        GoodNews.shared_at >= weeks.starts_at(week),
        GoodNews.shared_at < weeks.ends_at(week),
    )
    return session.scalar(query) or 0


def one(session: Session, campaign: Campaign, news_id: int) -> Told | None:
    """One thing of the box."""
    return next(iter(_told(session, campaign, GoodNews.id == news_id, GoodNews.id)), None)


def share(session: Session, told: Told, text: str, *, by: User, at: datetime) -> None:
    """Let every volunteer read it, in words that name nobody.

    Refusal for an empty text, or one in which the person's name or the writer's still stands. A
    first name counts when it has its capital: « une voix claire » names nobody.
    """
    said = text.strip()[:500]
    if not said:
        raise Refusal("Il n’y a rien à partager : le texte est vide.", field="text")
    words = _WORD.findall(said)
    whole, capital = (
        {values.fold(one) for one in some} for some in (words, filter(_is_name, words))
    )
    last, first = _names(told)
    if whole & last or capital & first:
        raise Refusal(
            "Ce texte nomme encore quelqu’un : retirez le nom avant de partager.", field="text"
        )
    told.news.text = said
    told.news.shared_at = told.news.shared_at or at
    journal.record(session, "good_news_shared", about=told.news, by=by, at=at)


def settle(session: Session, told: Told, outcome: str, *, by: User, at: datetime) -> None:
    """Say what came of it: for an offer, whom it helped; for the rest, that it stays in the box.

    Refusal for an offer without a word on what came of it.
    """
    said = outcome.strip()[:300]
    if not said and told.news.kind is GoodNewsKind.OFFER:
        raise Refusal("Dites en une phrase ce que cette offre est devenue.", field="outcome")
    told.news.outcome = said
    told.news.settled_at = told.news.settled_at or at
    journal.record(session, "good_news_settled", about=told.news, by=by, at=at)


def _told(
    session: Session,
    campaign: Campaign,
    condition: sa.ColumnElement[bool],
    *order: sa.ColumnExpressionArgument[datetime] | sa.ColumnExpressionArgument[int],
    limit: int = _MOST,
) -> list[Told]:
    rows = session.execute(
        sa.select(GoodNews, User, Person)
        .join(User, User.id == GoodNews.by_id)
        .outerjoin(Person, Person.id == GoodNews.person_id)
        .where(GoodNews.campaign_id == campaign.id, condition)
        .order_by(*order)
        .limit(limit)
    ).all()
    return [Told(row[0], row[1], row[2]) for row in rows]


def _names(told: Told) -> tuple[set[str], set[str]]:
    """What may not stand in what is shared, folded: surnames, and what has a capital beside them:
    first names, surnames of two letters."""
    people = [told.by, *([told.person] if told.person else [])]
    last, first = (
        {
            values.fold(word)
            for one in people
            for word in _WORD.findall(getattr(one, name))
            if len(word) > 1
        }
        - _PARTICLES
        for name in ("last_name", "first_name")
    )
    short = {word for word in last if len(word) == 2}
    return last - short, first | short


def _is_name(word: str) -> bool:
    return word[0].isupper()
