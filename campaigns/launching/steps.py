"""The steps of a launch, in their order, each with why it matters."""

from dataclasses import dataclass

from campaigns.models import Labelled


class Step(Labelled):
    """What is to be done between an empty instance and an open campaign."""

    ORGANISATION = "organisation", "L’organisation et ses mots"
    PLACES = "places", "Les communes et les territoires"
    ROUTES = "routes", "Les services, et où vont les besoins"
    LIST = "list", "La liste des personnes"
    TEAM = "team", "Les volontaires et la coordination"
    GUIDE = "guide", "Le guide d’appel"
    MAILS = "mails", "Un courriel d’essai"
    TRAINING = "training", "La formation et la charte"
    REHEARSAL = "rehearsal", "La répétition, sur des personnes inventées"
    NOTICES = "notices", "L’avis aux personnes"
    PILOT = "pilot", "Le pilote"
    INVITE = "invite", "Les invitations"
    SHEETS = "sheets", "Les premières feuilles"
    OPEN = "open", "L’ouverture à tous"


class StepState(Labelled):
    """Where a step stands."""

    DONE = "done", "fait"
    TO_DO = "todo", "à faire"
    OPTIONAL = "optional", "facultatif"
    LATER = "later", "plus tard"


WHY = {
    Step.ORGANISATION: "Les volontaires se présentent sous ce nom, et la personne appelée peut "
    "vérifier en rappelant ce numéro.",
    Step.PLACES: "Chaque besoin part vers le territoire de la personne : sans territoire, tout "
    "arrive à la coordination de la campagne.",
    Step.ROUTES: "Un besoin entendu au téléphone doit trouver quelqu’un, partout.",
    Step.LIST: "Déposez le classeur tel que vous l’avez reçu : rien n’entre sans votre accord.",
    Step.TEAM: "Il faut des volontaires pour appeler, et quelqu’un pour traiter les besoins.",
    Step.GUIDE: "C’est ce que chaque volontaire a sous les yeux en appelant : relisez-le une fois "
    "à voix haute.",
    Step.MAILS: "Sans courriel, ni invitation ni alerte : mieux vaut le savoir aujourd’hui.",
    Step.TRAINING: "Dix minutes et une page de confidentialité à accepter, avant le premier vrai "
    "nom.",
    Step.REHEARSAL: "Deux appels d’essai par volontaire, et la page n’a plus de surprise.",
    Step.NOTICES: "Une personne prévenue décroche mieux, et sait reconnaître un vrai appel au code "
    "de confiance.",
    Step.PILOT: "Cinq volontaires au plus, cinquante personnes au plus : les ennuis se voient là, "
    "pas devant tout le monde.",
    Step.INVITE: "Chacun reçoit un lien, puis donne ses demi-journées. Hors du pilote, les autres "
    "attendent.",
    Step.SHEETS: "La répartition se calcule en quelques secondes ; vous la relisez avant de la "
    "publier.",
    Step.OPEN: "Toute l’équipe est invitée, toutes les personnes peuvent être appelées.",
}
# What a human says is done; the rest is seen from what is there.
TICKED = frozenset(
    {Step.ROUTES, Step.GUIDE, Step.MAILS, Step.TRAINING, Step.REHEARSAL, Step.NOTICES}
)


@dataclass(frozen=True, slots=True)
class Item:
    """A step as it stands now: its state, and what there is, in one sentence."""

    step: Step
    state: StepState
    said: str
    is_ticked: bool = False

    @property
    def why(self) -> str:
        """Why it matters, in one sentence."""
        return WHY[self.step]

    @property
    def may_be_ticked(self) -> bool:
        """Whether somebody may say it is done."""
        return self.step in TICKED and self.state is not StepState.DONE
