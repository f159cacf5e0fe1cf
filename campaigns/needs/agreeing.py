"""Under which words a need went out: the person agreed, or why nobody waited for their word."""

from campaigns.models import Agreement, Need, Urgency

_VULNERABLE = (
    "sans accord : protection d’une personne vulnérable (code pénal, articles 434-3 et 226-14)"
)
_CHILD = "sans accord : protection d’un enfant (code pénal, articles 434-3 et 226-14)"
_SILENT = "sans accord : la personne ne répond plus, quelqu’un vérifie qu’elle va bien"
_ALERT = "sans accord : situation d’alerte, regardée le jour même"
_WORDS = {
    "PRO_MALTRAITANCE": _VULNERABLE,
    "PRO_ENFANT": _CHILD,
    "ALE_LEVEE_DOUTE": _SILENT,
    "DIV_AUTRE": _ALERT,  # what an outcome that is an alert raises
}
_PROTECTED = frozenset({"PRO_MALTRAITANCE", "PRO_ENFANT"})


def goes_anyway(category: str, urgency: Urgency) -> bool:
    """Whether a need is transmitted even when the person says no: nobody is left in danger.

    A vital emergency (code pénal, article 223-6), a child or somebody vulnerable to protect (434-3;
    handbook, sections 5 and 11): the volunteer reports, the professional decides.
    """
    return urgency is Urgency.U0 or category in _PROTECTED


def agreement_words(need: Need) -> str:
    """How the person's agreement is told of a need, without a capital.

    « Urgence vitale » is said of an immediate danger alone. A report of ill-treatment or of a child
    in danger that can wait a few hours needs no agreement either (code pénal, articles 434-3 and
    226-14; handbook, section 5), and nobody can ask whoever fell silent: those say so.
    """
    if need.agreement is not Agreement.VITAL or need.urgency is Urgency.U0:
        return need.agreement.label
    return _WORDS.get(need.category, need.agreement.label)
