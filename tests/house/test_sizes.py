"""A file, a function, a template that has outgrown its cap lacks a noun."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house import tree

FUNCTION = 40
FILE, TEST_FILE, TEMPLATE = 300, 500, 150


def too_long(source: str, cap: int) -> list[str]:
    """Say whether a file is over its cap of lines."""
    count = len(source.splitlines())
    return [f"{count} lines, {cap} at most"] if count > cap else []


def long_functions(source: str) -> list[str]:
    """Name the functions over the cap; decorators do not count, the docstring does."""
    return [
        f"line {node.lineno}: {node.name} has {length} lines, {FUNCTION} at most"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION
    ]


@pytest.mark.parametrize("path", tree.python() + tree.scripts(), ids=tree.name)
def test_a_file_of_code_is_short(path: Path) -> None:
    assert too_long(path.read_text(encoding="utf-8"), FILE) == []


@pytest.mark.parametrize("path", tree.python("tests"), ids=tree.name)
def test_a_file_of_tests_is_short(path: Path) -> None:
    assert too_long(path.read_text(encoding="utf-8"), TEST_FILE) == []


def test_a_template_is_short() -> None:
    found = {
        tree.name(p): too_long(p.read_text(encoding="utf-8"), TEMPLATE) for p in tree.templates()
    }
    assert {where: fault for where, fault in found.items() if fault} == {}


@pytest.mark.parametrize("path", tree.python(), ids=tree.name)
def test_a_function_is_short(path: Path) -> None:
    assert long_functions(path.read_text(encoding="utf-8")) == []


def test_an_overgrown_file_is_seen() -> None:
    assert too_long("a = 1\n" * 301, FILE)
    assert not too_long("a = 1\n" * 300, FILE)


def test_an_overgrown_function_is_seen() -> None:
    body = "    a = 1\n"
    assert long_functions("def f():\n" + body * 40)
    assert not long_functions("@decorated\ndef f():\n" + body * 39)
    assert long_functions("class C:\n  async def f(self):\n" + body * 40)
