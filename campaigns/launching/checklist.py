"""The check-list of a launch (L31): computed, and ticked where only a human knows."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import journal, mails
from campaigns.launching import standing
from campaigns.launching.standing import TRIAL, Standing
from campaigns.launching.steps import TICKED, Item, Step, StepState
from campaigns.models import Campaign, CampaignState, MailState, User
from campaigns.refusal import Refusal

_NBSP = "\u00a0"
_UNWRITTEN = "du Département"  # what a founded organisation is called before somebody says
_Seen = tuple[bool, str]  # whether it is done, and what there is
_OPTIONAL = frozenset({Step.REHEARSAL, Step.NOTICES})
_SENT = {
    None: "Aucun courriel d’essai n’a été envoyé.",
    MailState.WAITING: "Le courriel d’essai part dans la minute : regardez votre boîte.",
    MailState.SENT: "Le courriel d’essai est parti.",
    MailState.REFUSED: "Le courriel d’essai a été refusé par le serveur.",
    MailState.BY_HAND: "Le courriel d’essai n’a pas pu partir.",
}


def read(session: Session, campaign: Campaign) -> list[Item]:
    """Every step as it stands now, in the order of the launch."""
    facts = standing.read(session, campaign)
    return [_item(step, facts, campaign) for step in Step]


def tick(session: Session, campaign: Campaign, step: Step, *, by: User, at: datetime) -> None:
    """Say that a step is done; Refusal for one that is seen from what is there."""
    if step not in TICKED:
        raise Refusal("Cette étape se coche d’elle-même, quand elle est faite.")
    session.refresh(campaign, with_for_update=True)  # of two who tick at once, both are kept
    said = {"at": at.isoformat(), "by": by.id}
    campaign.checklist = (campaign.checklist or {}) | {step.value: said}
    journal.record(session, "step_ticked", about=campaign, by=by, at=at, step=step.value)
    session.flush()  # who looks under the lock next sees it


def untick(session: Session, campaign: Campaign, step: Step, *, by: User, at: datetime) -> None:
    """Take a tick back; harmless when there is none."""
    session.refresh(campaign, with_for_update=True)
    if step.value not in (campaign.checklist or {}):
        return
    campaign.checklist = {k: v for k, v in campaign.checklist.items() if k != step.value}
    journal.record(session, "step_unticked", about=campaign, by=by, at=at, step=step.value)
    session.flush()  # who looks under the lock next sees it


def try_mails(session: Session, *, by: User, at: datetime) -> bool:
    """Send oneself a mail by the way all mails go; False when one left in the same minute."""
    key = f"{TRIAL}:{by.id}:{at:%Y%m%d%H%M}"
    sent = mails.post(session, TRIAL, to=by, key=key, about={"trial": by.id}, at=at)
    if sent:
        journal.record(session, "mail_tried", about=by, by=by, at=at)
    return sent


def require_training(
    session: Session, campaign: Campaign, *, is_required: bool, by: User, at: datetime
) -> None:
    """Say whether a volunteer needs the training and the charter before the first real name."""
    if campaign.training_required is is_required:
        return
    campaign.training_required = is_required
    names = ["training_required"]
    journal.record(session, "settings_changed", about=campaign, by=by, at=at, names=names)


def _item(step: Step, facts: Standing, campaign: Campaign) -> Item:
    is_done, said = _SEEN[step](facts, campaign)
    is_ticked = step.value in (campaign.checklist or {})
    if is_done or is_ticked:
        state = StepState.DONE
    elif step in _OPTIONAL:
        state = StepState.OPTIONAL
    elif _is_early(step, facts, campaign):
        state = StepState.LATER
    else:
        state = StepState.TO_DO
    return Item(step, state, said, is_ticked and not is_done)


def _is_early(step: Step, facts: Standing, campaign: Campaign) -> bool:
    """Some steps wait for those before."""
    has_both = facts.people > 0 and facts.volunteers > 0
    if step in {Step.PILOT, Step.INVITE}:
        return not has_both
    if step is Step.SHEETS:
        return not (has_both and campaign.is_running)
    return step is Step.OPEN and not (campaign.state is CampaignState.PILOT or has_both)


def _many(count: int, one: str, many: str | None = None) -> str:
    return f"{_spaced(count)} {one if count < 2 else many or one + 's'}"


def _spaced(count: int) -> str:
    return f"{count:,}".replace(",", _NBSP)


def _organisation(facts: Standing, _campaign: Campaign) -> _Seen:
    mine = facts.organisation
    missing = [
        words
        for words, is_there in (
            ("le nom dans une phrase", mine.of_name != _UNWRITTEN),
            ("le numéro officiel", bool(mine.switchboard_phone)),
            ("l’adresse de la coordination", bool(mine.coordination_email)),
        )
        if not is_there
    ]
    if missing:
        return False, f"Il manque : {', '.join(missing)}."
    return True, f"{mine.name}."


def _places(facts: Standing, _campaign: Campaign) -> _Seen:
    there = f"{_many(facts.communes, 'commune')}, {_many(facts.territories, 'territoire')}"
    if not (facts.communes and facts.territories):
        return False, f"{there}."
    if facts.without_territory:
        alone = _many(facts.without_territory, "commune")
        return False, f"{there} ; {alone} sans territoire."
    return True, f"{there}."


def _routes(facts: Standing, _campaign: Campaign) -> _Seen:
    there = _many(facts.offices, "service")
    if not facts.wanting:
        return facts.offices > 0, f"{there}, et chaque besoin trouve quelqu’un partout."
    missing = _many(facts.wanting, "manque")
    return False, f"{there}, {missing} : ces besoins iront à la coordination de la campagne."


def _list(facts: Standing, _campaign: Campaign) -> _Seen:
    if facts.people:
        return True, f"{_many(facts.people, 'personne')}."
    if facts.lists_waiting:
        return False, "Une liste est déposée : elle attend votre accord pour entrer."
    return False, "Aucune liste n’est importée."


def _team(facts: Standing, _campaign: Campaign) -> _Seen:
    there = _many(facts.volunteers, "volontaire")
    said = f"{there}, {_many(facts.coordinators, 'personne')} à la coordination."
    return facts.volunteers > 0 and facts.coordinators > 0, said


def _guide(facts: Standing, _campaign: Campaign) -> _Seen:
    if facts.guide_number > 1:
        return True, f"Votre version {facts.guide_number} est publiée."
    return False, "Le guide d’origine est en place : il peut servir tel quel."


def _mails(facts: Standing, _campaign: Campaign) -> _Seen:
    return facts.trial is MailState.SENT, _SENT.get(facts.trial, _SENT[MailState.BY_HAND])


def _training(facts: Standing, campaign: Campaign) -> _Seen:
    trained = f"{_many(facts.trained, 'volontaire formé', 'volontaires formés')}"
    trained += f" sur {_spaced(facts.volunteers)}."
    if not campaign.training_required:
        return False, f"La formation n’est pas exigée. {trained}"
    return True, f"Exigée avant la première feuille. {trained}"


def _rehearsal(facts: Standing, _campaign: Campaign) -> _Seen:
    said = _many(facts.rehearsed, "volontaire a répété", "volontaires ont répété")
    return facts.rehearsed > 0, f"{said}." if facts.rehearsed else "Personne n’a encore répété."


def _notices(facts: Standing, _campaign: Campaign) -> _Seen:
    told = _many(facts.noticed, "personne prévenue", "personnes prévenues")
    return 0 < facts.callable <= facts.noticed, f"{told} sur {_spaced(facts.callable)}."


def _pilot(_facts: Standing, campaign: Campaign) -> _Seen:
    if campaign.state is CampaignState.PILOT:
        return True, "Le pilote est en cours."
    if campaign.opened_at is not None:
        return True, "Le pilote est passé."
    return False, "Le pilote n’a pas commencé."


def _invite(facts: Standing, campaign: Campaign) -> _Seen:
    if not facts.volunteers:
        return False, "Personne à inviter pour l’instant."
    if facts.not_invited:
        said = _many(facts.not_invited, "volontaire attend", "volontaires attendent")
        return False, f"{said} son invitation." if facts.not_invited < 2 else (
            f"{said} leur invitation."
        )
    return campaign.is_running, "Chacun a reçu son lien."


def _sheets(facts: Standing, _campaign: Campaign) -> _Seen:
    if facts.published:
        return True, "Les premières feuilles sont publiées."
    if facts.proposed:
        return False, "La répartition est proposée : il reste à la publier."
    return False, "Rien n’est encore réparti."


def _open(_facts: Standing, campaign: Campaign) -> _Seen:
    is_open = campaign.state not in {CampaignState.DRAFT, CampaignState.PILOT}
    return is_open, f"La campagne est {campaign.state.label}."


_SEEN: Mapping[Step, Callable[[Standing, Campaign], _Seen]] = {
    Step.ORGANISATION: _organisation,
    Step.PLACES: _places,
    Step.ROUTES: _routes,
    Step.LIST: _list,
    Step.TEAM: _team,
    Step.GUIDE: _guide,
    Step.MAILS: _mails,
    Step.TRAINING: _training,
    Step.REHEARSAL: _rehearsal,
    Step.NOTICES: _notices,
    Step.PILOT: _pilot,
    Step.INVITE: _invite,
    Step.SHEETS: _sheets,
    Step.OPEN: _open,
}
