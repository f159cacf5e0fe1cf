"""The guide laid out for one call: the right parts, filled with the right names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from campaigns import guide_text, reference
from campaigns.guide.filling import filled_with
from campaigns.guide_text import Block, Right, Section
from campaigns.guide_text.conditions import Condition, Situation, is_read
from campaigns.guide_text.moments import Case, Kind
from campaigns.models import Organisation, Person, User

TRUST_CODE = "code de confiance"
_WHAT_IF = frozenset(Case) - {Case.FIRST_CALL, Case.GIFT}
# A title « Variante B — Personnes au RSA » is for whoever edits; who calls reads what it is about.
_DASH = " — "


@dataclass(frozen=True, slots=True)
class Part:
    """One moment of the call, as clean HTML, with the needs that may come up in it."""

    id: str
    title: str
    html: str
    needs: tuple[tuple[str, str], ...] = ()  # code, words


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
        person=person, caller=caller, organisation=organisation, last_need=last_need
    )
    switched = switches or {}
    read = [
        section
        for section in guide_text.sections(markdown)
        if is_read(section.conditions, situation, switch=switched.get(section.id))
    ]
    return _laid(read, situation, words)


def _laid(read: list[Section], situation: Situation, words: Mapping[str, str]) -> Script:
    """The sections that are read, each at its moment."""
    said = _said(situation)

    def one(kind: Kind) -> Part:
        section = _of_kind(read, kind)
        if section is None:
            return Part(kind.value, kind.label, "")
        return _part(section, _always(section, said), words)

    variants = [section for section in read if section.kind is Kind.VARIANT]
    short = next((one for one in variants if _is_short(one, situation)), None)
    themes = [section for section in read if section.kind is Kind.THEME and section.level == 3]
    rights = _of_kind(read, Kind.RIGHTS)
    return Script(
        before=one(Kind.BEFORE),
        opening=one(Kind.OPENING),
        news=one(Kind.NEWS),
        themes=tuple(_part(item, item.blocks, words) for item in themes),
        closing=one(Kind.CLOSING),
        what_if=_what_if(read, said, words),
        alert=one(Kind.ALERT),
        inserts=tuple(_part(item, item.blocks, words) for item in variants if item is not short),
        short=None if short is None else _part(short, short.blocks, words),
        check_up=None if rights is None else _part(rights, _but_questions(rights), words),
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
    words = filled_with(person=None, caller=caller, organisation=organisation, last_need=None)
    switched = switches or {}
    return [
        _part(section, [block for block in section.blocks if _is_filled(block, words)], words)
        for section in guide_text.sections(markdown)
        if section.level in (2, 3) and switched.get(section.id) is not False
    ]


def _said(situation: Situation) -> set[Case]:
    """The cases whose words are said in their place, not kept for « et si… »."""
    said = {Case.FIRST_CALL} if situation.is_first_call else set()
    return said | ({Case.PROTECTED} if situation.is_protected else set())


def _is_short(section: Section, situation: Situation) -> bool:
    """The heat-alert sheet: five questions take the place of the long guide (handbook 9)."""
    return situation.is_heat and Condition.HEAT in section.conditions


def _of_kind(sections: Iterable[Section], kind: Kind) -> Section | None:
    """The section of a moment; one meant for this call comes before the one for all."""
    found = [section for section in sections if section.kind is kind]
    return max(found, key=lambda one: bool(one.conditions), default=None)


def _what_if(read: list[Section], said: set[Case], words: Mapping[str, str]) -> tuple[Part, ...]:
    return tuple(
        Part(block.case.value, block.case.label, _html([block], words))
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
                line for line in block.markdown.splitlines() if not guide_text.need_codes(line)
            ),
        )
        for block in section.blocks
    ]


def _always(section: Section, said: set[Case]) -> list[Block]:
    return [block for block in section.blocks if block.case is None or block.case in said]


def _part(section: Section, blocks: Iterable[Block], words: Mapping[str, str]) -> Part:
    names = reference.categories()
    title = section.title
    if section.kind is Kind.VARIANT and _DASH in title:
        title = title.split(_DASH, 1)[1]
    return Part(
        section.id,
        title,
        _html([block for block in blocks if _is_filled(block, words)], words),
        tuple((code, names[code].label) for code in section.need_codes if code in names),
    )


def _is_filled(block: Block, words: Mapping[str, str]) -> bool:
    """The sentence of the trust code is said only to who has one (B10)."""
    return TRUST_CODE in words or TRUST_CODE not in guide_text.placeholders(block.markdown)


def _html(blocks: list[Block], words: Mapping[str, str]) -> str:
    text = "\n\n".join(block.markdown for block in blocks)
    return guide_text.filled(text, words)
