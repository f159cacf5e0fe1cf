"""The project's files, as the house tests walk them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

VALUE = "\u0001"  # stands where a text has a value
ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("appel_solidaire", "campaigns", "importers")
# Written by others (vendored files), or by Alembic and read once.
NOT_OURS = (
    "appel_solidaire/static/vendor/",
    "campaigns/migrations/versions/",
    "tests/samples/",  # lists as offices write them, in any encoding
)
TEXT = {".py", ".html", ".txt", ".md", ".css", ".js", ".toml", ".csv", ".svg", ".mako", ".yml", ""}


def name(path: Path) -> str:
    """Return a file's path from the project's root, as it is written in a failure."""
    return path.relative_to(ROOT).as_posix()


def python(*folders: str) -> list[Path]:
    """Return the Python files of some folders (the three packages unless told), in order."""
    return [path for path in _files(folders or PACKAGES) if path.suffix == ".py"]


def scripts() -> list[Path]:
    """Return the commands of scripts/, which have no suffix."""
    return list(_files(("scripts",)))


def templates() -> list[Path]:
    """Return the templates, mails included."""
    return list(_files(("templates",)))


def texts() -> list[Path]:
    """Return every text file that is ours, wherever it stands."""
    folders = (*PACKAGES, "templates", "tests", "scripts", "docs", ".ci")
    tops = [path for path in sorted(ROOT.iterdir()) if path.is_file()]
    return [path for path in (*_files(folders), *tops) if path.suffix in TEXT]


def strings(source: str, *, docstrings: bool) -> list[tuple[ast.expr, str]]:
    """Give each text written in a Python source; in f-strings a sign stands for each value."""
    tree = ast.parse(source)
    described = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    passed = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, described) and node.body and isinstance(node.body[0], ast.Expr)
    }
    found: list[tuple[ast.expr, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            passed |= {id(part) for part in node.values}
            parts = (
                part.value if isinstance(part, ast.Constant) else VALUE for part in node.values
            )
            found.append((node, "".join(map(str, parts))))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [(node, node.value)] if docstrings or id(node) not in passed else []
    return found


def _files(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            ours = "__pycache__" not in path.parts and not name(path).startswith(NOT_OURS)
            if ours and path.is_file():
                yield path
