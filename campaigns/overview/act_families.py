"""Acts that are looked for together: views, exports, imports, reroutes, rights."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.overview.act_words import ACTIONS


@dataclass(frozen=True, slots=True)
class Family:
    """Acts that are looked for together."""

    label: str
    acts: frozenset[str]


def _family(label: str, *beginnings: str) -> Family:
    """The acts whose code begins so; every act of that name to come is one of them."""
    return Family(label, frozenset(code for code in ACTIONS if code.startswith(beginnings)))


FAMILIES: Mapping[str, Family] = {
    "views": Family(
        "Fiches, numéros et feuilles consultés",
        frozenset(
            {
                "alarm_read",
                "journal_searched",
                "number_shown",
                "person_opened",
                "reading_slowed",
                "referral_opened",
                "sheet_read",
                "signal_opened",
                "text_opened",
            }
        ),
    ),
    "exports": _family(
        "Exports et feuilles sorties", "export", "people_exported", "sheet_issued", "corrections_"
    ),
    "imports": _family("Listes importées", "import_", "source_"),
    "reroutes": _family("Besoins réorientés", "need_rerouted", "need_handed", "routes_"),
    "rights": _family(
        "Comptes et droits d’accès",
        "user_",
        "coverage_",
        "deputy_",
        "exposure_",
        "volunteer_",
        "signed_in",
    ),
    "people": _family(
        "Droits des personnes", "rights_", "person_erased", "person_stopped", "person_restarted"
    ),
    "purges": _family("Conservation, sauvegardes", "purge", "retention", "backup_"),
}
