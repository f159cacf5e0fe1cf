"""Why a whole file is refused, in words a clerk understands, and where to look."""

SAYS = {
    "empty": "Le fichier est vide.",
    "not_a_spreadsheet": (
        "Ce fichier n’est pas un tableur : son contenu ne correspond pas à son extension."
    ),
    "format": "Format non accepté. Formats acceptés : xlsx, xls, ods, csv.",
    "html": (
        "Ce fichier est une page web sans tableau, enregistrée sous un nom de tableur. "
        "Ouvrez-le dans votre tableur et enregistrez-le au format xlsx."
    ),
    "xml_2003": (
        "Ce fichier est un classeur XML d’Excel 2003. "
        "Ouvrez-le dans votre tableur et enregistrez-le au format xlsx."
    ),
    "no_header": "Ligne {line} : aucun titre de colonne sur cette ligne.",
    "no_titles": (
        "Ce fichier n’a pas de ligne de titres : sa première ligne est déjà une personne. "
        "Ajoutez au-dessus « Nom, Prénom, Téléphone… », ou déposez-le sur la page Listes, "
        "où vous direz ce que contient chaque colonne."
    ),
    "sideways": (
        "Ce tableau est couché : les titres sont l’un sous l’autre, les personnes l’une à côté de "
        "l’autre. Copiez-le, puis collez-le avec « Transposer », une personne par ligne."
    ),
    "too_heavy": "Le fichier dépasse {megabytes} Mo.",
    "damaged": (
        "Le fichier est incomplet ou abîmé. Enregistrez-le de nouveau puis réessayez."
    ),
    "protected": "Le fichier est protégé par un mot de passe. Retirez la protection.",
    "swollen": "Le fichier est anormalement volumineux une fois ouvert. Import refusé.",
    "too_wide": (
        "Le tableau annonce trop de lignes ou de colonnes ({rows} × {columns} au plus)."
    ),
    "forbidden": "Le fichier contient des éléments interdits. Import refusé.",
    "macros": "Le fichier contient des macros. Enregistrez-le au format xlsx simple.",
    "no_sheet": "Aucune feuille visible avec des données.",
    "no_name": "Colonne « Nom » introuvable. Colonnes lues : {read}",
    "no_column": "Colonne « {column} » introuvable. Colonnes lues : {read}",
    "encoding": "Les accents sont illisibles. Choisissez l’encodage.",
    "open_quote": "Ligne {line} : guillemet non fermé.",
    "long_line": "Ligne {line} : ligne trop longue.",
    "unknown_sheet": "La feuille « {sheet} » n’existe pas dans ce fichier.",
}  # fmt: skip


class Unreadable(Exception):  # noqa: N818  the field's word: an answer about a file, not a fault
    """Raised when a file cannot be taken in at all.

    ``code`` is a key of ``SAYS``; ``say`` is the French sentence shown as it stands.
    """

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.details = details
        self.say = SAYS[code].format(**details)
        super().__init__(self.say)
