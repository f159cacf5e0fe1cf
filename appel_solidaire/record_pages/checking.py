"""The points to check, and the corrections to carry into the source software."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import exports, gate
from appel_solidaire.record_pages import reach
from campaigns import journal, quality
from campaigns.models import QualityKind
from campaigns.quality.cases import PAGE

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def to_check() -> str:
    """What waits for somebody to look, by kind, the oldest first."""
    return _page()


def close_case(case_id: int) -> Response | tuple[str, int]:
    """Somebody looked, and says what they found."""
    session, mine = gate.db(), reach.territories()
    case = gate.found(quality.one(session, gate.campaign(), case_id, territories=mine))
    result = flask.request.form.get("constat", "").strip()[:300]
    if not result:
        return _page(refused="Dites en quelques mots ce que vous avez constaté."), 422
    quality.close(session, case, result=result, by=gate.me(), at=gate.now())
    flask.flash("C’est noté.", "ok")
    return reach.to("to_check", quoi=flask.request.form.get("quoi") or None)


def take_corrections() -> Response:
    """Download what is to be corrected in the source software, as often as it is needed."""
    session, campaign = gate.db(), gate.campaign()
    rows = quality.to_send(session, campaign, territories=reach.territories())
    journal.record(
        session, "corrections_taken", about=campaign, by=gate.me(), at=gate.now(), count=len(rows)
    )
    response = flask.make_response(exports.corrections(rows))
    response.mimetype = _XLSX
    response.headers["Content-Disposition"] = 'attachment; filename="corrections.xlsx"'
    return response


def settle_corrections() -> Response:
    """They were carried over: those made since this page was shown still wait."""
    session, mine = gate.db(), reach.territories()
    until = flask.request.form.get("jusqu_a", 0, type=int)
    count = quality.sent(
        session, gate.campaign(), territories=mine, until=until, by=gate.me(), at=gate.now()
    )
    flask.flash("C’est noté." if count else "Aucune correction n’attendait.", "ok")
    return reach.to("to_check")


def _page(*, refused: str = "") -> str:
    session, campaign, mine = gate.db(), gate.campaign(), reach.territories()
    asked = flask.request.values.get("quoi", "")
    kind = next((one for one in QualityKind if one.value == asked), None)
    page = max(1, flask.request.args.get("page", 1, type=int))
    counts = quality.counts(session, campaign, territories=mine)
    cases = quality.inbox(session, campaign, territories=mine, kind=kind, page=page)
    return reach.drawn(
        "to_check",
        counts=counts,
        kind=kind,
        cases=cases,
        page=page,
        has_more=len(cases) == PAGE,
        corrections=quality.waiting(session, campaign, territories=mine),
        refused=refused,
    )
