"""A rehearsal call: the real questions about somebody who does not exist; no call is written."""

from collections.abc import Sequence

import flask
from markupsafe import Markup
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint, filling
from appel_solidaire.web.volunteer.forms import CallForm
from campaigns import calls, guide, launch, reference, retry, training, weeks
from campaigns.refusal import Refusal

_NOT_TYPED = frozenset({"csrf_token", "action", "alerte"})


@blueprint.get("/formation/repetition/<slug>")
def rehearsal(slug: str) -> str:
    """The page of a rehearsal call."""
    form = CallForm(formdata=None)
    form.need_count.data = 0
    return _show(_scenario(slug), form)


@blueprint.post("/formation/repetition/<slug>")
def rehearsal_post(slug: str) -> str | Response | tuple[str, int]:
    """Say what was well noted, or what is missing with the text given back."""
    scenario, form = _scenario(slug), CallForm()
    act, _, begun = flask.request.form.get("action", "").partition(":")
    if act == "ajouter":
        form.need_count.data = min((form.need_count.data or 0) + 1, filling.MOST_NEEDS)
        return _show(scenario, form, begun=begun)
    if act == "alerte":  # what is typed goes along, and comes back
        return _alert(scenario, typed=list(flask.request.form.items(multi=True)))
    if not _is_short(form):
        return _show(scenario, form), 422
    blocks = _blocks(form)
    told = [training.Told(block.draft().category, block.draft().agreement) for block in blocks]
    try:
        said = training.rehearse(
            gate.db(),
            gate.me(),
            scenario,
            _answers(form),
            told,
            alerted=_alerted(),
            rules=_rules(),
            at=gate.now(),
        )
    except Refusal as refusal:
        return _show(scenario, form, refusal=refusal), 422
    flask.flash(f"Bravo, c’est ce qu’il fallait noter. En vrai, la page dirait : {said}", "ok")
    return flask.redirect(flask.url_for("volunteer.training_home"), 303)


@blueprint.post("/formation/repetition/<slug>/effet")
@gate.only_reads
def rehearsal_effect(slug: str) -> str:
    """What saving would entail, said before saving. Keeps nothing."""
    scenario = _scenario(slug)
    try:
        say = training.foresee(scenario, _answers(CallForm()), rules=_rules(), at=gate.now())
    except Refusal as refusal:
        say = refusal.say
    return flask.render_template("volunteer/_effect.html", say=say)


@blueprint.get("/formation/repetition/<slug>/alerte")
def rehearsal_alert(slug: str) -> str:
    """The urgent path, to be known by heart: the same numbers, nobody is alerted."""
    return _alert(_scenario(slug))


@blueprint.post("/formation/repetition/<slug>/alerte")
@gate.only_reads
def rehearsal_alert_post(slug: str) -> str:
    """Back to the call, the alert given. Keeps nothing: nobody is disturbed by a rehearsal."""
    return _show(_scenario(slug), CallForm(), alerted=True)


def _alert(scenario: training.Scenario, typed: Sequence[tuple[str, str]] = ()) -> str:
    return flask.render_template(
        "volunteer/rehearsal_alert.html",
        scenario=scenario,
        organisation=gate.organisation(),
        lines={line.number: line for line in reference.help_lines()},
        typed=[one for one in typed if one[0] not in _NOT_TYPED],
    )


def _show(
    scenario: training.Scenario,
    form: CallForm,
    *,
    refusal: Refusal | None = None,
    alerted: bool = False,
    begun: str = "",
) -> str:
    form.offer(_rules())
    person, blocks = scenario.person(), _blocks(form)
    if blocks and begun in reference.categories():  # a button of the guide names the need
        blocks[-1].form.category.data = begun
        form.spoke.data = form.spoke.data or retry.Spoke.YES.value
    return flask.render_template(
        "volunteer/rehearsal.html",
        scenario=scenario,
        form=form,
        person=person,
        blocks=blocks,
        categories=reference.categories(),
        refusal=refusal,
        alerted=alerted or _alerted(),
        script=_script(scenario),
        clean=Markup,  # the guide's HTML was cleaned (nh3) when made from Markdown
    )


def _script(scenario: training.Scenario) -> guide.Script | None:
    """The guide as a real page lays it out; none before the first campaign."""
    if not gate.campaigns():
        return None
    return guide.script(
        launch.guide(gate.db(), gate.campaign()).markdown,
        person=scenario.person(),
        caller=gate.me(),
        organisation=gate.organisation(),
        situation=guide.Situation(
            today=weeks.local_day(gate.now()), is_first_call=scenario.needs_alert
        ),
    )


def _rules() -> retry.Rules:
    """The campaign's rules of call, so that a rehearsal says what a real page would."""
    year = gate.now().year
    if not gate.campaigns():
        return calls.rules_of(year)
    return calls.rules.of(gate.campaign(), year)


def _blocks(form: CallForm) -> list[filling.NeedBlock]:
    forms = filling.need_forms(form.need_count.data or 0)
    return [filling.NeedBlock(one, None, {}, {}) for one in forms]


def _answers(form: CallForm) -> retry.Answers:
    form.offer(_rules())
    return filling.filled(form, _blocks(form)).answers


def _is_short(form: CallForm) -> bool:
    """Free texts keep to their length, as on the real page; the rest is the domain's to judge."""
    return bool(form.note.validate(form)) and all(
        block.form.text.validate(block.form) for block in _blocks(form)
    )


def _alerted() -> bool:
    return flask.request.form.get("alerte") == "1"


def _scenario(slug: str) -> training.Scenario:
    return gate.found(training.SCENARIOS.get(slug))
