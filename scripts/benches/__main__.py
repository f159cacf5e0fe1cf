"""Run one bench and print its figures."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.benches.measure import Figure

_PARTS = {"__init__", "__main__", "measure", "instances", "visitors"}


def main() -> None:
    """Read the command line, run, print."""
    names = sorted(
        path.stem.rstrip("_")
        for path in Path(__file__).parent.glob("*.py")
        if path.stem not in _PARTS
    )
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Mesures, avec leur étalon.")
    parser.add_argument("name", choices=names)
    parser.add_argument("--json", action="store_true", help="écrire un objet JSON")
    name = parser.parse_known_args()[0].name
    bench = importlib.import_module(f"scripts.benches.{'import_' if name == 'import' else name}")
    if hasattr(bench, "add_options"):
        bench.add_options(parser)
    asked = parser.parse_args()
    figures: list[Figure] = bench.run(asked) if hasattr(bench, "add_options") else bench.run()
    if asked.json:
        json.dump({"figures": [figure.as_row() for figure in figures]}, sys.stdout)
        sys.stdout.write("\n")
    else:
        _show(figures)


def _show(figures: list[Figure]) -> None:
    table = Table("mesure", "valeur", "unité", "étalon", "rapport", box=None, pad_edge=False)
    for column in (1, 3, 4):
        table.columns[column].justify = "right"
    for figure in figures:
        table.add_row(
            figure.name,
            _written(figure.value),
            figure.unit,
            _written(figure.yardstick),
            _written(figure.ratio),
        )
    Console().print(table)


def _written(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"


if __name__ == "__main__":
    main()
