"""Two people who do not exist, and what a volunteer should have noted after calling them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from campaigns.models import Agreement, Mood, Person, Title, Wish
from campaigns.retry import Answers, Spoke


@dataclass(frozen=True, slots=True)
class Told:
    """A need as the volunteer notes it in a rehearsal."""

    category: str
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A fictional person and what they say, line after line.

    ``expects`` is what a right report holds; the words about each are those of the page.
    """

    slug: str
    title: str
    aim: str
    who: Title
    first_name: str
    last_name: str
    place: str
    number: str
    why: str
    last_time: str
    hears: tuple[str, ...]
    needs_alert: bool = False
    mood: Mood | None = None
    categories: frozenset[str] = frozenset()
    wish: Wish | None = None

    def person(self) -> Person:
        """The person as the guide and the page name them; in no table."""
        return Person(
            title=self.who,
            first_name=self.first_name,
            last_name=self.last_name,
            schemes="",
            language="",
            manner="",
            trust_code="",
            guardian="",
        )

    def advice(self, answers: Answers, told: Sequence[Told], *, alerted: bool) -> tuple[str, ...]:
        """What a colleague would say of this report; nothing when it is right."""
        return tuple(_advice(self, answers, told, alerted=alerted))


def _advice(
    scenario: Scenario, answers: Answers, told: Sequence[Told], *, alerted: bool
) -> list[str]:
    if scenario.needs_alert and not alerted:
        return [
            "Une douleur dans la poitrine n’attend pas : lancez l’alerte d’abord, en gardant "
            "la personne en ligne. Le lien rouge est en haut de la page."
        ]
    if answers.spoke is not Spoke.YES or answers.situation is not None:
        return ["Cette personne vous a répondu : choisissez « Oui, nous avons parlé »."]
    found = []
    if scenario.mood is not None and answers.mood not in {None, scenario.mood}:
        found.append(f"Relisez ce qu’elle dit : comment va-t-elle ? « {scenario.mood.label} ».")
    found += _about_needs(scenario, told)
    if scenario.wish is not None and answers.wish != scenario.wish:
        found.append(f"Elle vous a dit quand la rappeler : « {scenario.wish.label} ».")
    return found


def _about_needs(scenario: Scenario, told: Sequence[Told]) -> list[str]:
    if not scenario.categories:
        return []
    right = [one for one in told if one.category in scenario.categories]
    if not right:
        return [
            "Elle vous a parlé de ses courses : ajoutez un besoin, et choisissez « Courses "
            "alimentaires »."
        ]
    if not any(one.agreement is Agreement.YES for one in right):
        return ["Elle veut bien que la mairie le sache : notez son accord, « Oui »."]
    return []


_BOTH = (
    Scenario(
        slug="des-courses",
        title="Un besoin, au détour de la conversation",
        aim="Notez la conversation, le besoin dont elle parle, et quand elle veut être rappelée.",
        who=Title.MRS,
        first_name="Odile",
        last_name="Exemple",
        place="Péronne",
        number="+33199000010",
        why="Appel régulier : souhaite un appel chaque semaine",
        last_time="Jeudi dernier, par Karim. Tout va bien. Aime parler de son jardin.",
        hears=(
            "« Oui, c’est bien moi. Oh, c’est gentil d’appeler. »",
            "« Le moral est bon, ma voisine passe boire le café. »",
            "« Par contre, depuis la semaine dernière, je n’arrive plus à porter mes courses. »",
            "« Oui, je veux bien que vous le disiez à la mairie. »",
            "« Rappelez-moi chaque semaine, cela me fait plaisir. »",
        ),
        categories=frozenset({"ALI_COURSES"}),
        wish=Wish.WEEKLY,
    ),
    Scenario(
        slug="une-alerte",
        title="Une douleur dans la poitrine",
        aim="Gardez-le en ligne, lancez l’alerte avant toute chose, puis notez l’appel.",
        who=Title.MR,
        first_name="Gérard",
        last_name="Modèle",
        place="Albert",
        number="+33199000020",
        why="Premier appel",
        last_time="C’est le premier appel. Dites qui vous êtes, et que répondre est libre.",
        hears=(
            "« Allô… oui, c’est moi… » (il est essoufflé)",
            "« J’ai mal dans la poitrine depuis ce matin, cela serre. J’ai du mal à respirer. »",
            "« Je suis tout seul. Deuxième étage. Oui, la porte est ouverte. »",
        ),
        needs_alert=True,
        mood=Mood.WORRYING,
    ),
)
SCENARIOS: Mapping[str, Scenario] = MappingProxyType({one.slug: one for one in _BOTH})
