"""The access matrix: every address of the program, who may ask it, and what each is answered.

A new page is a new line of ``ROWS``; without it the tests fail. A line says what the people of its
folder are answered about a thing that is theirs (``done``). The rest follows from four rules:

- nobody signed in (or a session that was cut): to the sign-in page, 401 for a write;
- signed in with a role that has no business in the folder: 403;
- the right role, but no campaign any more: 403 where the page works in a campaign;
- the right role, a thing that is somebody else's or does not exist: 404. Never 403: that would
  tell that it exists.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.web.scene import Scene

ACTORS = (
    "anonymous",
    "volunteer_a",
    "volunteer_b",
    "volunteer_removed",
    "disabled",
    "coordinator_1",
    "coordinator_2",
    "coordination",
    "lead",
    "dpo",
    "partner",  # holds a mailed link, has no account
)
SIGNED_OUT = frozenset({"anonymous", "disabled", "partner"})
WITHOUT_CAMPAIGN = frozenset({"volunteer_removed"})
# Written again here on purpose: the gate's own table is what is being tested.
INSIDERS = {
    "volunteer": frozenset({"volunteer_a", "volunteer_b", "volunteer_removed"}),
    "coordinator": frozenset({"coordinator_1", "coordinator_2", "coordination"}),
    "lead": frozenset({"lead"}),
    "dpo": frozenset({"dpo"}),
    "public": frozenset(ACTORS),
    "partner": frozenset(ACTORS),
    "static": frozenset(ACTORS),
}
LINES = ("line_a", "line_b", "line_r", "no_line")
LISTS = ("list", "list_of_another_campaign", "no_list")
NEEDS = ("need_1", "need_2", "need_sensitive", "no_need")


@dataclass(frozen=True)
class Row:
    """One address and one method. ``things`` are tried one after the other; "" when it has none."""

    endpoint: str
    method: str
    done: int
    things: tuple[str, ...] = ("",)
    form: dict[str, str] = field(default_factory=dict)  # "{phone_id}" is the thing's own
    stranger: int = 404  # when the thing is not theirs
    works_in_campaign: bool = True
    signed_in: int | None = None  # an answer of its own to who is signed in already

    @property
    def folder(self) -> str:
        """The folder of ``web``."""
        return self.endpoint.partition(".")[0]

    def expected(self, scene: Scene, actor: str, thing: str) -> int:
        """The status this actor is answered about this thing."""
        if actor not in INSIDERS[self.folder]:
            if actor in SIGNED_OUT:
                return 303 if self.method == "GET" else 401
            return 403
        if self.folder == "volunteer" and actor in WITHOUT_CAMPAIGN and self.works_in_campaign:
            return 403
        if thing and not scene.owners[thing] & {actor, "anybody"}:
            return self.stranger
        if self.signed_in is not None and actor not in SIGNED_OUT:
            return self.signed_in
        return self.done


def _get(endpoint: str, *things: str, done: int = 200, **more: object) -> Row:
    return Row(endpoint, "GET", done, things or ("",), **more)  # type: ignore[arg-type]  # Row's own names


def _post(endpoint: str, *things: str, done: int = 303, **more: object) -> Row:
    return Row(endpoint, "POST", done, things or ("",), **more)  # type: ignore[arg-type]  # Row's own names


ALARMS = ("alarm_1", "alarm_2", "no_alarm")
SIGNALS = ("signal_1", "no_signal")
ALERTS = ("alert_a", "no_need")
CALLS = ("call_a", "no_call")
CARE = ("care_a", "no_care")
CARE_DESK = ("care_a_desk",)
NEWS = ("news_desk",)
RECORDS = ("record_1", "record_2", "no_record")
CASES = ("case_1", "case_2", "no_case")


def _records(folder: str) -> tuple[Row, ...]:
    """The pages of people's records: the same in both folders that have them."""
    return (
        _get(f"{folder}.people"),
        _post(f"{folder}.find_people", done=200, form={"cherche": "dupont"}),
        _get(f"{folder}.new_person"),
        _post(f"{folder}.add_person", done=422),
        _get(f"{folder}.person", *RECORDS),
        _get(f"{folder}.edit_person", *RECORDS),
        _post(f"{folder}.change_person", *RECORDS, done=422),
        _post(f"{folder}.release_person", *RECORDS, done=422),  # nobody kept them aside
        _post(f"{folder}.stop_person", *RECORDS, form={"reason": "died"}),
        _post(f"{folder}.restart_person", *RECORDS, done=422),
        _post(f"{folder}.compare_people", *RECORDS, done=422, form={"autre": "P-0"}),
        _post(f"{folder}.join_people", *RECORDS, done=404, form={"autre": "P-0"}),
        _get(f"{folder}.to_check"),
        _post(f"{folder}.close_case", *CASES, form={"constat": "Tout va bien."}),
        _post(f"{folder}.take_corrections", done=200),
        _post(f"{folder}.settle_corrections"),
    )


RECORD_ROWS = (*_records("coordinator"), *_records("lead"))
# The lead reads the names on a sheet, which is journaled, and on the waiting list.
NAMED_TO_THE_LEAD = frozenset({"lead.week_sheet", "lead.waiting_list", "lead.find_waiting"})
VERSION = {"version": "{version}"}
TICKED = {"choix": "{need_id}:{version}"}
ROWS = (
    # Anybody ----------------------------------------------------------------------------------
    _get("static", done=200),
    _get("public.home", done=303),
    _get("public.sign_in", signed_in=303),
    _post("public.sign_in_post", done=422, form={"email": "x@example.org"}),
    _post("public.ask_link", form={"email": "inconnue@example.org"}),
    _get("public.link_sent"),
    _post("public.sign_out"),
    _get("public.health"),
    _get("public.pulse"),
    _post("public.stay", done=200),
    _get("public.accessibility"),
    _get("public.privacy"),
    _get("public.enter", "weekly_link", "no_link", stranger=410),
    _post("public.enter_post", "weekly_link", "no_link", stranger=410),
    _get("public.enrol", "enrolment", "weekly_link_of_a_volunteer", "no_link", stranger=410),
    _post(
        "public.enrol_post",
        "enrolment",
        "weekly_link_of_a_volunteer",
        "no_link",
        done=422,
        stranger=410,
    ),
    _get("public.fewer", "opt_out", "no_link", stranger=410),
    _post(
        "public.fewer_post",
        "opt_out",
        "no_link",
        done=200,
        stranger=410,
        form={"rhythm": "day"},
    ),
    _get("public.opt_out", "opt_out", "no_link", stranger=410),
    _post("public.opt_out_post", "opt_out", "no_link", done=200, stranger=410),
    # The demonstration is closed on an instance that is none.
    _get("public.demo", done=404),
    _get("public.demo_role", "demo_role", done=404),
    _post("public.demo_role_post", "demo_role", done=404),
    _get("public.demo_mailbox", done=404),
    # Partners without an account ----------------------------------------------------------------
    _get("partner.door", "partner_link", "no_link", stranger=410),
    _post("partner.open_post", "partner_link", "no_link", done=200, stranger=410),
    _post("partner.answer_post", "partner_link", "no_link", done=422, stranger=410),
    _post("partner.renew_post", "partner_link", "no_link", done=410, stranger=410),
    _get("partner.renewed"),
    _get("partner.thanks"),
    _get("partner.confirm_door", "office_link", "no_link", stranger=410),
    _post("partner.confirm_post", "office_link", "no_link", stranger=410),
    _post("partner.correct_post", "office_link", "no_link", stranger=410),
    _get("partner.confirmed"),
    _get("partner.suggest", "suggest_link", "no_suggest_link", stranger=410),
    _post("partner.suggest_post", "suggest_link", "no_suggest_link", done=422, stranger=410),
    _get("partner.suggestion_kept", "number"),
    # Volunteers -------------------------------------------------------------------------------
    _get("volunteer.sheet"),
    _get("volunteer.read_guide"),
    _get("volunteer.own"),
    _post("volunteer.own_read", works_in_campaign=False),
    _get("volunteer.training_home", works_in_campaign=False),
    _get(
        "volunteer.training_reading", "training_page", "no_training_page", works_in_campaign=False
    ),
    _get("volunteer.quiz", works_in_campaign=False),
    _post("volunteer.quiz_post", done=422, works_in_campaign=False),
    _get("volunteer.charter", works_in_campaign=False),
    _post("volunteer.charter_post", done=422, works_in_campaign=False),
    _get("volunteer.rehearsal", "scenario", "no_scenario", works_in_campaign=False),
    _post("volunteer.rehearsal_post", "scenario", "no_scenario", done=422, works_in_campaign=False),
    _post(
        "volunteer.rehearsal_effect",
        "scenario",
        "no_scenario",
        done=200,
        works_in_campaign=False,
    ),
    _get("volunteer.rehearsal_alert", "scenario", "no_scenario", works_in_campaign=False),
    _post(
        "volunteer.rehearsal_alert_post",
        "scenario",
        "no_scenario",
        done=200,
        works_in_campaign=False,
    ),
    _get("volunteer.availability", works_in_campaign=False),
    _post("volunteer.availability_post", works_in_campaign=False),
    _post("volunteer.habits_post", works_in_campaign=False),
    _post(
        "volunteer.absence_post",
        form={"first_on": "2027-01-04", "last_on": "2027-01-05"},
        works_in_campaign=False,
    ),
    _post("volunteer.absence_drop", "absence_a", "no_absence", works_in_campaign=False),
    _get("volunteer.call", *LINES),
    _get("volunteer.onward", *LINES, done=303),
    _post("volunteer.call_post", *LINES, done=422, form={"person_id": "{person_id}"}),
    _post("volunteer.number", *LINES, done=200, form={"phone_id": "{phone_id}"}),
    _post("volunteer.need_block", *LINES, done=200, form={"person_id": "{person_id}"}),
    _post("volunteer.effect", *LINES, done=200, form={"person_id": "{person_id}"}),
    _post("volunteer.coach", done=200, works_in_campaign=False),
    _get("volunteer.skip", *LINES),
    _post("volunteer.skip_post", *LINES, form={"raison": "other"}),
    _post("volunteer.keep_open", *LINES, done=200),
    _post("volunteer.leave_call", *LINES),
    _post("volunteer.keep_draft", *LINES, done=200, form={"person_id": "{person_id}"}),
    _post("volunteer.drop_draft", *LINES, form={"person_id": "{person_id}"}),
    _get("volunteer.offline_page", works_in_campaign=False),
    _get("volunteer.offline_token", works_in_campaign=False),
    _post("volunteer.offline_key", done=200, works_in_campaign=False),
    _get("volunteer.give_back"),
    _post("volunteer.give_back_post"),
    _post("volunteer.more"),
    _post("volunteer.notices_read"),
    _get("volunteer.alert", *LINES),
    _post("volunteer.alert_post", *LINES, form={"person_id": "{person_id}"}),
    _get("volunteer.alert_anywhere"),
    _post("volunteer.alert_anywhere_post", done=422),
    _get("volunteer.alert_given", *ALERTS),
    _get("volunteer.alert_state", *ALERTS),
    _get("volunteer.care"),
    _post("volunteer.ask_care"),
    _post("volunteer.decline_care", *CARE),
    _post("volunteer.call_was_hard", *CALLS),
    _post("volunteer.feel", *CALLS, form={"humeur": "bien"}),
    _get("volunteer.good_news"),
    _post("volunteer.good_news_post", done=422),
    _get("volunteer.today"),
    _get("volunteer.correct", *CALLS),
    _post("volunteer.correct_post", *CALLS, done=422),
    _post("volunteer.correct_effect", *CALLS, done=200),
    _get("volunteer.rang_back", works_in_campaign=False),
    _post("volunteer.find_rang_back", done=200, form={"cherche": "dupont"}),
    _post("volunteer.open_rang_back", *LINES[:3], "no_record", form={"person_id": "{person_id}"}),
    _post("volunteer.hide_number", works_in_campaign=False),
    _get("volunteer.question", "question_a", "no_question"),
    _post("volunteer.answer_question", "question_a", "no_question", form={"reponse": "Oui."}),
    # Coordinators -----------------------------------------------------------------------------
    _get("coordinator.inbox"),
    _get("coordinator.figures"),
    _get("coordinator.alerts"),
    _get("coordinator.look_after", "care_desk", stranger=403),
    _post("coordinator.take_care", *CARE_DESK, stranger=403),
    _post("coordinator.close_care", *CARE_DESK, stranger=403, done=422),
    _post("coordinator.share_good_news", *NEWS, stranger=403, done=422),
    _post("coordinator.settle_good_news", *NEWS, stranger=403),
    _get("coordinator.ringing"),
    _post("coordinator.find_ringing", done=200, form={"cherche": "dupont"}),
    _get("coordinator.ringing_person", *RECORDS),
    _post("coordinator.note_ringing", *RECORDS, done=422),
    _get("coordinator.need", *NEEDS),
    _get("coordinator.services", *NEEDS),
    _post("coordinator.reply_service", *NEEDS, done=404),  # of no partner
    _post("coordinator.follow_service", *NEEDS, done=404),
    _post("coordinator.deputy_service", *NEEDS, done=404),
    _get("coordinator.need_sheet", "need_1", "need_2", "no_need"),
    _get("coordinator.answer_codes"),
    _post("coordinator.record_answer", done=422, form={"code": "12"}),
    _get("coordinator.mails", "paper", stranger=403),
    _post("coordinator.retry_mail", "mail", stranger=403),
    _post("coordinator.handle_mail", "mail", stranger=403),
    _post("coordinator.take", *NEEDS, form=VERSION),
    _post("coordinator.move", *NEEDS, done=422, form=VERSION),
    _post("coordinator.refer_again", *NEEDS, done=422, form=VERSION),
    _post("coordinator.hand_over", *NEEDS, done=422, form=VERSION),
    _post(
        "coordinator.close",
        *NEEDS,
        form={**VERSION, "result": "solved", "note": "Courses livrées chaque mardi."},
    ),
    _post("coordinator.find_need", done=200, form={"cherche": "dupont"}),
    _post("coordinator.keep_view", form={"nom": "Urgents", "urgence": "U1"}),
    _get("coordinator.open_view", "view_1", "no_view", done=303),
    _post("coordinator.drop_view", "view_1", "no_view"),
    _post("coordinator.several", "need_1", done=200, form=TICKED, stranger=422),
    _post(
        "coordinator.do_several",
        "need_1",
        done=200,
        form={**TICKED, "acte": "commission"},
        stranger=422,
    ),
    _get("coordinator.joint_review"),
    _get("coordinator.desks"),
    _post("coordinator.open_slot", done=422),
    _post("coordinator.close_slot", "slot", "no_slot"),
    _get("coordinator.absences"),
    _post("coordinator.note_absence", done=422),
    _post("coordinator.set_deputy", form={"standing": ""}),
    _post("coordinator.come_back", "away_1", "no_away"),
    _post("coordinator.log_call", *NEEDS, form={**VERSION, "reached": "spoke"}),
    _post("coordinator.ask_volunteer", *NEEDS, done=422, form=VERSION),
    _post("coordinator.write_note", *NEEDS, form={**VERSION, "private": "Vu hier."}),
    _post("coordinator.mark_face_to_face", *NEEDS, form={**VERSION, "wanted": "1"}),
    _post("coordinator.send_to_review", *NEEDS, form=VERSION),
    _post("coordinator.leave_review", *NEEDS, done=422, form=VERSION),
    _post("coordinator.join", *NEEDS, done=422, form=VERSION),
    _post("coordinator.reopen", *NEEDS, done=422, form=VERSION),
    _post("coordinator.book_meeting", *NEEDS, done=422, form=VERSION),
    _post("coordinator.book_place", *NEEDS, done=422, form=VERSION),
    _post(
        "coordinator.settle_meeting",
        "meeting_1",
        "no_meeting",
        form={**VERSION, "suite": "cancelled"},
    ),
    _post("coordinator.ask_voucher", *NEEDS, done=422, form=VERSION),
    _post("coordinator.grant_voucher", "voucher_1", "no_voucher", done=422, form=VERSION),
    _post("coordinator.refuse_voucher", "voucher_1", "no_voucher", done=422, form=VERSION),
    # Sheets off screen pass by the coordination: « paper » is theirs, not a territory’s.
    _get("coordinator.paper", "paper", stranger=403),
    _post(
        "coordinator.issue_paper",
        "paper",
        done=200,
        form={"kind": "xlsx", "volunteer": "0"},
        stranger=403,
    ),
    _post("coordinator.drop_paper", "paper", done=422, stranger=403),
    _get("coordinator.find_paper", "paper", done=422, stranger=403),
    _get("coordinator.type_paper", "issued", "no_issued"),
    _post("coordinator.type_paper_post", "issued", "no_issued", done=422),
    _get("coordinator.paper_back", "returned", "no_returned"),
    _post("coordinator.settle_paper", "returned", "no_returned"),
    # Reading reports again is the coordination's too.
    _get("coordinator.reviews", "paper", stranger=403),
    _get("coordinator.review", "review", "no_review"),
    _post("coordinator.review_post", "review", "no_review", form={"action": "merci"}),
    _get("coordinator.alarm_list"),
    _get("coordinator.alarm", *ALARMS),
    _post("coordinator.take_alarm", *ALARMS, form=VERSION),
    _post("coordinator.note_try", *ALARMS, done=422),
    _post("coordinator.close_alarm", *ALARMS, done=422),
    _get("coordinator.signal", *SIGNALS),
    _post("coordinator.settle_signal", *SIGNALS, done=422),
    _get("coordinator.suggestions", "proposals", stranger=403),
    _post("coordinator.find_office", "proposals", done=200, stranger=403),
    _post("coordinator.send_suggestion_link", "proposals", done=422, stranger=403),
    _post("coordinator.want_suggestions", "proposals", stranger=403),
    _get("coordinator.suggestion", "proposal", stranger=403),
    _post("coordinator.accept_suggestion", "proposal", stranger=403),
    _post("coordinator.known_suggestion", "proposal", done=404, stranger=403),
    _post("coordinator.refuse_suggestion", "proposal", done=303, stranger=403),
    # Leads ------------------------------------------------------------------------------------
    _get("lead.home"),
    _get("lead.campaigns"),
    _post("lead.create_campaign", form={"name": "Canicule 2027"}),
    _post("lead.choose_campaign", "campaign", "no_campaign"),
    _post("lead.move_campaign", "campaign", "no_campaign", form={"etat": "paused"}),
    _get("lead.mails"),
    _post("lead.retry_mail", "mail", "no_mail"),
    _post("lead.handle_mail", "mail", "no_mail"),
    _get("lead.urgent_needs"),
    _get("lead.journal"),
    _get("lead.settings"),
    _post("lead.settings_post", done=422),
    _get("lead.guide"),
    _get("lead.guide_version"),
    _post("lead.switch_guide", done=404),
    _post("lead.begin_guide"),
    _get("lead.edit_guide", done=303),  # nobody has begun one
    _post("lead.write_guide", done=422),
    _get("lead.preview_guide", done=303),
    _get("lead.compare_guide", done=303),
    _post("lead.publish_guide", done=422),
    _post("lead.drop_guide", done=422),
    _get("lead.team"),
    _post("lead.add_volunteer", done=422),
    _post("lead.add_staff", done=422),
    _post("lead.invite_all"),
    _get("lead.member", "member", "no_member"),
    _post("lead.change_member", "member", "no_member", done=422),
    _post("lead.invite", "member", "no_member"),
    _post("lead.disable", "member", "no_member"),
    _get("lead.weeks"),
    _get("lead.week", "week", "no_week"),
    _post("lead.compute_week", "week", "no_week"),
    _post("lead.publish_week", "week", "no_week", done=422),  # it is published already
    _get("lead.week_sheet", "sheet_a", "no_sheet"),
    _post("lead.rebalance_week", "week", "no_week"),
    _post("lead.redeal_week", "week", "no_week"),
    _post("lead.undo_week", "week", "no_week", done=422),  # a sheet has left on paper
    _post("lead.member_away", "member", "no_member", done=422),
    _post("lead.member_back", "member", "no_member", done=422),  # they are not away
    _post("lead.suspend_member", "member", "no_member"),
    _post("lead.resume_member", "member", "no_member", done=422),  # nor suspended
    _post("lead.give_sheet", "member", "no_member"),
    _post("lead.limit_member", "member", "no_member"),
    _post("lead.waive_training", "member", "no_member"),
    _post("lead.ask_training", "member", "no_member"),
    _get("lead.waiting_list"),
    _post("lead.find_waiting", done=200),
    _get("lead.capacity"),
    _get("lead.rules"),
    _get("lead.silence"),
    _post("lead.settle_silence", done=422),
    _get("lead.care_rules"),
    _post("lead.settle_care", done=422),
    _post("lead.settle_signals", done=422),
    _post("lead.heat_on", done=422),
    _post("lead.heat_fill"),
    _post("lead.heat_off"),
    _post("lead.rules_post", done=422),
    _post("lead.rules_preview", done=422),
    _get("lead.lists"),
    _post("lead.drop_list", done=422),
    _get("lead.list_page", *LISTS),
    _get("lead.list_columns", *LISTS),
    _post("lead.choose_columns", *LISTS, done=422),  # it has not been read yet
    _get("lead.list_lines", *LISTS),
    _post("lead.fix_lines", *LISTS, done=422),
    _get("lead.list_doubts", *LISTS),
    _post("lead.answer_doubts", *LISTS, done=422),
    _get("lead.list_couples", *LISTS),
    _post("lead.split_couples", *LISTS, done=422),
    _get("lead.list_absent", *LISTS),
    _post("lead.confirm_list", *LISTS, done=422),
    _post("lead.abandon_list", *LISTS),
    _post("lead.undo_list", *LISTS, done=422),  # it never entered
    _get("lead.corrections", *LISTS),
    _get("lead.list_source", "source", "no_source"),
    _post("lead.change_source", "source", "no_source"),
    _get("lead.table", "table", "no_table"),
    _post("lead.check_table", "table", "no_table", done=422),
    _post("lead.enter_table", "table", "no_table", done=422),
    _get("lead.deputies", "coordinator", "no_member"),
    _post("lead.note_absence", "coordinator", "no_member", done=422),
    _post("lead.set_deputy", "coordinator", "no_member", done=422),
    _post("lead.end_absence", "away_lead", "no_away_lead"),
    _get("lead.vouchers"),
    _post("lead.set_voucher_rules", done=422),
    # The coordination decides, unless the rules say otherwise
    _post("lead.grant_voucher", "voucher_lead", "no_voucher", done=422, form=VERSION),
    _post("lead.refuse_voucher", "voucher_lead", "no_voucher", done=422, form=VERSION),
    _get("lead.cover_member", "coordinator", "no_member"),
    _post("lead.cover_member_post", "coordinator", "no_member", done=422),
    # Where needs go, and the directory
    _get("lead.routes"),
    _get("lead.route_gaps"),
    _get("lead.routes_workbook"),
    _post("lead.accept_route", done=422),
    _post("lead.restore_routes", "no_routes"),
    _get("lead.route_draft"),
    _get("lead.route_category", "category", "no_category"),
    _post("lead.save_route", "category", "no_category", done=422),
    _post("lead.remove_route", "category", "no_category", done=422),
    _get("lead.try_routes"),
    _post("lead.publish_routes", done=422),  # the draft changes nothing yet
    _post("lead.start_routes"),
    _post("lead.drop_routes"),
    _get("lead.offices"),
    _post("lead.switch_confirmations", done=422),
    _get("lead.new_office"),
    _post("lead.add_office", done=422),
    _get("lead.office", "office", "no_office"),
    _post("lead.change_office", "office", "no_office", done=422),
    _get("lead.closing_office", "office", "no_office"),
    _post("lead.close_office", "office", "no_office"),
    _post("lead.reopen_office", "office", "no_office", done=422),  # it is open
    _get("lead.territories"),
    _post("lead.change_on_call"),
    _get("lead.territory", "territory", "no_territory"),
    _post("lead.change_territory", "territory", "no_territory", done=422),
    *RECORD_ROWS,
    # Data protection --------------------------------------------------------------------------
    _get("dpo.home"),
    _post("dpo.verify"),
)
