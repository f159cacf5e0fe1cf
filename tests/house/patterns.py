"""Every regular expression of the product, against texts written to make it slow (S16).

Run by itself (``python -m tests.house.patterns``), under a limit of processor time: it prints, as
JSON, how many patterns there are, those nobody could make, and those that are slow.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import json
import re
import resource
import runpy
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import thread_time
from types import SimpleNamespace
from typing import Any  # modules hold anything, and a pattern reads letters or bytes

from tests.house import tree

# Seconds of processor, never of the clock: a busy machine changes nothing. A harmless pattern
# takes some hundredths, one whose work grows with the square of the letters twice this or more.
WHOLE_SECONDS = 90
TEXT_SECONDS = 2.0
LETTERS = 50_000
_FEW, _AT_ONCE = 2_000, 0.0007  # a text read at once in short is not tried at length

# Where a pattern only ever meets a bounded text: file and name, longest text, what bounds it.
BOUNDED: dict[tuple[str, str], tuple[int, str]] = {
    ("campaigns/sheets/languages.py", "_BETWEEN"): (120, "columns person.language, user.languages"),
    ("importers/vocabulary.py", "_TAIL"): (120, "_LONGEST_TITLE is looked at before"),
    ("scripts/typeset", "TAG"): (8_000, "our own templates, of 150 lines at most"),
    ("scripts/typeset", "kept"): (8_000, "our own templates, of 150 lines at most"),
}
_WHOLE = {"match", "fullmatch"}
# What comes first may open a group; what is repeated wears it out; the odd letter refuses it.
_HEADS = ("a", "1", "80100")
_REPEATED = ("a", "1", " ", "a@", "\n", "-", " a", "1 ", "a1", "1.", "a-")


@dataclass(frozen=True, slots=True)
class Kept:
    """A pattern, where it is made, the name it is kept under, and how it is used."""

    pattern: re.Pattern[Any]
    where: str
    name: str
    ways: tuple[str, ...]

    @property
    def said(self) -> str:
        """The pattern as text, if it reads bytes too."""
        said = self.pattern.pattern
        return said if isinstance(said, str) else str(said, "latin-1")


def kept() -> tuple[list[Kept], list[str]]:
    """Every pattern, each once; and the calls whose pattern nobody could make."""
    found: dict[tuple[object, int], Kept] = {}
    unknown: list[str] = []
    for path in _files():
        source = path.read_text(encoding="utf-8")
        if "import re\n" not in source:
            continue
        for call, name in _calls(ast.parse(source)):
            where = f"{tree.name(path)}:{call.lineno}"
            patterns = _made(call, path)
            unknown += [] if patterns else [where]
            for one in patterns:
                ways = _ways(call, name, source)
                found.setdefault((one.pattern, one.flags), Kept(one, where, name, ways))
    return list(found.values()), unknown


def _files() -> Iterator[Path]:
    for path in (*tree.python(), *tree.scripts()):
        if path.suffix == ".py" or path.open("rb").read(32).startswith(b"#!/usr/bin/env python"):
            yield path


def _calls(module: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """The calls of ``re`` that take a pattern, with the name the outcome is kept under."""
    names = {
        id(node.value): node.targets[0].id
        for node in ast.walk(module)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=way)) if way != "escape":
                yield node, names.get(id(node), "")


def _made(call: ast.Call, path: Path) -> list[re.Pattern[Any]]:
    """The patterns of a call: from its own words, else as its module makes them."""
    way = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    place = list(inspect.signature(getattr(re, way)).parameters).index("flags")
    flags = [*(each.value for each in call.keywords if each.arg == "flags"), *call.args[place:]]
    made = ast.Call(ast.parse("re.compile", mode="eval").body, [call.args[0], *flags], [])
    code = compile(ast.fix_missing_locations(ast.Expression(made)), "read", "eval")
    name = tree.name(path)
    for names in (_words_of, _inside, _names_of):
        try:
            return [eval(code, {**names(name), "re": re})]  # noqa: S307  # our own source
        except NameError:
            continue
    _names_of(name)
    return _heard.get((str(path), call.lineno), [])


_heard: dict[tuple[str, int], list[re.Pattern[Any]]] = {}
_compiled = re.compile


def _listen(pattern: Any, flags: Any = 0) -> re.Pattern[Any]:
    """As ``re.compile``, and noted: what a module makes of other things is known so."""
    caller = sys._getframe(1)
    one: re.Pattern[Any] = _compiled(pattern, flags)
    _heard.setdefault((caller.f_code.co_filename, caller.f_lineno), []).append(one)
    return one


@functools.cache
def _words_of(name: str) -> dict[str, Any]:
    """The names a module gives to a text, without opening it."""
    return {
        node.targets[0].id: node.value.value
        for node in ast.parse((tree.ROOT / name).read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }


@functools.cache
def _names_of(name: str) -> dict[str, Any]:
    """The names of a module, opened while we listen; and those inside its functions."""
    if name.startswith("scripts/"):
        return {**runpy.run_path(str(tree.ROOT / name), run_name="read"), **_inside(name)}
    dotted = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    module = vars(importlib.import_module(dotted))
    if name == "campaigns/values/phones.py":
        module["_quick"].__wrapped__("FR")
    return {**module, **_inside(name)}


def _inside(name: str) -> dict[str, object]:
    """What the names inside a function hold, where a pattern is made in the course of things."""
    if name == "importers/reach.py":
        from importers.caps import Caps

        repeated = b"table:number-columns-repeated"
        return {"prefix": b"x:", "name": repeated, "self": SimpleNamespace(caps=Caps())}
    if name == "importers/agreed.py":
        lists = ("directory", "routes", "territories", "volunteers")
        of = [importlib.import_module(f"importers.{one}")._FIELDS.values() for one in lists]
        return {"pattern": "|".join(f"(?:{each})" for fields in of for each in fields)}
    names: dict[str, object] = {
        "longest": ["Anne-Marie Delatour", "a a a", "Rose"],
        "name": "phone",
    }
    return names if name in ("campaigns/rights/masks.py", "scripts/vendor") else {}


def _ways(call: ast.Call, name: str, source: str) -> tuple[str, ...]:
    """How a pattern is used: one that is only read from the start is not sought everywhere."""
    used = {call.func.attr if isinstance(call.func, ast.Attribute) else ""}
    if used == {"compile"}:
        uses = re.findall(rf"\b{name}\b(?:\.(\w+)\()?", source)[1:]  # after its own line
        used = set(uses) if name.startswith("_") or name.islower() else {"", *_WHOLE}
    sought = () if used and used <= _WHOLE else ("finditer",)
    return (*sorted(used & _WHOLE), *sought)


def slow(one: Kept) -> str:
    """The text that makes a pattern slow, as « '80100' + ' '… + '' »; empty when none does."""
    letters, _ = BOUNDED.get((one.where.partition(":")[0], one.name), (LETTERS, ""))
    at_once = _AT_ONCE * (1 + len(one.said) / 500)  # many alternatives: as much work a letter
    for head, unit, end in _texts(one.said):
        if _seconds(one, head, unit, end, min(_FEW, letters)) < at_once:
            continue
        if _seconds(one, head, unit, end, letters) >= TEXT_SECONDS:
            return f"{head!r} + {unit!r}… + {end!r}"
    return ""


def _texts(said: str) -> Iterator[tuple[str, str, str]]:
    """A beginning, what is written again and again, and an end: usual letters, its own pieces."""
    bare = re.sub(r"\\[a-zA-Z]|\(\?[a-zA-Z:=!<]+|[\\()\[\]{}*+?|^$]", "\x00", said)
    pieces = [piece for piece in dict.fromkeys(bare.split("\x00")) if piece][:8]
    signs = [sign for sign in dict.fromkeys(said) if not sign.isalnum()][:12]
    for unit in dict.fromkeys([*_REPEATED, *pieces, *signs]):
        yield from (("", unit, ""), ("", unit, "\x00"))
    for head in (*_HEADS, *pieces):
        yield from ((head, unit, "\x00") for unit in _REPEATED[:6])


class _TooLongError(Exception):
    """One text took all its time."""


def _too_long(*_: object) -> None:
    raise _TooLongError


def _seconds(one: Kept, head: str, unit: str, end: str, letters: int) -> float:
    text: Any = head + unit * (letters // len(unit)) + end
    if isinstance(one.pattern.pattern, bytes):
        text = text.encode("latin-1", "replace")
    begun = thread_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, TEXT_SECONDS)
    try:
        for way in one.ways:
            found = getattr(one.pattern, way)(text)
            if way == "finditer":
                sum(1 for _ in found)
    except _TooLongError:
        return TEXT_SECONDS
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return thread_time() - begun


def main() -> None:
    """Print what is known and what is slow, as JSON."""
    resource.setrlimit(resource.RLIMIT_CPU, (WHOLE_SECONDS, WHOLE_SECONDS))
    signal.signal(signal.SIGVTALRM, _too_long)
    re.compile = _listen
    patterns, unknown = kept()
    re.compile = _compiled
    found = {f"{one.where} {one.name} {one.said[:60]}": slow(one) for one in patterns}
    bad = {where: text for where, text in found.items() if text}
    yardstick = Kept(re.compile(r"\s*x"), "", "", ("finditer",))
    known = sorted({one.where.partition(":")[0] for one in patterns})
    said = {"files": known, "unknown": unknown, "slow": bad, "yardstick": slow(yardstick)}
    print(json.dumps({"count": len(patterns), **said}))


if __name__ == "__main__":
    main()
