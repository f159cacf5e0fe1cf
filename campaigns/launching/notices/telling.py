"""What a notice says: who will call, how to know them, why, and the right to say no."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaigns.launching.notices import gsm7
from campaigns.models import Campaign, Organisation
from campaigns.refusal import Refusal
from campaigns.values import national

SMS_LENGTH = 160  # places in one message
_PURPOSE = "Prendre de vos nouvelles et, si vous le souhaitez, faire suivre une demande d’aide."


@dataclass(frozen=True, slots=True)
class Spoken:
    """The organisation's own words in every notice. ``phone`` as people say it."""

    name: str
    of_name: str
    phone: str
    purpose: str
    legal_basis: str
    dpo: str


@dataclass(frozen=True, slots=True)
class FitText:
    """A text message and the places it takes, of 160."""

    text: str
    length: int


def spoken(session: Session, campaign: Campaign) -> Spoken:
    """Read them; Refusal while there is no official number to name."""
    mine = session.get_one(Organisation, 1)
    if not mine.switchboard_phone:
        raise Refusal(
            "Indiquez d’abord le numéro officiel de l’organisation : l’avis le donne, pour que "
            "chacun puisse vérifier ou refuser.",
            field="switchboard_phone",
        )
    return Spoken(
        name=mine.name,
        of_name=mine.of_name,
        phone=national(mine.switchboard_phone),
        purpose=campaign.purpose or _PURPOSE,
        legal_basis=campaign.legal_basis,
        dpo=mine.dpo_contact,
    )


def paragraphs(words: Spoken, code: str) -> list[tuple[str, str]]:
    """Title and text of each part of a notice, the same by letter and by mail."""
    basis = f" Base légale : {words.legal_basis}." if words.legal_basis else ""
    asks = f"{words.phone}" + (f", ou {words.dpo}" if words.dpo else "")
    return [
        (
            "",
            f"Dans les prochains jours, un ou une volontaire {words.of_name} vous appellera pour "
            "prendre de vos nouvelles. L’appel dure quelques minutes.",
        ),
        (
            "Reconnaître notre appel",
            f"La personne donne son prénom, puis votre code : {code}. Elle ne demande jamais "
            "d’argent, de mot de passe, de numéro de carte, de compte ou de Sécurité sociale. "
            f"Un doute ? Raccrochez et appelez le {words.phone}.",
        ),
        (
            "Vous êtes libre",
            "Vous pouvez ne pas répondre, ou dire que vous ne souhaitez pas être appelé : cela "
            "ne change rien à vos droits ni à vos aides. Rien n’est transmis à quelqu’un sans "
            "votre accord, sauf danger immédiat.",
        ),
        (
            "Ce que nous faisons de vos informations",
            f"{words.purpose}{basis} Pour voir ce qui est noté, le faire corriger ou effacer, ou "
            f"ne pas être appelé : {asks}. Vous pouvez aussi saisir la CNIL.",
        ),
    ]


def mail(words: Spoken, code: str) -> tuple[str, str]:
    """Subject and text of a mail; the router adds the address."""
    parts = [f"{title}\n{text}" if title else text for title, text in paragraphs(words, code)]
    body = "\n\n".join(["Madame, Monsieur,", *parts, words.name])
    return f"Un appel {words.of_name} pour prendre de vos nouvelles", body


def sms(words: Spoken, code: str) -> FitText:
    """A text message of one piece: the fullest wording that fits.

    Refusal when the organisation's name is too long even for the shortest.
    """
    told = f"Notre code : {code}."
    for text in (
        f"L’équipe {words.of_name} va vous appeler pour prendre de vos nouvelles. {told} "
        f"Vérifier, refuser, vos droits : {words.phone}",
        f"{words.of_name[:1].upper()}{words.of_name[1:]} : appel de nouvelles. {told} "
        f"Vérifier, refuser : {words.phone}",
    ):
        plain = gsm7.written(text)
        if (length := gsm7.length(plain)) <= SMS_LENGTH:
            return FitText(plain, length)
    raise Refusal(
        "Le nom de l’organisation est trop long pour un SMS : raccourcissez « le même nom dans "
        "une phrase » dans les réglages.",
        field="channel",
    )
