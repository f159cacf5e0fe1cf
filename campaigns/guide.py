"""The call guide for one call: the right parts, filled with the right names."""

from dataclasses import dataclass

from campaigns import guide_text, reference
from campaigns.guide_text import Block, Section
from campaigns.guide_text.moments import Case, Kind
from campaigns.models import Organisation, Person, Title, User
from campaigns.values import national

_ILL_TREATMENT = "PRO_MALTRAITANCE"


@dataclass(frozen=True, slots=True)
class Part:
    """One moment of the call, as clean HTML, with the needs that may come up in it."""

    id: str
    title: str
    html: str
    needs: tuple[tuple[str, str], ...] = ()  # code, words


@dataclass(frozen=True, slots=True)
class Script:
    """The guide laid out for a call: what to say in order, themes, and what if."""

    before: Part
    opening: Part
    news: Part
    themes: tuple[Part, ...]
    closing: Part
    what_if: tuple[Part, ...]
    alert: Part


_WHAT_IF = frozenset(Case) - {Case.FIRST_CALL, Case.GIFT}


def script(
    markdown: str,
    *,
    person: Person,
    caller: User,
    organisation: Organisation,
    is_first_call: bool,
    last_need: str | None,
) -> Script:
    """Lay the guide out for one person; a placeholder nobody fills keeps its own words."""
    sections = guide_text.sections(markdown)
    words = values(person=person, caller=caller, organisation=organisation, last_need=last_need)
    said = {Case.FIRST_CALL} if is_first_call else set()

    def one(kind: Kind) -> Part:
        section = next(section for section in sections if section.kind is kind)
        return _part(section, _always(section, said), words)

    themes = [item for item in sections if item.kind is Kind.THEME and item.level == 3]
    variants = [item for item in sections if item.audience and _is_for(item, person)]
    blocks = [(block.case, block) for section in sections for block in section.blocks if block.case]
    return Script(
        before=one(Kind.BEFORE),
        opening=one(Kind.OPENING),
        news=one(Kind.NEWS),
        themes=tuple(_part(item, item.blocks, words) for item in (*variants, *themes)),
        closing=one(Kind.CLOSING),
        what_if=tuple(
            Part(case.value, case.label, _html([block], words))
            for case, block in blocks
            if case in _WHAT_IF
        ),
        alert=one(Kind.ALERT),
    )


def whole(markdown: str, *, caller: User, organisation: Organisation) -> list[Part]:
    """The guide to read through, section by section."""
    words = values(person=None, caller=caller, organisation=organisation, last_need=None)
    return [
        _part(section, section.blocks, words)
        for section in guide_text.sections(markdown)
        if section.level in (2, 3)
    ]


def values(
    *, person: Person | None, caller: User, organisation: Organisation, last_need: str | None
) -> dict[str, str]:
    """What the guide's braces stand for."""
    ill = next(iter(reference.help_lines_for(_ILL_TREATMENT)), None)
    words = {
        "prénom": caller.first_name,
        "de l’organisme": organisation.of_name,
        "de la mairie ou du CCAS": organisation.of_name,
        "numéro standard": _read_aloud(organisation.switchboard_phone),
        "numéro coordination": _read_aloud(organisation.coordination_phone),
        "numéro maltraitance": next(
            (
                line.number
                for line in reference.help_lines_for(_ILL_TREATMENT)
                if line.number == "3133"
            ),
            ill.number if ill else "",
        ),
        "la dernière fois / ces derniers jours": "la dernière fois",
        "besoin transmis": last_need or "",
    }
    if person is not None:
        words["civilité"] = {Title.MRS: "Madame", Title.MR: "Monsieur"}.get(
            person.title, person.first_name
        )
        words["nom"] = person.last_name
    return {name: value for name, value in words.items() if value}


def _read_aloud(e164: str) -> str:
    return national(e164) if e164 else ""


def _always(section: Section, said: set[Case]) -> list[Block]:
    return [block for block in section.blocks if block.case is None or block.case in said]


def _part(
    section: Section, blocks: "list[Block] | tuple[Block, ...]", words: dict[str, str]
) -> Part:
    names = reference.categories()
    return Part(
        section.id,
        section.title,
        _html(list(blocks), words),
        tuple((code, names[code].label) for code in section.need_codes if code in names),
    )


def _html(blocks: list[Block], words: dict[str, str]) -> str:
    text = "\n\n".join(block.markdown for block in blocks)
    return guide_text.html(guide_text.fill(text, words))


def _is_for(section: Section, person: Person) -> bool:
    schemes = person.schemes.split()
    return {"rsa": "RSA" in schemes, "handicap": "PCH" in schemes}.get(
        section.audience or "", False
    )
