"""Tables about nobody we call: accounts, settings, places; and lists before they are confirmed."""

from campaigns.holdings.kinds import Holding, Whose, held

NOBODY, USER, LIST = Whose.NOBODY, Whose.USER, Whose.LIST

OTHERS: dict[str, Holding] = {
    # Accounts
    "user_account": held(
        USER,
        by="id",
        facts="role totp_last_step wants_summary disabled_at created_at languages pace "
        "weekly_limit only_territory trained_at suspended_at charter_at hides_number "
        "needs_rhythm last_seen_at inactive_told_at forgotten_at",
        personal="email first_name last_name home_insee",
        secret="password_hash totp_sealed",  # noqa: S106  names of columns
    ),
    "membership": held(USER, by="user_id"),
    "coverage": held(USER, by="user_id", facts="reads_sensitive"),
    "availability": held(USER, by="user_id", facts="weekday half"),
    "absence": held(USER, by="user_id", facts="first_on last_on"),
    "signed_session": held(
        USER,
        by="user_id",
        facts="opened_at seen_at ended_at",
        secret="key_hash",  # noqa: S106  the name of a column
    ),
    "sign_in_link": held(
        USER,
        by="user_id",
        facts="kind made_at expires_at used_at",
        secret="nonce",  # noqa: S106  the name of a column
    ),
    "sign_in_failure": held(NOBODY, facts="at", secret="key_hash"),  # noqa: S106  a column
    "saved_view": held(USER, by="user_id", words="name filters"),
    "quiz_attempt": held(USER, by="user_id", facts="at answers right asked"),
    "rehearsal": held(USER, by="user_id", facts="scenario done_at"),
    "sheet": held(USER, by="volunteer_id", facts="capacity half_days"),
    "question": held(
        USER,
        by="user_id",
        facts="at answered_at seen_at is_shared",
        words="text answer shared_as",
    ),
    "announcement": held(USER, by="by_id", facts="at last_on withdrawn_at", words="text"),
    "announcement_read": held(USER, by="user_id", facts="at"),
    "export": held(
        LIST,
        facts="kind form is_named chosen asked_at state done total ready_at expires_at fetched_at "
        "error lease_until lease_token",
        personal="content",  # sealed, and gone after two days
        words="reason",
    ),
    # Lists
    "import_batch": held(
        LIST,
        facts="source sha256 mapping state error created_at confirmed_at is_enrichment asked_at "
        "undone_at lease_until lease_token",
        personal="content choices",
        words="filename report",
    ),
    "import_chunk": held(LIST, facts="number", personal="rows"),
    "source_list": held(
        NOBODY, facts="name purpose legal_basis is_register informed_on columns created_at"
    ),
    "source_decision": held(NOBODY, facts="at", words="reason"),
    # What outlives a record: it recognises, and tells nothing.
    "objection": held(NOBODY, facts="made_at", secret="fingerprint"),  # noqa: S106  a column
    "tombstone": held(
        NOBODY,
        ids="object_kind object_id",
        facts="kind at",
        secret="fingerprints",  # noqa: S106  the name of a column
    ),
    # The organisation and its campaigns
    "organisation": held(
        NOBODY,
        facts="name of_name departement territory_word coordination_phone switchboard_phone "
        "coordination_email on_call_phone on_call_hours is_demo dpo_contact outlines "
        "holidays_region opening_hours closed_days",
    ),
    "campaign": held(
        NOBODY,
        facts="slug name state sweep_percent pace own_commune_allowed rules auto_publish "
        "training_required paper_allowed paper_full_names asks_contact is_register heat_until "
        "thresholds created_at preset opened_at closed_at purpose legal_basis help_room_url "
        "is_public checklist final_counts",
    ),
    "occurrence": held(NOBODY, facts="kind period at produced"),
    "week_plan": held(NOBODY, facts="week computed_at published_at summary"),
    "guide_version": held(NOBODY, facts="number markdown published_at note"),
    "guide_draft": held(NOBODY, facts="markdown from_number edited_at version"),
    "guide_switch": held(NOBODY, facts="section mode first_on last_on"),
    "route_table": held(NOBODY, facts="number state note made_at published_at"),
    "route_row": held(
        NOBODY, facts="category rank destination condition mode territory_code insee audience"
    ),
    "weak_signal": held(NOBODY, facts="category count opened_at last_at settled_at", words="note"),
    # The organisation's blank forms: nobody is in them.
    "need_form": held(NOBODY, facts="category filename kind size content at"),
    "desk_slot": held(NOBODY, facts="starts_at places"),
    # Places and offices
    "territory": held(NOBODY, facts="code name email director_email phone on_call_phone"),
    "territory_distance": held(NOBODY, facts="steps"),
    "commune": held(NOBODY, facts="name postal_codes population"),
    "former_commune": held(NOBODY, facts="insee name"),
    "office": held(
        NOBODY,
        facts="code kind name scope insee email phone note hours topics channel on_call_phone "
        "asks_code wants_digest by_hand confirmed_at confirm_asked_at closed_at",
        secret="nonce",  # noqa: S106  the name of a column
    ),
    "office_commune": held(NOBODY),
    # What keeps this page true
    "purge_run": held(
        NOBODY, facts="started_at rules done finished_at report mac lease_until lease_token"
    ),
    "scan_mark": held(NOBODY, facts="last_id at"),
    "journal_mark": held(NOBODY, ids="entry_id", facts="at why entry_mac length mac"),
}
