"""The monitor of mails, the same for the lead and for the coordination of the campaign.

The audiences ignore one another, so what they share stands here: ``register`` gives a folder these
pages, drawn in its own layout.
"""

from dataclasses import dataclass

import flask
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from appel_solidaire import gate
from campaigns import journal, mails
from campaigns.models import MailState, OutgoingMail, Role

KINDS = {
    "account_inactive": "Compte inutilisé",
    "alarm_late": "Levée de doute qui attend",
    "alarm_opened": "Levée de doute à faire",
    "care_asked": "Bénévole à rappeler",
    "import_ready": "Liste lue",
    "invitation": "Invitation",
    "mail_trial": "Courriel d’essai",
    "journal_head": "Repère du journal",
    "need_question": "Question sur un besoin",
    "need_referred": "Besoin transmis",
    "need_reopened": "Besoin rouvert",
    "need_waiting": "Besoin qui attend",
    "needs_digest": "Besoins du jour",
    "office_confirm": "Fiche d’annuaire à confirmer",
    "reading_slowed": "Beaucoup de fiches ouvertes",
    "rights_request": "Demande sur des données",
    "sign_in": "Nouveau lien",
    "suggestion_answered": "Réponse à une proposition d’appel",
    "suggestion_link": "Lien pour proposer des appels",
    "suggestion_made": "Proposition d’appel reçue",
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
# Faults that have no code: the name the program gives them.
FAULTS = {
    "SMTPNotSupportedError": (
        "Le serveur de courriel ne propose pas de connexion chiffrée.",
        _OURS,
    ),
    "SSLCertVerificationError": ("Le certificat du serveur de courriel n’est pas valable.", _OURS),
    "SMTPAuthenticationError": ("Notre serveur de courriel refuse son mot de passe.", _OURS),
    "non écrit": (
        "Le message n’a pas pu être écrit.",
        "Prévenez la personne qui s’occupe du serveur : le journal technique dit pourquoi.",
    ),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A mail in trouble, in words; ``gave_up`` when it no longer leaves by itself."""

    mail: OutgoingMail
    kind: str
    why: str
    what: str
    gave_up: bool


def register(blueprint: flask.Blueprint) -> None:
    """Add the pages to an audience's folder, under « courriels »."""
    blueprint.get("/courriels", endpoint="mails")(outbox)
    blueprint.post("/courriels/<int:mail_id>/relancer")(retry_mail)
    blueprint.post("/courriels/<int:mail_id>/regler")(handle_mail)


def may_read() -> bool:
    """Whether the monitor is this reader's business: the lead, the coordination of the campaign."""
    return gate.me().role in {Role.LEAD, Role.COORDINATION}


def outbox() -> str:
    """Counts by state, then what needs a human."""
    _only_who_may()
    session = gate.db()
    return flask.render_template(
        "mails_monitor/outbox.html",
        layout=f"mails_monitor/_{flask.request.blueprint}.html",
        counts=mails.counts(session),
        states=MailState,
        standing=mails.standing(session, at=gate.now()),
        total=mails.trouble_count(session),
        troubles=[_trouble(mail) for mail in mails.troubled(session)],
        replaced=gate.instance().config.smtp_url is None,
    )


def retry_mail(mail_id: int) -> Response:
    """Try one mail again at once."""
    _only_who_may()
    mail = gate.found(mails.retry(gate.db(), mail_id, at=gate.now()))
    journal.record(gate.db(), "mail_retried", about=mail, by=gate.me(), at=gate.now())
    flask.flash("Le courriel repart à l’instant. S’il échoue encore, il reviendra ici.", "ok")
    return _back()


def handle_mail(mail_id: int) -> Response:
    """Say that the recipient was joined in another way: the mail leaves the list."""
    _only_who_may()
    mail = gate.found(mails.handle(gate.db(), mail_id, by=gate.me(), at=gate.now()))
    journal.record(gate.db(), "mail_handled", about=mail, by=gate.me(), at=gate.now())
    flask.flash("C’est noté : ce courriel est réglé.", "ok")
    return _back()


def reply_words(reply: str) -> tuple[str, str]:
    """Why the server did not take a mail, and what to do, from its code or the fault's name."""
    if not reply.isdigit():
        return FAULTS.get(reply, _SILENT)
    return REPLIES.get(reply, _FINAL if reply.startswith("5") else _TEMPORARY)


def _trouble(mail: OutgoingMail) -> Trouble:
    why, what = reply_words(mail.last_reply)
    if mail.state is MailState.BY_HAND:
        what = "Trois jours d’essais ont échoué. Relancez, ou joignez la personne autrement."
    gave_up = mail.state in {MailState.REFUSED, MailState.BY_HAND}
    return Trouble(mail, KINDS.get(mail.kind, mail.kind), why, what, gave_up)


def _only_who_may() -> None:
    if not may_read():
        raise Forbidden("Les courriels sont suivis par la coordination de la campagne.")


def _back() -> Response:
    return flask.redirect(flask.url_for(".mails"), 303)
