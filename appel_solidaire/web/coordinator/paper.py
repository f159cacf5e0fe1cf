"""Sheets off screen: issued for one volunteer or all, and what must be struck out on them."""

from typing import Any

import flask
from werkzeug.exceptions import Forbidden

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from appel_solidaire.web.coordinator.paper_forms import DropForm, IssueForm
from campaigns import access, printing, returns, team, weeks
from campaigns.models import Role
from campaigns.refusal import Refusal

_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def may_issue() -> bool:
    """Whether who asks coordinates every territory: sheets off screen are theirs."""
    return access.is_coordination(gate.me())


def only_coordination() -> None:
    """Close a page to the coordinators of some territories."""
    if not may_issue():
        raise Forbidden("Les feuilles hors écran passent par la coordination de la campagne.")


@blueprint.context_processor
def menu() -> dict[str, Any]:
    """The menu names these pages to those they are for."""
    return {"may_issue_sheets": may_issue}


@blueprint.get("/papier")
def paper() -> str:
    """What may leave, what is out, what is to be struck out; ``semaine`` names the week."""
    only_coordination()
    return page(IssueForm(formdata=None), week=_week(flask.request.args.get("semaine", "")))


@blueprint.post("/papier")
@gate.only_reads
def issue_paper() -> flask.Response | tuple[str, int]:
    """Issue sheets and give their file. The transaction ends before the file is made."""
    only_coordination()
    form = IssueForm()
    week = _week(form.week.data or "")
    if not form.validate():
        return page(form, week=week), 422
    try:
        with gate.instance().database.unit() as session:
            issued = printing.issue(
                session,
                gate.campaign(),
                week=week,
                kind=form.kind.data,
                volunteers=form.volunteers(),
                by=gate.me(),
                at=gate.now(),
            )
    except Refusal as refusal:
        return page(form, week=week, refused=refusal), 422
    sheets = printing.papers(gate.db(), gate.campaign(), issued, week=week)
    return _file(sheets, kind=form.kind.data, week=week)


def page(
    form: IssueForm,
    *,
    week: str,
    refused: Refusal | None = None,
    written: str = "",
    dropped: DropForm | None = None,
) -> str:
    """The page of sheets off screen; ``refused`` says why, about the field it names."""
    db, campaign = gate.db(), gate.campaign()
    callers = printing.callers(db, campaign, week)
    form.offer(callers)
    form.week.data = week
    current = weeks.current(gate.now())
    return flask.render_template(
        "coordinator/paper.html",
        form=form,
        drop=dropped or DropForm(formdata=None),
        refused=refused,
        written=written,
        week=week,
        other=weeks.after(current) if week == current else current,
        campaign=campaign,
        leads=team.of_role(db, campaign.id, Role.LEAD),
        callers=callers,
        out=returns.out(db, campaign, week),
        struck=returns.to_strike(db, campaign, week),
        kinds=printing.KINDS,
    )


def _week(told: str) -> str:
    """The week asked for, the current one by default."""
    if not told:
        return weeks.current(gate.now())
    try:
        return weeks.of(weeks.monday(told))
    except (ValueError, OverflowError):
        flask.abort(404)


def _file(sheets: list[printing.Paper], *, kind: str, week: str) -> flask.Response:
    """Named by number or week: a file name is read by whoever passes by."""
    name = f"feuille-{sheets[0].number}" if len(sheets) == 1 else f"feuilles-{week}"
    if kind == "pdf":
        content = printing.pdf(sheets)
    elif len(sheets) == 1:
        content = printing.workbook(sheets[0])
    else:
        kind, content = "zip", printing.archive(sheets)
    answer = flask.make_response(content)
    answer.headers["Content-Type"] = _TYPES[kind]
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer
