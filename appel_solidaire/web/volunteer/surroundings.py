"""What the page of a call says around the report: who, the last time, the guide, the week."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import flask
from markupsafe import Markup

from appel_solidaire import gate
from appel_solidaire.web.volunteer import aside, stencils
from appel_solidaire.web.volunteer.forms import Offer, offered
from campaigns import calls, exposures, guide, needs, reference, sheets, weeks
from campaigns.calls import known as knowing
from campaigns.calls.known import Known
from campaigns.guide_text import gaps
from campaigns.guide_text.conditions import Condition
from campaigns.models import Enrolment, Line, Need, Phone
from campaigns.refusal import Refusal
from campaigns.retry import Rules

_ANY_LINE = 81_509_470_031  # a number no address holds otherwise


@dataclass(frozen=True, slots=True)
class Around:
    """A line and one person of it, whatever was answered; ``told`` is what the template takes."""

    line: Line
    present: list[Enrolment]
    chosen: Enrolment
    phones: list[Phone]
    shown: Phone | None
    offer: Offer
    told: Mapping[str, Any]  # Any: what a template takes


def of(
    line: Line,
    person_id: int | None,
    *,
    given: Mapping[str, str],
    seen: int | None,
    shown: Phone | None = None,
    present: list[Enrolment] | None = None,
    known: Known | None = None,
) -> Around:
    """What stands around the report of one person, the first of the household when nobody is named.

    ``given`` is what was typed, ``seen`` the last call an earlier page showed, None on a page that
    just opens. ``present`` and ``known`` when they were asked before. Refusal when nobody is left,
    or no longer that person.
    """
    campaign = gate.campaign()
    rules = calls.rules.of(campaign, gate.now().year)
    if present is None:
        present = calls.at_the_line(gate.db(), line, campaign=campaign)
    chosen = _chosen(present, person_id)
    if known is None:
        known = knowing.of(gate.db(), line, chosen, by=gate.me())
    return Around(
        line=line,
        present=present,
        chosen=chosen,
        phones=[phone for phone in chosen.person.phones if phone.invalid_at is None],
        shown=shown,
        offer=offered(rules),
        told={"at": partial(_address, line.id)}
        | aside.context(chosen, given, known=known)
        | _background(chosen, len(present), rules, known, seen=seen),
    )


def _chosen(present: list[Enrolment], person_id: int | None) -> Enrolment:
    if not present:
        raise Refusal("Cette fiche vient d’être fermée : il n’y a plus personne à appeler ici.")
    if person_id is None:
        return present[0]
    found = next((item for item in present if item.person_id == person_id), None)
    if found is None:  # never the spouse’s page instead, with a text that is not about them
        raise Refusal(
            "Cette personne n’est plus à appeler : sa fiche vient de changer. Ce que vous avez "
            "écrit est recopié ci-dessous ; si elle a besoin de quelque chose, dites-le à la "
            "coordination."
        )
    return found


def _address(line_id: int, endpoint: str) -> str:
    """``at("volunteer.skip")`` on the page of a line."""
    before, after = _around_the_line(flask.request.script_root, endpoint)
    return f"{before}{line_id}{after}"


@lru_cache(maxsize=64)  # Flask takes as long to build one as SQLite to answer
def _around_the_line(_root: str, endpoint: str) -> tuple[str, str]:
    before, _, after = flask.url_for(endpoint, line_id=_ANY_LINE).partition(str(_ANY_LINE))
    return before, after


def _background(
    chosen: Enrolment, at_home: int, rules: Rules, known: Known, *, seen: int | None
) -> dict[str, object]:
    """What is known before the call: the week, the last calls, the needs, the guide."""
    db, campaign, week = gate.db(), gate.campaign(), weeks.current(gate.now())
    past = needs.of_person(db, chosen.person, campaign) if known.has_needs else ()
    report_id = flask.request.args.get("fait", type=int)
    last = calls.last_calls(db, chosen.person, campaign) if known.has_calls else []
    return {
        "week": week,
        "commune": known.commune,
        # The last call this page has shown: what a colleague saves after it is told.
        "seen": seen if seen is not None else (last[0].id if last else 0),
        "progress": _progress(week),
        "out_of_hours": calls.rules.out_of_hours(campaign, at=gate.now()),
        "past_calls": last,
        "past_needs": [(item, needs.say_to_volunteer(item)) for item in past],
        "exposed": exposures.of_person(campaign, chosen.person, today=weeks.local_day(gate.now())),
        "outcomes": reference.outcomes(),
        "categories": reference.categories(),
        "guide_panel": _guide(chosen, at_home, past[0] if past else None),
        "no_message": not calls.may_leave_message(db, chosen, rules),
        "report": calls.told(db, report_id, by=gate.me()) if report_id else None,
    }


def _progress(week: str) -> tuple[int, int]:
    """Households of one's sheet, and how many are done; nobody suspended has any."""
    me = gate.me()
    mine = sheets.counts(gate.db(), gate.campaign(), week, of=me)
    return (0, 0) if me.suspended_at else mine.get(me.id, (0, 0))


def _guide(chosen: Enrolment, at_home: int, last_need: Need | None) -> Markup:
    """The guide laid out for this call: the panel is kept for everybody, with gaps for names."""
    today = weeks.local_day(gate.now())
    used = guide.versions.in_use(gate.db(), gate.campaign(), today=today)
    situation = guide.placing.situation_of(chosen, gate.campaign(), today=today, at_home=at_home)
    words = guide.words(
        person=chosen.person,
        caller=gate.me(),
        organisation=gate.organisation(),
        last_need=reference.categories()[last_need.category].label if last_need else None,
        is_first_call=situation.is_first_call,
    )
    names = tuple(sorted(words))
    said = [Markup(gaps.shown(words[name])) for name in names]  # noqa: S704  # nosec B704
    return stencils.part(
        "volunteer/_call_guide.html",
        _laid_out,
        used.markdown,
        guide.holding(situation),
        tuple(used.switches.items()),
        names,
        holes={f"word_{number}": word for number, word in enumerate(said)}
        | {"guide_id": used.version_id},
    )


def _laid_out(
    markdown: str,
    held: frozenset[Condition],
    switches: tuple[tuple[str, bool], ...],
    names: tuple[str, ...],
    guide_id: int,
    **marks: int,
) -> dict[str, object]:
    words = {name: str(mark) for name, mark in zip(names, marks.values(), strict=True)}
    script = guide.laid(markdown, held, dict(switches), names).said_with(words)
    # A call keeps the version that was on its page. The HTML was cleaned when made from Markdown.
    return {"script": script, "guide_id": guide_id, "clean": Markup}
