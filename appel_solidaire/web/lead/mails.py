"""The mails: how many left, which are in trouble, why, and what to do."""

from dataclasses import dataclass

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint
from campaigns import journal, mails
from campaigns.models import MailState, OutgoingMail

KINDS = {
    "import_ready": "Liste lue",
    "invitation": "Invitation",
    "need_referred": "Besoin transmis",
    "sign_in": "Nouveau lien",
    "week_coordinator": "Bilan du lundi, coordination",
    "week_lead": "Bilan du lundi, pilotage",
    "week_volunteer": "Feuille de la semaine",
}
_WAIT = "Rien à faire : un nouvel essai part tout seul."
_ADDRESS = "Vérifiez l’adresse avec le destinataire, ou joignez-le par téléphone."
_OURS = "Prévenez la personne qui s’occupe du serveur : la commande « doctor » dit ce qui manque."
# Code of the reply → why, what to do (RFC 5321, section 4.2.3).
REPLIES = {
    "421": ("Le serveur du destinataire est momentanément fermé.", _WAIT),
    "450": ("La boîte est momentanément indisponible.", _WAIT),
    "451": ("Le serveur du destinataire demande d’attendre.", _WAIT),
    "452": ("Le serveur du destinataire est plein pour le moment.", _WAIT),
    "530": ("Notre serveur de courriel demande à être identifié.", _OURS),
    "535": ("Notre serveur de courriel refuse son mot de passe.", _OURS),
    "550": ("Cette adresse n’existe pas, ou plus.", _ADDRESS),
    "551": ("Cette personne a changé de serveur.", _ADDRESS),
    "552": ("La boîte du destinataire est pleine.", _ADDRESS),
    "553": ("Cette adresse est mal écrite.", _ADDRESS),
    "554": (
        "Le message a été pris pour un indésirable.",
        "Demandez à l’informatique de vérifier les signatures du domaine d’envoi (SPF et DKIM).",
    ),
}
_TEMPORARY = ("Le serveur du destinataire demande d’attendre.", _WAIT)
_FINAL = ("Le serveur du destinataire refuse ce message.", _ADDRESS)
_SILENT = ("Le serveur de courriel ne répond pas.", _OURS)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A mail in trouble, in words."""

    mail: OutgoingMail
    kind: str
    why: str
    what: str


@blueprint.get("/courriels", endpoint="mails")
def outbox() -> str:
    """Counts by state, then what needs a human."""
    session = gate.db()
    return flask.render_template(
        "lead/mails.html",
        counts=mails.counts(session),
        states=MailState,
        total=mails.trouble_count(session),
        troubles=[_trouble(mail) for mail in mails.troubled(session)],
        replaced=gate.instance().config.smtp_url is None,
    )


@blueprint.post("/courriels/<int:mail_id>/relancer")
def retry_mail(mail_id: int) -> Response:
    """Try one mail again at once."""
    mail = gate.found(mails.retry(gate.db(), mail_id, at=gate.now()))
    journal.record(gate.db(), "mail_retried", about=mail, by=gate.me(), at=gate.now())
    flask.flash("Le courriel repart à l’instant. S’il échoue encore, il reviendra ici.", "ok")
    return flask.redirect(flask.url_for("lead.mails"), 303)


def _trouble(mail: OutgoingMail) -> Trouble:
    why, what = reply_words(mail.last_reply)
    if mail.state is MailState.BY_HAND:
        what = "Trois jours d’essais ont échoué. Relancez, ou joignez la personne autrement."
    return Trouble(mail, KINDS.get(mail.kind, mail.kind), why, what)


def reply_words(reply: str) -> tuple[str, str]:
    """Why the server did not take a mail, and what to do, from its code or the fault's name."""
    if not reply.isdigit():
        return _SILENT
    return REPLIES.get(reply, _FINAL if reply.startswith("5") else _TEMPORARY)
