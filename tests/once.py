"""What is computed once a run of tests, not once a test: compiled templates, addresses, SQL.

Each test has an application and a database of its own, whose templates, 430 addresses and
statements are those of every other. Compiling them again was more than half of the work.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

import flask
import jinja2
import sqlalchemy as sa
from werkzeug.routing import Rule


class _Templates(jinja2.BytecodeCache):
    """Compiled templates, by file and content, for as long as the run lasts."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if bucket.code is not None:
            self.codes[bucket.key, bucket.checksum] = bucket.code


def compile_once() -> None:
    """Have every application and every engine of this process share what compiling gave the first."""
    _templates_and_addresses()
    _statements()


def _templates_and_addresses() -> None:
    flask.Flask.jinja_options = {**flask.Flask.jinja_options, "bytecode_cache": _Templates()}
    compile_builder = Rule._compile_builder  # what builds an address: a function of its rule alone
    built: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def remembered(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        defaults = tuple(sorted((self.defaults or {}).items()))
        key = (tuple(self._trace), defaults, append_unknown)
        if key not in built:
            built[key] = compile_builder(self, append_unknown)
        return built[key]

    Rule._compile_builder = remembered  # type: ignore[method-assign]  # no setting does this


def _statements() -> None:
    create_engine = sa.create_engine
    firsts: dict[tuple[object, ...], sa.Engine] = {}

    def sharing(*args: Any, **options: Any) -> sa.Engine:  # Any: what create_engine takes
        engine = create_engine(*args, **{"query_cache_size": 20_000} | options)
        key = (type(engine.dialect), engine.dialect.dbapi)
        if (first := firsts.get(key)) is not None:
            # Statements are kept by dialect: engines that share one share them.
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        else:
            # A dialect learns about its server at the first connection: shared from then on.
            sa.event.listen(
                engine, "engine_connect", lambda _: firsts.setdefault(key, engine), once=True
            )
        return engine

    sa.create_engine = sharing
