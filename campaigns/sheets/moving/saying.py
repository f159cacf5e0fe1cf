"""What moved, in words: for who did it, and on the sheets it changed."""

from dataclasses import dataclass

ILL = "{name} ne peut pas appeler ces jours-ci"
FREED = "une place s’est libérée"
NO_TIME = "{name} n’a plus le temps cette semaine"
HANDED = "{name} passe la main"
UNFINISHED = "la demi-journée prévue est passée"
ASKED = "vous aviez le temps pour d’autres appels"
NEW = "arrivée depuis la publication des feuilles"
EVENED = "pour que les appels soient bien partagés"
JOINED = "vous nous rejoignez"
BACK = "vous êtes de retour"
CHOSEN = "la coordination a choisi une autre voix"


@dataclass(frozen=True, slots=True)
class Moved:
    """What an act moved: ``given`` households have another voice now, ``back`` others wait in
    the pool; ``say`` tells it in French to who did it."""

    back: int
    given: int
    say: str


def moved(
    head: str, *, given: int, back: int, stuck: int = 0, printed: int = 0, none: str = ""
) -> Moved:
    """Put a head (« Absence notée. ») and what moved into sentences.

    Of the ``stuck`` households that stay, ``printed`` are held by paper only.
    """
    parts = [head] if head else []
    if given:
        parts.append(f"{_count(given, 'foyer change', 'foyers changent')} de voix.")
    if back:
        parts.append(f"{_count(back, 'foyer attend', 'foyers attendent')} une place.")
    called, stays = stuck - printed, "sur la feuille : personne d’autre ne peut s’en charger."
    if called:
        waits = _count(called, "foyer déjà appelé reste", "foyers déjà appelés restent")
        parts.append(f"{waits} {stays}")
    if printed:
        waits = _count(printed, "foyer déjà imprimé reste", "foyers déjà imprimés restent")
        parts.append(f"{waits} {stays}")
    if none and not (given or back or stuck):
        parts.append(none)
    return Moved(back, given, " ".join(parts))


def added(head: str, *, given: int, none: str) -> Moved:
    """The same when a sheet grows."""
    said = f"{_count(given, 'foyer de plus', 'foyers de plus')} sur la feuille." if given else none
    return Moved(0, given, f"{head} {said}".strip())


def more_for_you(count: int, why: str) -> str:
    """What the volunteer who receives reads on top of their sheet."""
    return f"{_count(count, 'foyer rejoint', 'foyers rejoignent')} votre feuille : {why}."[:300]


def fewer_for_you(count: int) -> str:
    """What the volunteer whose lines left reads on top of their sheet."""
    return f"{_count(count, 'foyer quitte', 'foyers quittent')} votre feuille, pour l’alléger."


def promise_at_risk(count: int) -> str:
    """What whoever is away reads of the call-backs they promised and nobody can take over."""
    falls = _count(count, "rappel promis tombe", "rappels promis tombent")
    return f"{falls} pendant votre absence : personne n’a pu s’en charger, le pilotage le voit."


def promises_stay(count: int) -> str:
    """The same for who noted the absence; nothing when there is none."""
    if not count:
        return ""
    stay = _count(count, "rappel promis reste en danger", "rappels promis restent en danger")
    return f" {stay} : personne d’autre n’appelle ce jour-là."


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count < 2 else many}"
