"""Notices as a workbook for whoever sends them: one line a notice, every cell text."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter

from campaigns.launching.notices import telling
from campaigns.launching.notices.reaching import Channel
from campaigns.launching.notices.sending import Notice
from campaigns.launching.notices.telling import Spoken
from campaigns.values import national

_TITLES = {
    Channel.LETTER: ("Référence", "Destinataire", "Adresse", "Code postal", "Commune", "Code"),
    Channel.MAIL: ("Référence", "Destinataire", "Courriel", "Objet", "Texte"),
    Channel.SMS: ("Référence", "Destinataire", "Mobile", "Texte", "Signes"),
}
_WIDTHS = {"Destinataire": 34, "Adresse": 40, "Commune": 26, "Courriel": 34, "Texte": 80}
# Every cell is written as text below; these keep the library from guessing all the same.
_AS_TEXT = dict.fromkeys(("strings_to_formulas", "strings_to_numbers", "strings_to_urls"), False)
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def workbook(notices: Iterable[Notice], channel: Channel, words: Spoken) -> bytes:
    """The notices as an xlsx file: no formula, telephones and postal codes as text."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True} | _AS_TEXT)
    sheet = book.add_worksheet(f"Avis par {channel.label}")
    text = book.add_format({"num_format": "@", "quote_prefix": True})
    titles = _TITLES[channel]
    sheet.write_row(0, 0, titles, book.add_format({"bold": True}))
    for place, title in enumerate(titles):
        sheet.set_column(place, place, _WIDTHS.get(title, 16))
    sheet.freeze_panes(1, 0)
    for row, notice in enumerate(notices, 1):
        for place, value in enumerate(_cells(notice, channel, words)):
            sheet.write_string(row, place, _UNPRINTABLE.sub(" ", value), text)
    book.close()
    return content.getvalue()


def _cells(notice: Notice, channel: Channel, words: Spoken) -> Sequence[str]:
    who = (notice.reference, ", ".join(notice.names))
    if channel is Channel.LETTER:
        return (*who, notice.address, notice.postal_code, notice.town, notice.code)
    if channel is Channel.MAIL:
        return (*who, notice.email, *telling.mail(words, notice.code))
    fit = telling.sms(words, notice.code)
    return (*who, national(notice.mobile), fit.text, str(fit.length))
