"""Who may end a transaction, who may look at the clock, who may roll the dice."""

from __future__ import annotations

import ast

from tests.house import tree

CLOCKS = {"now", "utcnow", "today"}
PURE = ("planner", "routing", "retry", "capacity", "clocks", "values", "weeks", "refusal")
SHELL = "appel_solidaire/"


def calls(source: str, names: set[str]) -> list[str]:
    """Give the lines where a method or function of one of these names is called on the outside.

    ``func.now()`` is the database's own clock: it is a clock too. A bare ``now`` is an argument.
    """
    return [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in names
    ]


def imports(source: str, names: set[str]) -> list[str]:
    """Give the lines where one of these top-level modules is imported."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        else:
            continue
        if any(module.split(".")[0] in names for module in modules):
            lines.append(f"{node.lineno}: {ast.unparse(node)}")
    return lines


def test_commit_stands_in_one_file() -> None:
    found = {
        tree.name(path): lines
        for path in tree.python()
        if tree.name(path) != "appel_solidaire/db.py"
        and (lines := calls(path.read_text(encoding="utf-8"), {"commit"}))
    }
    assert found == {}


def test_only_the_shell_looks_at_the_clock() -> None:
    found = {
        tree.name(path): lines
        for path in tree.python()
        if not tree.name(path).startswith(SHELL)
        and (lines := calls(path.read_text(encoding="utf-8"), CLOCKS))
    }
    assert found == {}


def test_pure_rules_know_neither_tables_nor_clock_nor_chance() -> None:
    forbidden = {"sqlalchemy", "time", "random", "secrets", "flask"}
    found = {
        tree.name(path): lines
        for path in tree.python("campaigns")
        if tree.name(path).removeprefix("campaigns/").split("/")[0].removesuffix(".py") in PURE
        and (lines := imports(path.read_text(encoding="utf-8"), forbidden))
    }
    assert found == {}


def test_a_stray_commit_is_seen() -> None:
    assert calls("def save(session):\n    session.commit()", {"commit"})
    assert not calls("commit = 'commit()'", {"commit"})


def test_a_stray_clock_is_seen() -> None:
    for line in (
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "dt.date.today()",
        "sa.func.now()",
    ):
        assert calls(line, CLOCKS), line
    assert not calls("log(session, at=now)", CLOCKS)


def test_a_stray_import_is_seen() -> None:
    assert imports("from sqlalchemy.orm import Session", {"sqlalchemy"})
    assert imports("import random as r", {"random"})
    assert not imports("from campaigns import weeks", {"sqlalchemy", "time"})
