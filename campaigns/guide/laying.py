"""The guide laid out for one call: the right parts, filled with the right names."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from campaigns import guide_text, reference
from campaigns.guide.filling import filled_with
from campaigns.guide_text import Block, Right, Section, gaps
from campaigns.guide_text.conditions import Condition, Situation, holding, is_read_when
from campaigns.guide_text.moments import Case, Kind
from campaigns.models import Organisation, Person, User

TRUST_CODE, LAST_NEED = "code de confiance", "besoin transmis"
# Said of something: without it, the sentence would be read with a hole in it (B10).
_OF_SOMETHING = frozenset({TRUST_CODE, LAST_NEED})
_ITEM = re.compile(r"(?m)^(?=(?:[-*]|\d+\.)\s)")
_WHAT_IF = frozenset(Case) - {Case.FIRST_CALL}
# A title « Variante B — Personnes au RSA » is for whoever edits; who calls reads what it is about.
_DASH = " — "


@dataclass(frozen=True, slots=True)
class Part:
    """One moment of the call, as clean HTML, with the needs that may come up in it."""

    id: str
    title: str
    html: str
    needs: tuple[tuple[str, str], ...] = ()  # code, words

    def said_with(self, words: Mapping[str, str]) -> "Part":
        """The same with its gaps filled; ``words`` are those it was laid for."""
        return replace(self, html=gaps.with_words(self.html, words))


@dataclass(frozen=True, slots=True)
class Script:
    """The guide laid out for a call: what to say in order, themes, and what if.

    ``short`` takes the place of the long guide on a heat-alert day. ``inserts`` are the variants
    in force for this person today. ``rights`` are the questions of the check-up.
    """

    before: Part
    opening: Part
    news: Part
    themes: tuple[Part, ...]
    closing: Part
    what_if: tuple[Part, ...]
    alert: Part
    inserts: tuple[Part, ...] = ()
    short: Part | None = None
    check_up: Part | None = None
    rights: tuple[Right, ...] = ()

    def said_with(self, words: Mapping[str, str]) -> "Script":
        """The same with its gaps filled; ``words`` are those it was laid for."""

        def said(part: Part) -> Part:
            return part.said_with(words)

        return replace(
            self,
            before=said(self.before),
            opening=said(self.opening),
            news=said(self.news),
            themes=tuple(map(said, self.themes)),
            closing=said(self.closing),
            what_if=tuple(map(said, self.what_if)),
            alert=said(self.alert),
            inserts=tuple(map(said, self.inserts)),
            short=self.short and said(self.short),
            check_up=self.check_up and said(self.check_up),
        )


def script(
    markdown: str,
    *,
    person: Person,
    caller: User,
    organisation: Organisation,
    situation: Situation,
    last_need: str | None = None,
    switches: Mapping[str, bool] | None = None,
) -> Script:
    """Lay the guide out for one person; a placeholder nobody fills keeps its own words.

    ``switches`` say which sections are on or off today, by their id.
    """
    words = filled_with(
        person=person,
        caller=caller,
        organisation=organisation,
        last_need=last_need,
        is_first_call=situation.is_first_call,
    )
    return laid(markdown, holding(situation), switches or {}, words).said_with(words)


def laid(
    markdown: str,
    held: frozenset[Condition],
    switched: Mapping[str, bool],
    words: Iterable[str],
) -> Script:
    """The guide of a call with gaps for these words, the same for whoever is called.

    ``held`` are the conditions that hold; ``switched`` says which sections are on or off today.
    """
    names = frozenset(words)
    read = [
        section
        for section in guide_text.sections(gaps.without_marks(markdown))
        if _is_read(section, held, switched)
    ]
    return _laid(read, held, names)


def _is_read(section: Section, held: frozenset[Condition], switched: Mapping[str, bool]) -> bool:
    """Whether a section and all it stands in are read. What was decided of a part that does not
    come and go any more is not asked."""
    return all(
        is_read_when(
            one.conditions, held, switch=switched.get(one.id) if one.is_switchable else None
        )
        for one in (*section.within, section)
    )


def _laid(read: list[Section], held: frozenset[Condition], names: frozenset[str]) -> Script:
    """The sections that are read, each at its moment."""
    said = _said(held)

    def one(kind: Kind) -> Part:
        section = _of_kind(read, kind)
        if section is None:
            return Part(kind.value, kind.label, "")
        return _part(section, _always(section, said), names)

    variants = [section for section in read if _comes_and_goes(section)]
    short = next((one for one in variants if _is_short(one, held)), None)
    themes = [section for section in read if section.kind is Kind.THEME and section.level == 3]
    rights = _of_kind(read, Kind.RIGHTS)
    return Script(
        before=one(Kind.BEFORE),
        opening=one(Kind.OPENING),
        news=one(Kind.NEWS),
        themes=tuple(_part(item, item.blocks, names) for item in themes),
        closing=one(Kind.CLOSING),
        what_if=_what_if(read, said, names),
        alert=one(Kind.ALERT),
        inserts=tuple(_part(item, item.blocks, names) for item in variants if item is not short),
        short=None if short is None else _part(short, short.blocks, names),
        check_up=None if rights is None else _part(rights, _but_questions(rights), names),
        rights=() if rights is None else guide_text.rights(rights),
    )


def whole(
    markdown: str,
    *,
    caller: User,
    organisation: Organisation,
    switches: Mapping[str, bool] | None = None,
) -> list[Part]:
    """The guide to read through, section by section, without what the lead switched off."""
    words = filled_with(
        person=None,
        caller=caller,
        organisation=organisation,
        last_need=LAST_NEED,  # nobody's yet: the sentence is there to be read
        is_first_call=False,
    )
    names, switched = frozenset(words), switches or {}
    return [
        _part(section, section.blocks, names).said_with(words)
        for section in guide_text.sections(markdown)
        if section.level in (2, 3)
        and not any(
            one.is_switchable and switched.get(one.id) is False
            for one in (*section.within, section)
        )
    ]


def _said(held: frozenset[Condition]) -> set[Case]:
    """The cases whose words are said in their place, not kept for « et si… »."""
    said = {Case.FIRST_CALL} if Condition.FIRST_CALL in held else set()
    return said | ({Case.PROTECTED} if Condition.PROTECTED in held else set())


def _is_short(section: Section, held: frozenset[Condition]) -> bool:
    """The heat-alert sheet: five questions take the place of the long guide (handbook 9)."""
    return Condition.HEAT in held and Condition.HEAT in section.conditions


def _comes_and_goes(section: Section) -> bool:
    """A part of its own: a variant, or what a title of nobody's moment says for some."""
    is_free = section.kind is Kind.INTRO and section.level > 1 and bool(section.conditions)
    return is_free or section.kind is Kind.VARIANT


def _of_kind(sections: Iterable[Section], kind: Kind) -> Section | None:
    """The section of a moment; one meant for this call comes before the one for all. What it says
    to some under a title of its own comes after."""
    found = [section for section in sections if section.kind is kind]
    tops = [one for one in found if kind not in {above.kind for above in one.within}]
    top = max(tops, key=lambda one: bool(one.conditions), default=None)
    if top is None:
        return None
    inside = [one for one in found if top.id in {above.id for above in one.within}]
    return replace(top, blocks=top.blocks + tuple(_titled(inside)))


def _titled(sections: Iterable[Section]) -> Iterator[Block]:
    for section in sections:
        yield Block(f"### {section.title}", None, None)
        yield from section.blocks


def _what_if(read: list[Section], said: set[Case], names: frozenset[str]) -> tuple[Part, ...]:
    return tuple(
        Part(block.case.value, block.case.label, _html([block], names))
        for section in read
        for block in section.blocks
        if block.case in _WHAT_IF - said and block.case is not None
    )


def _but_questions(section: Section) -> list[Block]:
    """The words around the questions, which become buttons."""
    return [
        replace(
            block,
            markdown="\n".join(
                line for line in block.markdown.splitlines() if not guide_text.is_question(line)
            ),
        )
        for block in section.blocks
    ]


def _always(section: Section, said: set[Case]) -> list[Block]:
    return [block for block in section.blocks if block.case is None or block.case in said]


def _part(section: Section, blocks: Iterable[Block], names: frozenset[str]) -> Part:
    needs = reference.categories()
    title = section.title
    if section.kind is Kind.VARIANT and _DASH in title:
        title = title.split(_DASH, 1)[1]
    return Part(
        section.id,
        title,
        _html([_said_of(block, names) for block in blocks], names),
        tuple((code, needs[code].label) for code in section.need_codes if code in needs),
    )


def _said_of(block: Block, names: frozenset[str]) -> Block:
    """A block without what would be said of nothing: no trust code (B10), no need of last time."""
    missing = _OF_SOMETHING - names
    if missing.isdisjoint(guide_text.placeholders(block.markdown)):
        return block
    items = [
        item
        for item in _ITEM.split(block.markdown)
        if missing.isdisjoint(guide_text.placeholders(item))
    ]
    return replace(block, markdown="".join(items))


def _html(blocks: list[Block], names: frozenset[str]) -> str:
    return guide_text.with_gaps("\n\n".join(block.markdown for block in blocks), names)
