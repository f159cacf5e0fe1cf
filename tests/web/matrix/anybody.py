"""What anybody may ask: the door, help, links of mails, the demonstration (closed here)."""

from __future__ import annotations

from tests.web.matrix_row import get, post

ROWS = (
    get("static", done=200),
    get("public.home", done=303),
    get("public.sign_in", signed_in=303),
    post("public.sign_in_post", done=422, form={"email": "x@example.org"}),
    post("public.ask_link", form={"email": "inconnue@example.org"}),
    get("public.link_sent"),
    post("public.sign_out"),
    get("public.health"),
    get("public.pulse"),
    post("public.stay", done=200),
    get("public.accessibility"),
    get("public.figures", "demo_role", done=404),  # no campaign of that name is public
    get("public.privacy"),
    get("public.help", signed_in=303),
    get("public.help_page", "help", "no_help"),
    get("public.help_pdf"),
    get("public.help_picture", "help_picture", "no_help"),
    get("public.enter", "weekly_link", "no_link", stranger=410),
    post("public.enter_post", "weekly_link", "no_link", stranger=410),
    get("public.enrol", "enrolment", "weekly_link_of_a_volunteer", "no_link", stranger=410),
    post(
        "public.enrol_post",
        "enrolment",
        "weekly_link_of_a_volunteer",
        "no_link",
        done=422,
        stranger=410,
    ),
    get("public.fewer", "opt_out", "no_link", stranger=410),
    post(
        "public.fewer_post",
        "opt_out",
        "no_link",
        done=200,
        stranger=410,
        form={"rhythm": "day"},
    ),
    get("public.opt_out", "opt_out", "no_link", stranger=410),
    post("public.opt_out_post", "opt_out", "no_link", done=200, stranger=410),
    # The demonstration is closed on an instance that is none.
    get("public.demo", done=404),
    get("public.demo_role", "demo_role", done=404),
    post("public.demo_role_post", "demo_role", done=404),
    get("public.demo_mailbox", done=404),
)
