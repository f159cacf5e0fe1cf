"""The pages of people's records, the same for the lead and for the coordination.

The audiences ignore one another, so what they share stands here: ``register`` gives a folder these
pages, its own menu and its own limits (a coordinator sees the people of their territories).
"""

import flask

from appel_solidaire.record_pages import (
    asking,
    checking,
    deciding,
    editing,
    joining,
    looking,
    voices,
)

__all__ = ["register"]


def register(blueprint: flask.Blueprint) -> None:
    """Add the pages to an audience's folder, under « personnes »."""
    get, post = blueprint.get, blueprint.post
    get("/personnes")(looking.people)
    post("/personnes/chercher")(looking.find_people)
    get("/personnes/nouvelle")(editing.new_person)
    post("/personnes/nouvelle")(editing.add_person)
    get("/personnes/<int:person_id>")(looking.person)
    get("/personnes/<int:person_id>/corriger")(editing.edit_person)
    post("/personnes/<int:person_id>/corriger")(editing.change_person)
    post("/personnes/<int:person_id>/confirmer")(deciding.release_person)
    post("/personnes/<int:person_id>/arreter")(deciding.stop_person)
    post("/personnes/<int:person_id>/reprendre")(deciding.restart_person)
    post("/personnes/<int:person_id>/demande")(asking.note_asking)
    post("/personnes/<int:person_id>/comparer")(joining.compare_people)
    post("/personnes/<int:person_id>/reunir")(joining.join_people)
    get("/personnes/voix")(voices.voices)
    get("/personnes/<int:person_id>/voix")(voices.voice)
    post("/personnes/<int:person_id>/voix")(voices.choose_voice)
    post("/personnes/<int:person_id>/voix/<int:pairing_id>/lever")(voices.free_voice)
    get("/a-verifier")(checking.to_check)
    post("/a-verifier/<int:case_id>")(checking.close_case)
    post("/a-verifier/corrections")(checking.take_corrections)
    post("/a-verifier/corrections/reportees")(checking.settle_corrections)
