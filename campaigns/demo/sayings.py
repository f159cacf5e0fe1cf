"""What the invented people say: needs, news, answers of offices. Facts only, as the guide asks."""

from collections.abc import Mapping
from typing import Final

from campaigns.models import NeedState, Result
from campaigns.needs import PartnerAnswer

# Category → how often it comes up, then what volunteers write. One never raised stays out.
NEEDS: Final[Mapping[str, tuple[int, tuple[str, ...]]]] = {
    "SAN_VITAL": (1, ("Dit avoir très mal et ne plus pouvoir se lever.",)),
    "PSY_SUICIDE": (1, ("Dit ne plus vouloir vivre. Sans personne à la maison ce soir.",)),
    "SAN_CANICULE": (1, ("Le chauffage ne s’arrête plus, il fait très chaud dans la chambre.",)),
    "SAN_RDV": (
        8,
        (
            "Cherche un médecin depuis le départ en retraite du sien.",
            "N’a pas pu aller à son rendez-vous, faute de transport.",
        ),
    ),
    "SAN_MEDICAMENTS": (7, ("L’ordonnance finit vendredi, personne ne peut aller la chercher.",)),
    "SAN_MATERIEL": (5, ("Le lit médicalisé est en panne, le prestataire ne répond pas.",)),
    "SAN_DROITS": (5, ("Sa carte Vitale n’est plus à jour depuis le déménagement.",)),
    "SAN_ADDICTION": (1, ("Demande à parler à quelqu’un pour arrêter de fumer.",)),
    "PSY_SOUTIEN": (8, ("Ne sort plus depuis un deuil, aimerait en parler.",)),
    "LIEN_ISOLEMENT": (
        16,
        (
            "Ne voit personne de la semaine, aimerait une visite de temps en temps.",
            "Sa fille est repartie à l’étranger. Voudrait des appels réguliers.",
        ),
    ),
    "ALI_URGENCE": (4, ("N’a plus rien dans le placard jusqu’au virement du cinq.",)),
    "ALI_COURSES": (
        16,
        (
            "Ne peut plus porter ses courses, la voisine part à la fin du mois.",
            "La supérette du bourg a fermé, plus de voiture.",
        ),
    ),
    "ALI_PORTAGE": (12, ("Aimerait le portage de repas, au moins trois jours par semaine.",)),
    "AUT_AIDE_DOM": (
        12,
        (
            "L’aide n’est pas venue depuis vendredi, ne peut pas se laver sans elle.",
            "Une heure supprimée sans explication, le service ne rappelle pas.",
        ),
    ),
    "AUT_APA": (
        14,
        (
            "De retour de l’hôpital, demande plus d’heures.",
            "Une facture ne correspond pas aux heures faites.",
        ),
    ),
    "AUT_PCH": (6, ("Dossier déposé en juillet, aucune nouvelle depuis.",)),
    "AUT_TELEASSISTANCE": (9, ("Deux chutes ce mois-ci, voudrait la téléassistance.",)),
    "AUT_AIDANT": (8, ("S’occupe de son conjoint jour et nuit, ne dort plus, cherche un relais.",)),
    "AUT_PROTECTION": (3, ("N’ouvre plus son courrier, une nièce propose d’aider.",)),
    "DRO_RSA": (10, ("Versement suspendu depuis un mois, convocation non reçue.",)),
    "DRO_CAF": (6, ("Aide au logement arrêtée après le changement d’adresse.",)),
    "DRO_RETRAITE": (6, ("Demande de réversion envoyée en mai, sans réponse.",)),
    "DRO_BUDGET": (8, ("Trois factures en retard, ne sait pas par laquelle commencer.",)),
    "LOG_SANS": (1, ("Dort dans sa voiture depuis hier avec son chien.",)),
    "LOG_IMPAYE": (5, ("A reçu une lettre du bailleur, deux loyers de retard.",)),
    "LOG_ENERGIE": (8, ("Coupure annoncée pour le vingt-cinq, chauffage électrique.",)),
    "LOG_INDIGNE": (7, ("La chaudière est en panne depuis dix jours, le bailleur est prévenu.",)),
    "NUM_DEMARCHES": (14, ("Doit faire sa demande en ligne et n’a pas d’ordinateur.",)),
    "ADM_COURRIER": (10, ("A reçu un courrier du Département et ne comprend pas quoi répondre.",)),
    "MOB_TRANSPORT": (10, ("N’a plus de moyen d’aller au marché ni chez le kinésithérapeute.",)),
    "EMP_EMPLOI": (5, ("Cherche une formation à proximité, sans permis.",)),
    "FAM_GARDE": (4, ("Reprend le travail lundi, n’a pas de garde pour le petit de deux ans.",)),
    "PRO_ENFANT": (1, ("Dit que le petit voisin de six ans est souvent seul le soir.",)),
    "PRO_VIOLENCES": (1, ("Dit avoir peur à la maison. À rappeler le matin seulement.",)),
    "PRO_MALTRAITANCE": (1, ("Dit que son neveu garde sa carte et ne lui laisse rien.",)),
    "PRO_ARNAQUE": (4, ("A payé un dépanneur venu sans être appelé, regrette.",)),
    "LAN_INTERPRETE": (4, ("Comprend mal au téléphone, sa petite-fille peut traduire le soir.",)),
    "DIV_ANIMAUX": (4, ("Entre à l’hôpital pour une semaine, personne pour garder le chat.",)),
    "DIV_AUTRE": (5, ("Cherche quelqu’un pour écrire une lettre à son frère.",)),
}
SILENCE: Final = "Répond d’habitude le jour même, rien depuis trois essais."
RING_BACK: Final = ("", "", "le matin", "après 14 h", "entre 11 h et 12 h", "laisser sonner")
NOTES: Final = (
    "A aimé l’appel, le dit deux fois.",
    "Préfère qu’on appelle après le marché.",
    "Parle volontiers de son jardin.",
    "Attend la visite de sa fille dimanche.",
    "Laisser sonner longtemps, le téléphone est loin.",
    "Aime qu’on lui demande des nouvelles du chien.",
    "Prépare l’anniversaire de sa petite-fille.",
    "A repris les mots croisés.",
    "Le facteur passe tous les matins.",
    "Entend mieux quand on parle doucement.",
    "Sort marcher un peu chaque jour.",
    "Préfère l’après-midi.",
)
SILENT_NOTES: Final = (
    "",
    "",
    "",
    "Sonne longtemps, pas de réponse.",
    "À essayer plutôt le soir.",
)
LANGUAGES: Final = ("portugais", "polonais", "arabe", "turc")
MOVED: Final[Mapping[NeedState, tuple[str, ...]]] = {
    NeedState.IN_PROGRESS: (
        "Le service a été appelé, réponse attendue cette semaine.",
        "Dossier complété ensemble au téléphone.",
        "Visite à domicile prévue.",
        "Rendez-vous pris à la Maison des solidarités.",
    ),
    NeedState.WITH_PARTNER: (
        "Le CCAS s’en charge et rappelle.",
        "Le service d’aide à domicile cherche une remplaçante.",
        "Transmis par téléphone, le partenaire a confirmé.",
    ),
    NeedState.WAITING: (
        "Cherche ses papiers et nous rappelle.",
        "Message laissé à sa fille, en attente de sa réponse.",
    ),
}
RE_ROUTED: Final = (
    "Après échange avec la personne, ce service est mieux placé.",
    "La personne a déménagé dans ce secteur.",
)
# Result → what is written at closing, read by the volunteer.
CLOSED: Final[Mapping[Result, tuple[int, tuple[str, ...]]]] = {
    Result.SOLVED: (
        60,
        (
            "Mis en place cette semaine, la personne est prévenue.",
            "Le service est passé, tout est rentré dans l’ordre.",
            "Démarche faite ensemble, la confirmation est arrivée.",
        ),
    ),
    Result.PARTLY: (15, ("Une partie est réglée, la suite est prévue en décembre.",)),
    Result.REFUSED: (8, ("Préfère attendre, sait qui appeler.",)),
    Result.UNREACHABLE: (6, ("Trois appels et un courrier sans réponse.",)),
    Result.NO_SOLUTION: (5, ("Aucun service ne le propose dans sa commune pour le moment.",)),
    Result.DUPLICATE: (3, ("Déjà suivi avec un autre besoin.",)),
    Result.WITHDRAWN: (3, ("A trouvé une solution en famille.",)),
}
PARTNERS: Final[Mapping[PartnerAnswer, tuple[int, str]]] = {
    PartnerAnswer.TAKEN: (60, ""),
    PartnerAnswer.DONE: (20, "Passage fait ce matin."),
    PartnerAnswer.NOT_OURS: (10, "Voir plutôt avec la communauté de communes."),
    PartnerAnswer.MORE: (10, "Il nous manque l’étage et le nom sur la sonnette."),
}
