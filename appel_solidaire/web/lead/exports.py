"""The list handed to mayors: asked here, written and fetched with the other exports."""

import flask
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields import SelectChoice

from appel_solidaire import export_pages, gate
from appel_solidaire.formats import count
from appel_solidaire.typed import put_back
from appel_solidaire.web.lead import blueprint
from appel_solidaire.web.lead.fields import needed
from campaigns import exports
from campaigns.exports import Form, Kind, Wanted, describing
from campaigns.exports.mairies import LAW, CommuneCount
from campaigns.refusal import Refusal

_ALL = "toutes"


class MairiesForm(export_pages.Reasoned):
    """Which commune, how, and why."""

    insee = SelectField("Commune", validators=[needed("Choisissez une commune de la liste.")])

    def offer(self, communes: list[CommuneCount]) -> None:
        """Offer the communes whose list would not be empty."""
        self.reason.flags.required = True
        self.insee.choices = [
            SelectChoice(_ALL, "Toutes, un fichier par commune"),
            *(
                SelectChoice(one.insee, f"{one.name}, {count(one.count, 'personne')}")
                for one in communes
            ),
        ]


@blueprint.get("/exports/mairies")
def export_mairies() -> str:
    """What the law asks to hand over, and how many people it is."""
    return _page(MairiesForm())


@blueprint.post("/exports/mairies")
def ask_mairies() -> Response | tuple[str, int]:
    """Ask for the list of one commune, or of each."""
    form = MairiesForm()
    form.offer(exports.mairies.communes(gate.db(), gate.campaign()))
    if not form.validate():
        return _page(form), 422
    wanted = Wanted(
        kind=Kind.COMMUNES,
        form=Form(form.form.data),
        is_named=True,
        reason=form.reason.data or "",
        insee=None if form.insee.data == _ALL else form.insee.data,
    )
    try:
        exports.ask(gate.db(), gate.campaign(), wanted, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        put_back(form, refusal)
        return _page(form), 422
    return export_pages.back()


def _page(form: MairiesForm) -> str:
    session, campaign = gate.db(), gate.campaign()
    communes = exports.mairies.communes(session, campaign)
    form.offer(communes)
    return flask.render_template(
        "lead/export_mairies.html",
        form=form,
        law=LAW,
        communes=communes,
        people=sum(one.count for one in communes),
        objectors=exports.mairies.objectors(session, campaign),
        left_out=describing.LEFT_OUT[Kind.COMMUNES],
        listed=describing.NAMED[Kind.COMMUNES],
        mark=describing.MARK,
    )
