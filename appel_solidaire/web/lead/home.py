"""Where the campaign stands: three sentences, then the figures behind them."""

from datetime import date, timedelta

import flask

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint
from campaigns import mails, overview, sheets, weeks
from campaigns.overview import Decision
from campaigns.sheets import promises

# Where each decision is taken; the campaign's own state is changed in place.
PLACES = {
    Decision.IMPORT: "lead.lists",
    Decision.ENLIST: "lead.team",
    Decision.INVITE: "lead.team",
    Decision.SPLIT: "lead.weeks",
    Decision.PUBLISH: "lead.weeks",
}


@blueprint.get("/")
def home() -> str:
    """Who still has to be called, what waits too long, what to decide today; then the figures."""
    session, campaign, now = gate.db(), gate.campaign(), gate.now()
    current = weeks.current(now)
    decision, decided_week = overview.decide(session, campaign, at=now)
    counted = overview.sheet_counts(session, campaign, current)
    present = overview.presence(session, campaign, current)
    sweep = overview.sweep(session, campaign, at=now)
    return flask.render_template(
        "lead/home.html",
        campaign=campaign,
        week=current,
        decision=decision,
        decided_week=decided_week,
        place=PLACES.get(decision),
        targets=overview.targets(session, campaign),
        sweep=sweep,
        sweep_ends_on=_in_weeks(sweep.ends_in),
        late=overview.late_by_territory(session, campaign, at=now),
        counts=overview.week_counts(session, campaign, current),
        before=overview.week_counts(session, campaign, weeks.after(current, -1)),
        presence=present,
        sheet_count=len(counted),
        lines=sum(count for count, _ in counted.values()),
        lines_done=sum(done for _, done in counted.values()),
        troubled=mails.trouble_count(session),
        at_risk=_at_risk(current),
    )


def _at_risk(week: str) -> list[promises.AtRisk]:
    """The call-backs promised this week that nobody will make as things stand."""
    session, campaign = gate.db(), gate.campaign()
    plan = sheets.of(session, campaign, week)
    if plan is None or plan.published_at is None:
        return []
    return promises.at_risk(session, campaign, plan, at=gate.now())


def _in_weeks(count: int | None) -> date | None:
    return None if count is None else weeks.local_day(gate.now()) + timedelta(weeks=count)
