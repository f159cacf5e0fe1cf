"""Concrete help about a need: appointments, places at a desk, vouchers."""

import flask

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from appel_solidaire.web.coordinator import need as pages
from appel_solidaire.web.coordinator.acts import Answer, do
from appel_solidaire.web.coordinator.forms import ActForm
from appel_solidaire.web.coordinator.work_forms import (
    GrantForm,
    MeetingForm,
    PlaceForm,
    RefuseForm,
    VoucherForm,
)
from campaigns.models import MeetingState, Need, Voucher
from campaigns.needs import meetings, vouchers

_ENDS = {one.value: one for one in MeetingState if one is not MeetingState.PLANNED}


@blueprint.post("/besoins/<int:need_id>/rendez-vous")
def book_meeting(need_id: int) -> Answer:
    """Note an appointment."""

    def act(need: Need, form: MeetingForm) -> str:
        meetings.book(
            gate.db(),
            need,
            form.chosen(),
            when=form.when(),
            place=form.place.data or "",
            with_whom=form.with_whom.data or "",
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return "Le rendez-vous est noté."

    return do(need_id, MeetingForm(), act)


@blueprint.post("/besoins/<int:need_id>/place")
def book_place(need_id: int) -> Answer:
    """Take a place at a desk that helps with online procedures."""

    def act(need: Need, form: PlaceForm) -> str:
        version, slot = form.shown_version(), int(form.slot.data)
        made = meetings.book_place(
            gate.db(), need, slot, by=gate.me(), version=version, at=gate.now()
        )
        return f"Une place est prise : {made.place}."

    return do(need_id, PlaceForm(), act)


@blueprint.post("/besoins/<int:need_id>/rendez-vous/<int:meeting_id>")
def settle_meeting(need_id: int, meeting_id: int) -> Answer:
    """Say what became of an appointment."""
    state = gate.found(_ENDS.get(flask.request.form.get("suite", "")))

    def act(need: Need, form: ActForm) -> str:
        appointment = gate.found(meetings.one(gate.db(), need, meeting_id))
        version = form.shown_version()
        meetings.settle(gate.db(), appointment, state, by=gate.me(), version=version, at=gate.now())
        return f"C’est noté : {state.label}."

    return do(need_id, ActForm(), act)


@blueprint.post("/besoins/<int:need_id>/bon")
def ask_voucher(need_id: int) -> Answer:
    """Ask for a voucher."""

    def act(need: Need, form: VoucherForm) -> str:
        vouchers.ask_voucher(
            gate.db(),
            need,
            form.amount.data,
            campaign=gate.campaign(),
            why=form.for_what.data or "",
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return "Le bon est demandé."

    return do(need_id, VoucherForm(), act)


@blueprint.post("/besoins/<int:need_id>/bon/<int:voucher_id>/accorder")
def grant_voucher(need_id: int, voucher_id: int) -> Answer:
    """Grant a voucher with its number."""

    voucher = _voucher(need_id, voucher_id)

    def act(_need: Need, form: GrantForm) -> str:
        vouchers.grant(
            gate.db(),
            voucher,
            form.number.data,
            campaign=gate.campaign(),
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return "Le bon est accordé."

    return do(need_id, GrantForm(), act)


@blueprint.post("/besoins/<int:need_id>/bon/<int:voucher_id>/refuser")
def refuse_voucher(need_id: int, voucher_id: int) -> Answer:
    """Refuse a voucher with a reason."""

    voucher = _voucher(need_id, voucher_id)

    def act(_need: Need, form: RefuseForm) -> str:
        vouchers.refuse(
            gate.db(),
            voucher,
            form.why_not.data,
            campaign=gate.campaign(),
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return "Le bon est refusé ; la raison est notée."

    return do(need_id, RefuseForm(), act)


def _voucher(need_id: int, voucher_id: int) -> Voucher:
    return gate.found(vouchers.one(gate.db(), pages.found(need_id), voucher_id))
