"""The pages of people’s records: the same in both folders that have them."""

from __future__ import annotations

from tests.web.matrix_row import Row, get, post

RECORDS = ("record_1", "record_2", "no_record")
CASES = ("case_1", "case_2", "no_case")
VOICES = ("voice_1", "voice_2", "no_voice")


def rows(folder: str) -> tuple[Row, ...]:
    """The pages of people's records: the same in both folders that have them."""
    return (
        get(f"{folder}.people"),
        post(f"{folder}.find_people", done=200, form={"cherche": "dupont"}),
        get(f"{folder}.new_person"),
        post(f"{folder}.add_person", done=422),
        get(f"{folder}.person", *RECORDS),
        get(f"{folder}.edit_person", *RECORDS),
        post(f"{folder}.change_person", *RECORDS, done=422),
        post(f"{folder}.release_person", *RECORDS, done=422),  # nobody kept them aside
        post(f"{folder}.stop_person", *RECORDS, form={"reason": "died"}),
        post(f"{folder}.restart_person", *RECORDS, done=422),
        post(
            f"{folder}.note_asking", *RECORDS, form={"ask-right": "access", "ask-channel": "call"}
        ),
        post(f"{folder}.compare_people", *RECORDS, done=422, form={"autre": "P-0"}),
        post(f"{folder}.join_people", *RECORDS, done=404, form={"autre": "P-0"}),
        get(f"{folder}.voices"),
        get(f"{folder}.voice", *RECORDS),
        post(f"{folder}.choose_voice", *RECORDS, done=422),  # nothing chosen
        post(f"{folder}.free_voice", *VOICES),
        get(f"{folder}.to_check"),
        post(f"{folder}.close_case", *CASES, form={"constat": "Tout va bien."}),
        post(f"{folder}.take_corrections", done=200),
        post(f"{folder}.settle_corrections"),
    )


ROWS = (*rows("coordinator"), *rows("lead"))
