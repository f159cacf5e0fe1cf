"""One office: what is noted of it, added, corrected, closed."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from appel_solidaire import gate
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import Ticks, at_most, needed
from appel_solidaire.web.lead.offices import topic_label
from campaigns import directory, reference, routing
from campaigns.directory import CHANNELS, SCOPES, Entry
from campaigns.models import Office
from campaigns.refusal import Refusal

_PHONE = {"inputmode": "tel", "autocomplete": "off"}
FIELDS = {
    "kind": "type",
    "name": "nom",
    "scope": "compétence",
    "insee": "commune",
    "territory_id": "territoire",
    "email": "courriel",
    "phone": "téléphone",
    "on_call_phone": "astreinte",
    "hours": "horaires",
    "note": "adresse et remarques",
    "channel": "canal",
    "topics": "besoins",
    "communes": "communes servies",
    "deputy_id": "suppléant",
    "asks_code": "code au téléphone",
    "wants_digest": "un courriel par jour",
}


class OfficeForm(FlaskForm):
    """An office, in the order of the page."""

    kind = SelectField(
        "Type de service",
        validators=[needed("Choisissez un type de service.")],
        validate_choice=False,
    )
    name = StringField("Nom", validators=[needed("Indiquez le nom du service."), at_most(200)])
    scope = SelectField(
        "Compétent pour",
        choices=[SelectChoice(*one) for one in SCOPES.items()],
        validators=[needed("Choisissez pour qui ce service est compétent.")],
        validate_choice=False,
    )
    insee = StringField(
        "Code INSEE de sa commune",
        validators=[at_most(5)],
        render_kw={"list": "codes-communes", "autocomplete": "off"},
    )
    territory = SelectField("Territoire", validate_choice=False)
    channel = SelectField(
        "Comment le prévenir",
        choices=[SelectChoice(*one) for one in CHANNELS.items()],
        validators=[needed("Choisissez comment ce service veut être prévenu.")],
        validate_choice=False,
    )
    email = EmailField("Courriel", validators=[at_most(254)])
    phone = StringField("Téléphone", validators=[at_most(40)], render_kw=_PHONE)
    on_call_phone = StringField("Téléphone d’astreinte", validators=[at_most(40)], render_kw=_PHONE)
    hours = StringField("Horaires", validators=[at_most(200)])
    note = TextAreaField("Adresse et remarques", validators=[at_most(300)], render_kw={"rows": 2})
    topics = Ticks(
        "Besoins dont il s’occupe",
        choices=[SelectChoice(one.code, one.label) for one in reference.categories().values()],
    )
    communes = TextAreaField(
        "Autres communes servies, par code INSEE", render_kw={"rows": 2, "autocomplete": "off"}
    )
    deputy = StringField(
        "Code du service suppléant",
        validators=[at_most(40)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    asks_code = BooleanField("Demander un code donné par téléphone avant d’ouvrir un besoin")
    wants_digest = BooleanField("Un seul courriel par jour, sauf urgence")
    given_back = Ticks("Laisser de nouveau les imports corriger")

    def offer(self, office: Office | None) -> None:
        """Fill the lists."""
        kinds = {kind.code: kind.label for kind in routing.KINDS.values()}
        if office is not None:
            kinds.setdefault(office.kind, routing.label(office.kind))
        self.kind.choices = [SelectChoice(*one) for one in kinds.items()]
        by_hand = office.by_hand.split() if office is not None else []
        self.given_back.choices = [SelectChoice(name, FIELDS.get(name, name)) for name in by_hand]
        self.territory.choices = [
            SelectChoice("", "Aucun"),
            *(SelectChoice(str(one.id), one.name) for one in directory.territories(gate.db())),
        ]

    def entry(self) -> Entry:
        """What was typed, as the domain takes it."""
        return Entry(
            kind=self.kind.data or "",
            name=self.name.data or "",
            scope=self.scope.data or "",
            insee=self.insee.data or "",
            territory_id=_territory(self.territory.data or ""),
            email=self.email.data or "",
            phone=self.phone.data or "",
            on_call_phone=self.on_call_phone.data or "",
            hours=self.hours.data or "",
            note=self.note.data or "",
            channel=self.channel.data or "",
            topics=tuple(self.topics.data),
            communes=directory.writing.codes_in(self.communes.data or ""),
            deputy_id=_deputy(self.deputy.data or ""),
            asks_code=self.asks_code.data,
            wants_digest=self.wants_digest.data,
        )


@blueprint.get("/annuaire/nouveau")
def new_office() -> str:
    """The form of an office."""
    return _page(None, OfficeForm(formdata=None, data={"wants_digest": True, "scope": "commune"}))


@blueprint.post("/annuaire/nouveau")
def add_office() -> Response | tuple[str, int]:
    """Add an office."""
    form = OfficeForm()
    form.offer(None)
    if not form.validate():
        return _page(None, form), 422
    try:
        made = directory.offices.add(gate.db(), form.entry(), by=gate.me(), at=gate.now())
    except Refusal as refusal:
        _put_back(form, refusal)
        return _page(None, form), 422
    flask.flash(f"Ce service est dans l’annuaire, sous le code {made.code}.", "ok")
    return flask.redirect(flask.url_for("lead.office", office_id=made.id), 303)


@blueprint.get("/annuaire/<int:office_id>")
def office(office_id: int) -> str:
    """What is noted of an office."""
    shown = _found(office_id)
    return _page(shown, _filled(shown))


@blueprint.post("/annuaire/<int:office_id>")
def change_office(office_id: int) -> Response | tuple[str, int]:
    """Correct an office; no list overwrites what was corrected, unless it is given back."""
    shown, form = _found(office_id), OfficeForm()
    form.offer(shown)
    if not form.validate():
        return _page(shown, form), 422
    try:
        changed = directory.offices.change(
            gate.db(), shown, form.entry(), by=gate.me(), at=gate.now()
        )
    except Refusal as refusal:
        _put_back(form, refusal)
        return _page(shown, form), 422
    given = directory.offices.give_back(
        gate.db(), shown, form.given_back.data, by=gate.me(), at=gate.now()
    )
    flask.flash("La fiche est à jour." if changed or given else "Rien n’a changé.", "ok")
    return flask.redirect(flask.url_for("lead.office", office_id=shown.id), 303)


@blueprint.get("/annuaire/<int:office_id>/fermer")
def closing_office(office_id: int) -> str:
    """What is open there, before it closes."""
    return _closing(_found(office_id))


@blueprint.post("/annuaire/<int:office_id>/fermer")
def close_office(office_id: int) -> Response | tuple[str, int]:
    """Close it: nobody is sent there any more."""
    shown = _found(office_id)
    try:
        directory.offices.close(gate.db(), shown, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _closing(shown, refusal), 422
    flask.flash("Ce service est fermé : plus aucun besoin n’y part.", "ok")
    return flask.redirect(flask.url_for("lead.office", office_id=shown.id), 303)


@blueprint.post("/annuaire/<int:office_id>/rouvrir")
def reopen_office(office_id: int) -> Response | tuple[str, int]:
    """Open it again."""
    shown = _found(office_id)
    try:
        directory.offices.reopen(gate.db(), shown, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        form = _filled(shown)
        put_back(form, refusal)
        return _page(shown, form), 422
    flask.flash("Ce service est de nouveau ouvert.", "ok")
    return flask.redirect(flask.url_for("lead.office", office_id=shown.id), 303)


def _found(office_id: int) -> Office:
    return gate.found(directory.one(gate.db(), office_id))


def _territory(chosen: str) -> int | None:
    known = {str(one.id): one.id for one in directory.territories(gate.db())}
    return known.get(chosen)


def _deputy(code: str) -> int | None:
    """The office of a code; -1, which is none, for a code nobody bears."""
    if not code.strip():
        return None
    found = directory.offices.by_code(gate.db(), code.strip().upper())
    return found.id if found else -1


def _put_back(form: OfficeForm, refusal: Refusal) -> None:
    names = {"territory_id": "territory", "deputy_id": "deputy"}
    put_back(form, Refusal(refusal.say, field=names.get(refusal.field or "", refusal.field)))


def _filled(shown: Office) -> OfficeForm:
    entry = directory.entry_of(gate.db(), shown)
    deputy = directory.one(gate.db(), entry.deputy_id) if entry.deputy_id else None
    form = OfficeForm(
        formdata=None,
        obj=entry,
        data={
            "territory": str(entry.territory_id or ""),
            "deputy": deputy.code if deputy else "",
        },
    )
    form.topics.data = list(entry.topics)
    form.communes.data = ", ".join(entry.communes)
    return form


def _page(shown: Office | None, form: OfficeForm) -> str:
    session = gate.db()
    form.offer(shown)
    deputy = directory.one(session, shown.deputy_id) if shown and shown.deputy_id else None
    return flask.render_template(
        "lead/office.html",
        office=shown,
        form=form,
        deputy=deputy,
        places=directory.places(session),
        served=directory.communes_of(session, shown) if shown else [],
    )


def _closing(shown: Office, refusal: Refusal | None = None) -> str:
    session = gate.db()
    return flask.render_template(
        "lead/office_closing.html",
        office=shown,
        refusal=refusal,
        needs=directory.offices.open_needs(session, shown),
        topic_label=topic_label,
        deputy=directory.one(session, shown.deputy_id) if shown.deputy_id else None,
    )
