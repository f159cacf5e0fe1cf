"""The free texts that are read by night: the table, its columns, what tells that a row changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from campaigns.models import (
    Alarm,
    AlarmStep,
    Announcement,
    Base,
    Call,
    CallSuggestion,
    CareRequest,
    GoodNews,
    Need,
    NeedQuestion,
    NeedStep,
    Pairing,
    Person,
    QualityCase,
    Question,
    Review,
    Voucher,
    WeakSignal,
)


@dataclass(frozen=True, slots=True)
class Place:
    """One table whose free texts are read.

    ``changed`` names the instants of a row after its birth; a table without any is only added to.
    """

    model: type[Base]
    fields: Mapping[str, str]  # column → its words on the page
    changed: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """How findings and the journal call its rows."""
        return self.model.__name__.lower()

    def column(self, name: str) -> Any:  # Any: a mapped attribute of whatever type
        """One attribute of the table's model."""
        return getattr(self.model, name)


def _place(model: type[Base], *changed: str, **fields: str) -> Place:
    return Place(model, MappingProxyType(fields), changed)


PLACES: tuple[Place, ...] = (
    _place(Call, "corrected_at", note="note de l’appel"),
    _place(Need, "moved_at", text="besoin", closing_note="note de clôture"),
    _place(NeedStep, say="suivi du besoin"),
    _place(NeedQuestion, "answered_at", text="question posée", answer="réponse du volontaire"),
    _place(Voucher, "decided_at", why="motif du bon solidaire"),
    _place(Person, "updated_at", manner="comment l’appeler", hold="à confirmer"),
    _place(QualityCase, "closed_at", detail="point à vérifier", result="ce qui a été trouvé"),
    _place(Alarm, "closed_at", note="note de la levée de doute"),
    _place(AlarmStep, say="essai de la levée de doute"),
    _place(CallSuggestion, words="mots de la mairie"),
    _place(CareRequest, "closed_at", words="demande d’un appelant", note="note de la suite"),
    _place(GoodNews, "shared_at", "settled_at", text="bon moment", outcome="suite donnée"),
    _place(Review, "reviewed_at", remark="un mot de la coordination"),
    _place(WeakSignal, "settled_at", note="note du signal"),
    _place(
        Question,
        "answered_at",
        text="question à la coordination",
        answer="réponse",
        shared_as="question partagée",
    ),
    _place(Announcement, text="annonce"),
    _place(Pairing, "ended_at", reason="qui appelle le foyer"),
)
KINDS: Mapping[str, Place] = MappingProxyType({place.kind: place for place in PLACES})
# Free texts of the register of holdings that are not read here, and why.
NOT_READ: Mapping[str, str] = MappingProxyType(
    {
        "alarm.say": "written by the program",
        "appointment.place": "an address, on purpose",
        "appointment.with_whom": "a name, on purpose",
        "call_revision.before": "what a report said before; emptied when its call is cleaned",
        "export.reason": "about a list, read by who asked and by the DPO",
        "import_batch.filename": "the name of a file",
        "import_batch.report": "written by the program",
        "need.ring_back": "an hour, or a number to ring, on purpose",
        "report.said": "written by the program",
        "report_draft.fields": "typed and unsent: the coach reads along",
        "returned_sheet.report": "written by the program; the notes become calls",
        "rights_request.answer": "written by the DPO",
        "rights_request.note": "written by the DPO",
        "saved_view.filters": "codes",
        "saved_view.name": "a coordinator’s own",
        "sheet_notice.say": "written by the program",
        "source_decision.reason": "about a list",
    }
)
