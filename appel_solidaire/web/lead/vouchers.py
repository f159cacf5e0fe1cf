"""« Bons solidaires »: the rules, and those the lead decides when the rules say so."""

from collections.abc import Callable

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.fields import SelectChoice

from appel_solidaire import gate
from appel_solidaire.typed import accepted
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import Ticks, at_most, needed
from campaigns.models import Role, Voucher
from campaigns.needs import vouchers as rules
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]


class VoucherRulesForm(FlaskForm):
    """Who decides, and the most a voucher may be."""

    deciders = Ticks(
        "Qui accorde ou refuse un bon",
        choices=[SelectChoice(role.value, words) for role, words in rules.WHO.items()],
    )
    most = StringField(
        "Montant le plus haut d’un bon, en euros",
        validators=[needed("Écrivez un montant, par exemple 300."), at_most(12)],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )


@blueprint.get("/bons")
def vouchers() -> str:
    """The rules in force, and what waits for an answer."""
    return _page()


@blueprint.post("/bons/regles")
def set_voucher_rules() -> Answer:
    """Change who decides and how much."""
    form = VoucherRulesForm()
    if not accepted(
        form,
        lambda: rules.set_rules(
            gate.db(),
            gate.campaign(),
            deciders=[Role(one) for one in form.deciders.data],
            most=form.most.data or "",
            by=gate.me(),
            at=gate.now(),
        ),
    ):
        return _page(form=form), 422
    return _done("Les règles des bons sont enregistrées.")


@blueprint.post("/bons/<int:voucher_id>/accorder")
def grant_voucher(voucher_id: int) -> Answer:
    """Grant one with its number."""
    refused = _decide(voucher_id, rules.grant, "numero")
    return refused or _done(
        "Le bon est accordé : la personne qui l’a demandé le lit sur le besoin."
    )


@blueprint.post("/bons/<int:voucher_id>/refuser")
def refuse_voucher(voucher_id: int) -> Answer:
    """Refuse one with a reason."""
    refused = _decide(voucher_id, rules.refuse, "motif")
    return refused or _done("Le refus est noté, avec sa raison.")


def _decide(voucher_id: int, decide: Callable[..., object], field: str) -> tuple[str, int] | None:
    """Grant or refuse with what was typed in a field; the page, when a rule says no."""
    found = gate.found(rules.of_campaign(gate.db(), gate.campaign(), voucher_id))
    try:
        decide(
            gate.db(),
            found,
            flask.request.form.get(field, ""),
            campaign=gate.campaign(),
            version=flask.request.form.get("version", 0, type=int),
            by=gate.me(),
            at=gate.now(),
        )
    except Refusal as refusal:
        return _page(found=found, refused=refusal.say), 422
    return None


def _done(say: str) -> Response:
    flask.flash(say, "ok")
    return flask.redirect(flask.url_for("lead.vouchers"), 303)


def _page(
    *, form: VoucherRulesForm | None = None, found: Voucher | None = None, refused: str = ""
) -> str:
    kept = rules.VoucherRules.of(gate.campaign().thresholds)
    data = {
        "deciders": [role.value for role in kept.deciders],
        "most": rules.euros(kept.most_cents).removesuffix("\u00a0€"),
    }
    return flask.render_template(
        "lead/vouchers.html",
        form=form or VoucherRulesForm(formdata=None, data=data),
        waiting=rules.waiting(gate.db(), gate.campaign()),
        may_decide=rules.may_decide(gate.campaign(), gate.me()),
        euros=rules.euros,
        about=found.id if found else 0,
        typed=flask.request.form,
        refused=refused,
    )
