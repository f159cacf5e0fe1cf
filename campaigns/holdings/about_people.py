"""What each column of a table about people is; keys (identifiers, foreign keys) say so themselves.

A column added to one of these tables is named here, or a test of the house fails.
"""

from campaigns.holdings.kinds import Holding, Whose, held

PERSON, HOUSEHOLD = Whose.PERSON, Whose.HOUSEHOLD

ABOUT_PEOPLE: dict[str, Holding] = {
    "household": held(HOUSEHOLD, by="id"),
    "person": held(
        PERSON,
        by="id merged_into_id",
        facts="title stop stopped_at mayor_opt_out best_half by_hand created_at updated_at "
        "forgotten_at",
        personal="last_name first_name birth_name name_key birth_date email address postal_code "
        "town language schemes notify_person home_help key_holder guardian trust_code",
        words="manner hold",
    ),
    "phone": held(PERSON, by="person_id", facts="position invalid_at", personal="e164 label"),
    "file_number": held(PERSON, by="person_id", facts="source", personal="number"),
    "provenance": held(PERSON, by="person_id", facts="source"),
    "enrolment": held(
        PERSON,
        by="person_id",
        facts="stage wish priority next_due_on cycle_started_at not_before_at appointment_at "
        "suspended_until is_alarm other_caller times_by_last informed_at last_conversation_at "
        "created_at noticed_at notice_channel",
    ),
    "import_change": held(PERSON, by="person_id", personal="before"),
    "match_choice": held(PERSON, by="person_id", facts="is_same at", personal="row_key"),
    "quality_case": held(
        PERSON,
        by="person_id other_id",
        facts="kind opened_at closed_at",
        words="detail result",
    ),
    "correction": held(
        PERSON, by="person_id", facts="field at exported_at", personal="before after"
    ),
    "call": held(
        PERSON,
        by="person_id",
        facts="at outcome is_conversation mood wish asked_at is_heavy caller_mood rang_back "
        "corrected_at",
        words="note",
    ),
    "call_revision": held(PERSON, by="call_id", facts="at", words="before"),
    "review": held(PERSON, by="call_id", facts="why asked_at reviewed_at seen_at", words="remark"),
    "care_request": held(
        PERSON,
        by="call_id need_id",
        facts="kind asked_at taken_at closed_at",
        words="words note",
    ),
    "good_news": held(
        PERSON,
        by="person_id call_id",
        facts="kind at shared_at settled_at",
        words="text outcome",
    ),
    "need": held(
        PERSON,
        by="person_id",
        facts="category is_sensitive urgency agreement state raised_at due_at acknowledged_at "
        "moved_at closed_at result face_to_face joint_review_at helped helped_at reopened_at "
        "version",
        words="text ring_back closing_note",
    ),
    "referral": held(
        PERSON,
        by="need_id",
        facts="destination name mode reason state link_expires_at renewed reminded returned_at "
        "moved_at",
        secret="nonce",  # noqa: S106  the name of a column
    ),
    "need_step": held(PERSON, by="need_id", facts="at kind is_internal", words="say"),
    "need_stage": held(PERSON, by="need_id", ids="told", facts="stage reached_at"),
    "need_question": held(PERSON, by="need_id", facts="asked_at answered_at", words="text answer"),
    "voucher": held(
        PERSON,
        by="need_id",
        facts="amount_cents state asked_at decided_at",
        personal="number",
        words="why",
    ),
    "appointment": held(
        PERSON, by="need_id", facts="kind at state made_at", words="place with_whom"
    ),
    "alarm": held(
        PERSON,
        by="person_id",
        facts="why opened_at due_at closed_at ending version",
        words="say note",
    ),
    "alarm_step": held(PERSON, by="alarm_id", facts="rung at reached", words="say"),
    "call_suggestion": held(
        PERSON,
        by="person_id",
        facts="agreed_on at state decided_at",
        personal="last_name first_name phone said_by",
        words="words",
    ),
    "rights_request": held(
        PERSON,
        by="person_id",
        facts="right received_on due_on noted_at channel answered_at is_refused certificate mac",
        words="note answer",
    ),
    "barred": held(HOUSEHOLD, by="household_id", facts="at"),
    "pairing": held(HOUSEHOLD, by="household_id", facts="kind last_on at ended_at", words="reason"),
    "line": held(
        HOUSEHOLD,
        by="household_id",
        facts="position stream kept_voice why next_at closed_at moved_at moved_why",
    ),
    "left_out": held(HOUSEHOLD, by="household_id", facts="reason since_on"),
    "skip": held(HOUSEHOLD, by="household_id", facts="reason at"),
    "soft_lock": held(HOUSEHOLD, by="household_id", facts="since until"),
    # What was said after a report names « Mme D. »; the key of a report is drawn at random.
    "report": held(HOUSEHOLD, by="line_id", facts="key digest received_at", words="said"),
    "report_draft": held(HOUSEHOLD, by="line_id", facts="kept_at", words="fields"),
    # By what they hold, no key leading to anybody: numbers of lines, sentences with « Mme D. ».
    "issued_sheet": held(HOUSEHOLD, ids="lines", facts="kind number with_names issued_at"),
    "returned_sheet": held(HOUSEHOLD, facts="sha256 returned_at", words="report"),
    "sheet_notice": held(HOUSEHOLD, facts="at seen_at", words="say"),
    # By the kind and number of the row they are about.
    "journal_entry": held(
        PERSON,
        ids="object_kind object_id detail",
        facts="at actor_role action previous_mac mac",
    ),
    "text_finding": held(
        PERSON,
        ids="object_kind object_id",
        facts="field kinds found_at settled_at is_kept",
        secret="digest",  # noqa: S106  the name of a column: it recognises a text
    ),
    "outgoing_mail": held(
        PERSON,
        ids="about",
        facts="kind state posted_at next_at attempts lease_until lease_token sent_at handled_at "
        "last_reply",
        personal="to_address",
        secret="dedup_key",  # noqa: S106  the name of a column
    ),
}
