"""What a partner with a mailed link and no account may ask."""

from __future__ import annotations

from tests.web.matrix_row import get, post

ROWS = (
    get("partner.door", "partner_link", "no_link", stranger=410),
    post("partner.open_post", "partner_link", "no_link", done=200, stranger=410),
    post("partner.answer_post", "partner_link", "no_link", done=422, stranger=410),
    post("partner.renew_post", "partner_link", "no_link", done=410, stranger=410),
    get("partner.renewed"),
    get("partner.thanks"),
    get("partner.confirm_door", "office_link", "no_link", stranger=410),
    post("partner.confirm_post", "office_link", "no_link", stranger=410),
    post("partner.correct_post", "office_link", "no_link", stranger=410),
    get("partner.confirmed"),
    get("partner.suggest", "suggest_link", "no_suggest_link", stranger=410),
    post("partner.suggest_post", "suggest_link", "no_suggest_link", done=422, stranger=410),
    get("partner.suggestion_kept", "number"),
)
