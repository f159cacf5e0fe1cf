"""What is: columns, named constraints, relationships. What happens stands in the rooms above."""

from campaigns.models.account import (
    Absence,
    Availability,
    Coverage,
    LinkKind,
    Membership,
    Role,
    SignedSession,
    SignInFailure,
    SignInLink,
    User,
)
from campaigns.models.base import Base, Instant, Labelled
from campaigns.models.call import Call, Report
from campaigns.models.campaign import (
    Campaign,
    CampaignState,
    GuideVersion,
    Occurrence,
    Organisation,
)
from campaigns.models.imports import ImportBatch, ImportChunk, ImportState
from campaigns.models.journal import JournalEntry
from campaigns.models.mail import MailState, OutgoingMail
from campaigns.models.need import (
    Agreement,
    Need,
    NeedState,
    NeedStep,
    Referral,
    ReferralState,
    Result,
)
from campaigns.models.person import (
    Barred,
    Enrolment,
    FileNumber,
    Household,
    Objection,
    Person,
    Phone,
    Stage,
    StopReason,
    Title,
)
from campaigns.models.place import Commune, FormerCommune, Office, Territory
from campaigns.models.sheet import LeftOut, Line, Sheet, Stream, WeekPlan
from campaigns.reference import Mode, Urgency
from campaigns.retry.answers import Mood
from campaigns.retry.rules import Wish

__all__ = [
    "Absence",
    "Agreement",
    "Availability",
    "Barred",
    "Base",
    "Call",
    "Campaign",
    "CampaignState",
    "Commune",
    "Coverage",
    "Enrolment",
    "FileNumber",
    "FormerCommune",
    "GuideVersion",
    "Household",
    "ImportBatch",
    "ImportChunk",
    "ImportState",
    "Instant",
    "JournalEntry",
    "Labelled",
    "LeftOut",
    "Line",
    "LinkKind",
    "MailState",
    "Membership",
    "Mode",
    "Mood",
    "Need",
    "NeedState",
    "NeedStep",
    "Objection",
    "Occurrence",
    "Office",
    "Organisation",
    "OutgoingMail",
    "Person",
    "Phone",
    "Referral",
    "ReferralState",
    "Report",
    "Result",
    "Role",
    "Sheet",
    "SignInFailure",
    "SignInLink",
    "SignedSession",
    "Stage",
    "StopReason",
    "Stream",
    "Territory",
    "Title",
    "Urgency",
    "User",
    "WeekPlan",
    "Wish",
]
