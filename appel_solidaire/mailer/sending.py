"""What is due leaves: leased, written, handed over one by one, each stamped at once."""

import random
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass

from appel_solidaire import mail_words
from appel_solidaire.instance import Instance
from appel_solidaire.logs import logger
from appel_solidaire.mailer.transports import Refused, Transport, transport
from appel_solidaire.mailer.writing import Letter, letter
from campaigns import mails
from campaigns.models import MailState, OutgoingMail


@dataclass(frozen=True, slots=True)
class _Ready:
    """A leased mail, written."""

    mail: OutgoingMail
    letter: Letter


def send_due(instance: Instance) -> int:
    """Send what is due; give how many left. A mail that fails never holds back the others."""
    now = instance.clock()
    with instance.database.reading() as session:
        if not mails.is_any_due(session, at=now):
            return 0
    with instance.database.unit() as session:
        claimed = mails.claim(session, at=now)
    if not claimed:
        return 0
    ready = _write(instance, claimed)
    sent = 0
    try:
        with transport(instance.config) as server:
            sent = _hand_over(instance, server, ready)
    except (OSError, smtplib.SMTPException, Refused) as fault:
        # The server cannot be reached at all: nothing of this batch left after this point.
        for mail in claimed:
            _failed(instance, mail, reply=type(fault).__name__, is_final=False)
        logger().warning("mail_server_unreachable", kind=type(fault).__name__)
    return sent


def _write(instance: Instance, claimed: Sequence[OutgoingMail]) -> list[_Ready]:
    """Write a whole batch before a server listens, in one reading session."""
    ready, spoilt = [], []
    with instance.database.reading() as session:
        fetched = mail_words.fetch(session, claimed)  # held: the session only knows what is
        for mail in claimed:
            try:
                written = letter(session, mail, config=instance.config, at=instance.clock())
            except Exception as fault:
                # A mail that cannot be written must not hold back the others: it waits, visible.
                logger().error("mail_not_written", mail=mail.id, kind=type(fault).__name__)
                session.rollback()
                spoilt.append(mail)
            else:
                ready.append(_Ready(mail, written))
        del fetched
    for mail in spoilt:
        _failed(instance, mail, reply="non écrit", is_final=False)
    return ready


def _hand_over(instance: Instance, server: Transport, ready: Sequence[_Ready]) -> int:
    """One after the other: a mail leaves only when the one before has its stamp, so that a crash
    sends one of them again at most."""
    sent = 0
    checked: OutgoingMail | None = None  # its lease was seen to hold with the stamp before
    for number, one in enumerate(ready):
        if checked is not one.mail and not _is_mine(instance, one.mail):
            continue
        try:
            server.send(one.letter)
        except Refused as refusal:
            _failed(instance, one.mail, reply=refusal.reply, is_final=refusal.is_final)
        except (OSError, smtplib.SMTPException) as fault:
            _failed(instance, one.mail, reply=type(fault).__name__, is_final=False)
        else:
            following = ready[number + 1].mail if number + 1 < len(ready) else None
            checked = following if _stamped(instance, one.mail, following) else None
            sent += 1
    return sent


def _is_mine(instance: Instance, mail: OutgoingMail) -> bool:
    with instance.database.reading() as session:
        return mails.still_mine(session, mail.id, mail.lease_token, at=instance.clock())


def _stamped(instance: Instance, mail: OutgoingMail, following: OutgoingMail | None) -> bool:
    """Note that a mail was taken; say, in the same unit, whether the next is still ours."""
    now = instance.clock()
    with instance.database.unit() as session:
        mails.stamp_sent(session, mail.id, at=now)
        mail_words.after_sending(session, mail, at=now)
        if following is None:
            return False
        return mails.still_mine(session, following.id, following.lease_token, at=now)


def _failed(instance: Instance, mail: OutgoingMail, *, reply: str, is_final: bool) -> None:
    with instance.database.unit() as session:
        if not mails.still_mine(session, mail.id, mail.lease_token, at=instance.clock()):
            return  # already sent, or already noted
        state = mails.stamp_failed(
            session,
            mail.id,
            at=instance.clock(),
            reply=reply,
            is_final=is_final,
            spread=random.uniform(-1, 1),  # noqa: S311  spreads retries, guards nothing
        )
        if state is not MailState.WAITING:
            gave_up = state is MailState.BY_HAND
            mail_words.after_refusal(session, mail, at=instance.clock(), gave_up=gave_up)
    logger().warning("mail_not_taken", mail=mail.id, reply=reply, state=state.value)
