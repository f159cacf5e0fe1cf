"""What a command says of a list it has read: figures, columns, lines with their reason."""

from typing import Any  # a report is JSON

from appel_solidaire import formats
from appel_solidaire.cli.console import answer

# The stable shape of ``--json``; a report may hold more, for the pages.
SHAPE = (
    "rows", "created", "updated", "unchanged", "refused", "to_confirm", "households", "columns",
    "dropped_columns", "problems", "seconds",
)  # fmt: skip
_SHOWN = 20
_FIGURES = (
    ("created", "nouvelle", "nouvelles"),
    ("updated", "mise à jour", "mises à jour"),
    ("unchanged", "sans changement", "sans changement"),
    ("refused", "refusée", "refusées"),
    ("to_confirm", "à vérifier à la main", "à vérifier à la main"),
)


def tell(report: dict[str, Any], *, confirm: bool, as_json: bool) -> None:
    """Print the report, in its stable shape or in French."""
    answer({name: report[name] for name in SHAPE}, as_json=as_json, say=_said(report, confirm))


def _said(report: dict[str, Any], confirm: bool) -> str:
    figures = [
        f"{formats.number(report[name])} {many if report[name] > 1 else one}"
        for name, one, many in _FIGURES
        if report[name]
    ]
    read = formats.count(report["rows"], "ligne lue", "lignes lues")
    lines = [f"{read} : {', '.join(figures) or 'rien de nouveau'}."]
    if report["households"]:
        lines.append(f"{formats.count(report['households'], 'foyer')}.")
    if report["dropped_columns"]:
        names = ", ".join(header.replace("\n", " ").strip() for header in report["dropped_columns"])
        lines.append(f"Colonnes non reprises : {names}.")
    for problem in report["problems"][:_SHOWN]:
        where = f"Ligne {problem['row']}" if problem["row"] else "Fichier"
        column = problem["column"].replace("\n", " ").strip()
        lines.append(f"  {where}{f', {column}' if column else ''} : {problem['say']}")
    if (more := len(report["problems"]) - _SHOWN) > 0:
        lines.append(f"  … et {formats.number(more)} autres, que --json donne tous.")
    if not confirm:
        lines.append("Rien n’est entré. Pour faire entrer la liste, relancez avec --confirm.")
    return "\n".join(lines)
