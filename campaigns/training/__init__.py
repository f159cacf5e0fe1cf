"""First days of who calls: ten minutes to read, five questions, a charter, two rehearsals."""

from campaigns.training.asking import Asked, Quiz, answer, quiz
from campaigns.training.charter import CHARTER_LIFE, accept_charter, charter_in_force
from campaigns.training.rehearsing import Told, foresee, rehearse
from campaigns.training.scenarios import SCENARIOS, Scenario
from campaigns.training.steps import Progress, Step, is_ready, progress, standings
from campaigns.training.team import ask_again, mark_trained
from campaigns.training.texts import Page, charter_html, pages

__all__ = [
    "CHARTER_LIFE",
    "SCENARIOS",
    "Asked",
    "Page",
    "Progress",
    "Quiz",
    "Scenario",
    "Step",
    "Told",
    "accept_charter",
    "answer",
    "ask_again",
    "charter_html",
    "charter_in_force",
    "foresee",
    "is_ready",
    "mark_trained",
    "pages",
    "progress",
    "quiz",
    "rehearse",
    "standings",
]
