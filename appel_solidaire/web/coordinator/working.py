"""Acts with the person and between colleagues: calls, questions, notes, joining, reopening."""

import flask

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from appel_solidaire.web.coordinator import need as pages
from appel_solidaire.web.coordinator.acts import Answer, do
from appel_solidaire.web.coordinator.forms import ActForm
from appel_solidaire.web.coordinator.work_forms import (
    CallForm,
    JoinForm,
    NoteForm,
    QuestionForm,
    ReopenForm,
    ReviewedForm,
)
from campaigns.models import Need
from campaigns.needs import asking, joining, working


@blueprint.post("/besoins/<int:need_id>/appel")
def log_call(need_id: int) -> Answer:
    """Log a call to the person."""

    def act(need: Need, form: CallForm) -> str:
        working.log_call(
            gate.db(),
            need,
            form.chosen(),
            words=form.told.data or "",
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return "L’appel est noté."

    return do(need_id, CallForm(), act)


@blueprint.post("/besoins/<int:need_id>/question")
def ask_volunteer(need_id: int) -> Answer:
    """Ask the volunteer who knows the person."""

    def act(need: Need, form: QuestionForm) -> str:
        to = pages.volunteer(need, form.asked.data)
        asking.ask(
            gate.db(),
            need,
            to,
            form.question.data,
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return f"La question est posée à {to.first_name}. La réponse viendra sur cette page."

    return do(need_id, QuestionForm(), act)


@blueprint.post("/besoins/<int:need_id>/note")
def write_note(need_id: int) -> Answer:
    """Write a note volunteers and partners do not read."""

    def act(need: Need, form: NoteForm) -> str:
        version = form.shown_version()
        words = form.private.data
        working.write_note(gate.db(), need, words, by=gate.me(), version=version, at=gate.now())
        return "La note est gardée. Ni les volontaires ni les partenaires ne la lisent."

    return do(need_id, NoteForm(), act)


@blueprint.post("/besoins/<int:need_id>/presence")
def mark_face_to_face(need_id: int) -> Answer:
    """Say that the person must be met in person, or no more."""
    wanted = flask.request.form.get("wanted") == "1"

    def act(need: Need, form: ActForm) -> str:
        version = form.shown_version()
        working.mark_face_to_face(
            gate.db(), need, wanted=wanted, by=gate.me(), version=version, at=gate.now()
        )
        return "C’est noté : à rencontrer en personne." if wanted else "C’est noté."

    return do(need_id, ActForm(), act)


@blueprint.post("/besoins/<int:need_id>/commission")
def send_to_review(need_id: int) -> Answer:
    """Put a need on the list of the joint meeting."""

    def act(need: Need, form: ActForm) -> str:
        version = form.shown_version()
        working.send_to_review(gate.db(), need, by=gate.me(), version=version, at=gate.now())
        return f"Le besoin {need.reference} sera vu en commission."

    return do(need_id, ActForm(), act)


@blueprint.post("/besoins/<int:need_id>/commission/vu")
def leave_review(need_id: int) -> Answer:
    """Take a need off the list, with what was decided."""

    def act(need: Need, form: ReviewedForm) -> str:
        working.leave_review(
            gate.db(),
            need,
            say=form.decided.data,
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return "La décision est notée."

    return do(need_id, ReviewedForm(), act)


@blueprint.post("/besoins/<int:need_id>/reunir")
def join(need_id: int) -> Answer:
    """Join a need to another one of the same person, which goes on."""

    def act(need: Need, form: JoinForm) -> str:
        kept = gate.found(
            next((one for one in pages.others(need) if str(one.id) == form.kept.data), None)
        )
        version = form.shown_version()
        joining.join(gate.db(), need, kept, by=gate.me(), version=version, at=gate.now())
        return f"{need.reference} est réuni à {kept.reference}, qui continue."

    return do(need_id, JoinForm(), act)


@blueprint.post("/besoins/<int:need_id>/rouvrir")
def reopen(need_id: int) -> Answer:
    """Open a closed need again."""

    def act(need: Need, form: ReopenForm) -> str:
        working.reopen(
            gate.db(),
            need,
            reason=form.again.data,
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return f"Le besoin {need.reference} est rouvert : vous vous en occupez."

    return do(need_id, ReopenForm(), act)
