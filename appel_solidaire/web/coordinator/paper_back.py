"""Sheets that come back: a workbook dropped in, codes typed from paper, what waits for a choice."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint, paper
from appel_solidaire.web.coordinator.paper_forms import DropForm, IssueForm, TypingForm
from campaigns import printing, returns, weeks
from campaigns.printing import codes
from campaigns.refusal import Refusal
from campaigns.returns import Fix, Out, State, Written
from importers import returned
from importers.unreadable import Unreadable

FIELDS = (
    "outcome",
    "called_on",
    "called_at",
    "asked_on",
    "asked_at",
    "wish",
    "needs",
    "agreement",
    "note",
    "number",
)
_AROUND_THE_FILE = 100_000  # bytes of a posted form beside its file
KEEP_BOTH, IGNORE = "deux", "ignorer"


@blueprint.url_value_preprocessor
def _room_for_a_workbook(endpoint: str | None, _values: object) -> None:
    """Lift the usual limit of a form for this one, for whoever holds a cookie of ours."""
    if endpoint == "coordinator.drop_paper" and flask.session.get("key"):
        flask.request.max_content_length = returned.CAPS.size + _AROUND_THE_FILE


@blueprint.post("/papier/classeurs")
@gate.only_reads
def drop_paper() -> Response | tuple[str, int]:
    """Take in a filled workbook: its rows become calls, each in a transaction of its own."""
    paper.only_coordination()
    form, week = DropForm(), weeks.current(gate.now())
    blank = IssueForm(formdata=None)
    if not form.validate():
        return paper.page(blank, week=week, dropped=form), 422
    try:
        found = returned.read(form.file.data.read(), name=form.file.data.filename or "")
        sheet = returns.numbered(gate.db(), gate.campaign(), found.number)
        return _receive(sheet, found.rows)
    except Unreadable as unreadable:
        form.file.errors = [unreadable.say]
    except Refusal as refusal:
        form.file.errors = [refusal.say]
    return paper.page(blank, week=week, dropped=form), 422


@blueprint.get("/papier/saisie")
def find_paper() -> Response | tuple[str, int]:
    """Go to the rows of the sheet whose number was typed."""
    paper.only_coordination()
    number = flask.request.args.get("numero", "")
    try:
        sheet = returns.numbered(gate.db(), gate.campaign(), number)
    except Refusal as refusal:
        week = weeks.current(gate.now())
        blank = IssueForm(formdata=None)
        return paper.page(blank, week=week, refused=refusal, written=number[:20]), 422
    return flask.redirect(flask.url_for("coordinator.type_paper", issued_id=sheet.issued.id), 303)


@blueprint.get("/papier/saisie/<int:issued_id>")
def type_paper(issued_id: int) -> str:
    """The rows of a sheet in its order, a code to type in each."""
    sheet = _sheet(issued_id)
    form = TypingForm(formdata=None)
    form.day.data = min(weeks.local_day(gate.now()), weeks.sunday(sheet.week))
    return _typing_page(sheet, form)


@blueprint.post("/papier/saisie/<int:issued_id>")
@gate.only_reads
def type_paper_post(issued_id: int) -> Response | tuple[str, int]:
    """Take in the codes typed; what cannot be read is corrected on the next page."""
    sheet = _sheet(issued_id)
    form = TypingForm()
    seats = printing.seats(gate.db(), gate.campaign(), [sheet.issued], week=sheet.week)
    rows = [_typed(f"{seat.place}-{seat.rank}", seat.code) for seat in seats[issued_id]]
    if not form.validate():
        form.day.errors = ["Ce jour ne se lit pas."]
        return _typing_page(sheet, form), 422
    try:
        return _receive(sheet, rows, form=form)
    except Refusal as refusal:
        return _typing_page(sheet, form, refused=refusal), 422


@blueprint.get("/papier/retours/<int:returned_id>")
def paper_back(returned_id: int) -> str:
    """What became of a sheet that came back, and what waits for somebody."""
    return flask.render_template(
        "coordinator/paper_back.html",
        back=_back(returned_id),
        State=State,
        keep_both=KEEP_BOTH,
        ignore=IGNORE,
        **_legend(),
    )


@blueprint.post("/papier/retours/<int:returned_id>")
@gate.only_reads
def settle_paper(returned_id: int) -> Response:
    """Apply what was corrected or chosen, row by row; the others wait."""
    back = _back(returned_id)
    fixes = {
        row.place: fix for row in back.waiting if (fix := _fix(row.place, row.code, row.state))
    }
    returns.settle(
        gate.instance().database.unit, returned_id, fixes, by_id=gate.me().id, at=gate.now()
    )
    return flask.redirect(flask.url_for("coordinator.paper_back", returned_id=returned_id), 303)


def _receive(
    sheet: Out, rows: list[Written] | tuple[Written, ...], *, form: TypingForm | None = None
) -> Response:
    came = returns.receive(
        gate.instance().database.unit,
        sheet.issued.id,
        rows,
        day=form.day.data if form else None,
        by_id=gate.me().id,
        at=gate.now(),
    )
    return flask.redirect(flask.url_for("coordinator.paper_back", returned_id=came), 303)


def _fix(place: int, code: str, state: State) -> Fix | None:
    """What the page says of a row: nothing for a disagreement nobody settled."""
    chosen = flask.request.form.get(f"{place}-choix", "")
    if state is State.CONFLICT and chosen not in {KEEP_BOTH, IGNORE}:
        return None
    written = _typed(str(place), code)
    return Fix(written, keep_both=chosen == KEEP_BOTH, ignore=chosen == IGNORE)


def _typed(name: str, code: str) -> Written:
    given = flask.request.form
    return Written(code, **{field: given.get(f"{name}-{field}", "")[:600] for field in FIELDS})


def _sheet(issued_id: int) -> Out:
    mine = paper.may_issue()
    return gate.found(returns.one(gate.db(), gate.campaign(), issued_id) if mine else None)


def _back(returned_id: int) -> returns.Back:
    mine = paper.may_issue()
    return gate.found(returns.back(gate.db(), gate.campaign(), returned_id) if mine else None)


def _typing_page(sheet: Out, form: TypingForm, *, refused: Refusal | None = None) -> str:
    seats = printing.seats(gate.db(), gate.campaign(), [sheet.issued], week=sheet.week)
    return flask.render_template(
        "coordinator/paper_typing.html",
        sheet=sheet,
        form=form,
        refused=refused,
        given=flask.request.form,
        entered=returns.entered(gate.db(), sheet),
        seats=[seat for seat in seats[sheet.issued.id] if seat.member is not None],
        **_legend(),
    )


def _legend() -> dict[str, object]:
    """The codes, shown beside what is typed."""
    return {"codes": codes}
