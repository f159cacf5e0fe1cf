"""What is told to somebody beside their data: how long it is kept, what they may ask."""

from collections.abc import Mapping

from campaigns.retention.labels import lasting

OPENING = (
    "Vous avez demandé à voir ce qui est noté sur vous. Ce document contient tout, y compris les "
    "notes prises pendant les appels. Vous n’avez rien à payer et rien à justifier.",
    "Les noms des volontaires et ceux des autres personnes n’y figurent pas : ils ont, comme vous, "
    "droit à la discrétion.",
)
_KEPT_OF_OBJECTIONS = (
    "Si vous ne voulez plus être appelé·e, nous gardons seulement une empreinte chiffrée, pour que "
    "votre choix soit respecté si une liste vous cite de nouveau."
)
RIGHTS = (
    "Faire corriger ce qui est faux.",
    "Ne plus être appelé·e : dites-le pendant un appel, ou à nous. C’est immédiat.",
    "Faire effacer ce qui est noté, sauf ce que la loi oblige à garder.",
    "Nous répondons en un mois. Si la réponse ne vous convient pas, vous pouvez écrire à la CNIL, "
    "3 place de Fontenoy, TSA 80715, 75334 Paris cedex 07, ou sur cnil.fr.",
)
KEPT = (
    "Le nombre d’appels et de besoins, avec leur date, leur sujet et leur territoire : plus "
    "personne ne peut savoir qu’il s’agit de vous.",
    "Dans le journal, les actes et leurs dates, avec un numéro que plus rien ne relie à vous.",
    "Cette demande, sa date et la présente attestation : nous devons pouvoir montrer que nous "
    "vous avons répondu.",
)
OBJECTION_KEPT = (
    "L’empreinte chiffrée de votre opposition : elle empêche une liste de vous faire rappeler."
)


def retention(days: Mapping[str, int]) -> tuple[str, ...]:
    """How long each thing is kept, by the rules in force here (RGPD, article 5.1.e).

    ``days`` are those of ``retention.rules``.
    """
    told = {rule: lasting(count) for rule, count in days.items()}
    return (
        f"Votre fiche : {told['contacted']} au plus après le dernier contact ; si personne ne vous "
        f"a jamais parlé, {told['uncontacted']} au plus après la fin de la campagne.",
        f"Les notes et les textes libres : {told['words']} au plus après la fin du besoin ou de "
        "l’appel.",
        f"Les traces de qui a consulté vos données : {told['journal']} au plus.",
        f"Les sauvegardes : {told['backups']} au plus ; ce qui était effacé l’est de nouveau si "
        "l’une d’elles est remise en service.",
        _KEPT_OF_OBJECTIONS,
    )
