"""A partner's link: looking spends nothing and shows nobody, the button opens, a click answers."""

from collections.abc import Sequence

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.partner import blueprint
from appel_solidaire.web.partner.forms import AnswerForm, CodeForm, DoorForm
from campaigns import accounts, directory, needs
from campaigns.models import Office, Referral
from campaigns.refusal import Refusal

Answer = Response | str | tuple[str, int]
WRONG = "Ce code n’est pas le bon. Demandez-le à la coordination par téléphone."


@blueprint.get("/besoins/<token>")
def door(token: str) -> Answer:
    """A page with a button. It changes nothing and names nobody: mail scanners look too."""
    referral = _referral(token)
    if referral is None:
        return _dead(token)
    return _door(token, _door_form(referral, empty=True))


@blueprint.post("/besoins/<token>")
@gate.only_reads
def open_post(token: str) -> Answer:
    """Open the need: it counts as read, by somebody nobody has authenticated."""
    referral = _referral(token)
    if referral is None:
        return _dead(token)
    form = _door_form(referral)
    code = form.code.data or "" if isinstance(form, CodeForm) else ""
    if not form.validate():
        return _door(token, form), 422
    if not _is_let_in(referral, code):
        return _kept_out(token)
    with gate.instance().database.unit() as session:
        mine = needs.find_referral(session, token, at=gate.now())
        if mine is None:
            return _dead(token)  # closed at this very instant
        needs.open_by_partner(session, mine, at=gate.now())
    return _page(token, referral, AnswerForm(formdata=None, data={"code": code}))


@blueprint.post("/besoins/<token>/repondre")
@gate.only_reads
def answer_post(token: str) -> Answer:
    """Keep the answer."""
    referral = _referral(token)
    if referral is None:
        return _dead(token)
    form = AnswerForm()
    form.offer(_others(referral))
    if not _is_let_in(referral, form.code.data or ""):
        return _kept_out(token)
    if not form.validate():
        return _page(token, referral, form), 422
    try:
        with gate.instance().database.unit() as session:
            office_id = form.proposed_id()
            needs.answer(
                session,
                gate.found(needs.find_referral(session, token, at=gate.now())),
                form.chosen(),
                words=form.words.data or "",
                at=gate.now(),
                proposed=session.get(Office, office_id) if office_id else None,
            )
    except Refusal as refusal:
        form[refusal.field or "answer"].errors = [str(refusal)]
        return _page(token, referral, form), 422
    return flask.redirect(flask.url_for("partner.thanks"), 303)


@blueprint.post("/besoins/<token>/nouveau-lien")
def renew_post(token: str) -> Answer:
    """Mail a fresh link to the office's own address: never to whoever asks."""
    referral = needs.find_asleep(gate.db(), token, at=gate.now())
    if referral is None:
        return _dead(token)
    needs.renew(gate.db(), referral, at=gate.now())
    return flask.redirect(flask.url_for("partner.renewed"), 303)


@blueprint.get("/lien-envoye")
def renewed() -> str:
    """What to do now that a fresh link has left."""
    return flask.render_template("partner/renewed.html", organisation=gate.organisation())


@blueprint.get("/merci")
def thanks() -> str:
    """The answer was kept."""
    return flask.render_template("partner/thanks.html")


def _referral(token: str) -> Referral | None:
    return needs.find_referral(gate.db(), token, at=gate.now())


def _door_form(referral: Referral, *, empty: bool = False) -> DoorForm:
    kind = CodeForm if needs.asks_code(referral) else DoorForm
    return kind(formdata=None) if empty else kind()


def _is_let_in(referral: Referral, code: str) -> bool:
    """Whether the spoken code is right, where one is asked; wrong ones are counted."""
    if not needs.asks_code(referral):
        return True
    account, address = f"referral:{referral.id}", flask.request.remote_addr or ""
    if accounts.is_throttled(gate.db(), email=account, address=address, at=gate.now(), kind="link"):
        flask.abort(429)
    if needs.opens_with(gate.db(), referral, code):
        return True
    with gate.instance().database.unit() as session:
        accounts.note_failure(session, email=account, address=address, at=gate.now(), kind="link")
    return False


def _kept_out(token: str) -> tuple[str, int]:
    form = CodeForm(formdata=None)
    form.code.errors = [WRONG]
    return _door(token, form), 422


def _others(referral: Referral) -> Sequence[Office]:
    """Offices that may be named instead: those of the commune and of the département."""
    near = directory.partners(gate.db(), referral.need.person)
    return [office for office in near if office.id != referral.office_id]


def _door(token: str, form: DoorForm) -> str:
    return flask.render_template(
        "partner/door.html", token=token, form=form, organisation=gate.organisation()
    )


def _page(token: str, referral: Referral, form: AnswerForm) -> str:
    form.offer(_others(referral))
    return flask.render_template(
        "partner/need.html",
        token=token,
        form=form,
        view=needs.for_partner(referral),
        replies=needs.replies(referral),
        organisation=gate.organisation(),
    )


def _dead(token: str) -> tuple[str, int]:
    """A link of ours that is too old may be asked for again; any other is only dead."""
    is_ours = needs.find_asleep(gate.db(), token, at=gate.now()) is not None
    template = "partner/asleep.html" if is_ours else "partner/dead.html"
    return flask.render_template(template, token=token, organisation=gate.organisation()), 410
