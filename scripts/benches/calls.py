"""Reports saved, sheets and people opened by twenty volunteers at once, on the real server.

The yardstick is the bare application (``scripts/yardsticks/bare.py``) under the same server, on
the same kind of database, taking turns. The client is the same for both and shares their cores.
Beside it, what the libraries alone reach when they do what no product can leave out
(``scripts/yardsticks/libraries.py``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from statistics import median, quantiles

from appel_solidaire import story
from appel_solidaire.instance import Instance
from scripts.benches import instances, visitors
from scripts.benches.measure import Figure, in_turns
from tests.servers import free_port

AT_ONCE, EACH, ALONE = 20, 25, 60
SIZE = story.Size(weeks=0)
Ask = Callable[[int, int], None]  # which visitor, which of their requests


def run() -> list[Figure]:
    """Measure on each engine there is."""
    figures: list[Figure] = []
    for engine in instances.engines():
        suffix = "" if engine == "sqlite" else f".{engine}"
        with instances.fresh(engine) as instance, instances.fresh(engine) as other:
            story.tell(instance, SIZE, bar=_silent)
            with visitors.served(instance) as ours, _bare(other) as theirs:
                callers = visitors.entered(instance, ours, count=AT_ONCE)
                figures += _measure(callers, theirs, suffix)
                with _libraries(instance) as alone:  # last: its journal is no journal
                    figures += _left_by_libraries(callers, alone, theirs, suffix)
    return figures


def _silent(_words: str, _steps: int) -> AbstractContextManager[story.Step]:
    return nullcontext(lambda: None)


# The measures ---------------------------------------------------------------------------------


@dataclass(slots=True)
class _Timed:
    """One kind of request, with how long each took."""

    ask: Ask
    connections: Sequence[HTTPConnection]
    seconds: list[float] = field(default_factory=list)

    def crowd(self) -> float:
        """Everybody at once; give the seconds a request takes from the whole.

        The kernel deals connections out to the server's processes, not always in halves: they are
        dealt anew each time, so that one bad deal does not last the whole measure.
        """
        for one in self.connections:
            one.close()
        start = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for each in pool.map(self._one, range(AT_ONCE)):
                self.seconds += each
        return (time.perf_counter() - start) / (AT_ONCE * EACH)

    def alone(self) -> float:
        """One visitor and nobody else; give the median."""
        return median(self._one(0, ALONE))

    def _one(self, visitor: int, count: int = EACH) -> list[float]:
        found = []
        for number in range(count):
            start = time.perf_counter()
            self.ask(visitor, number)
            found.append(time.perf_counter() - start)
        return found


def _measure(callers: Sequence[visitors.Visitor], bare: str, suffix: str) -> list[Figure]:
    strangers = [HTTPConnection(bare) for _ in range(AT_ONCE)]

    def commit(visitor: int, number: int) -> None:
        _commit(strangers[visitor], visitor, number)

    def rows(visitor: int, _number: int) -> None:
        visitors.read(strangers[visitor], "/")

    signed = [caller.connection for caller in callers]
    save = _Timed(lambda visitor, number: callers[visitor].save(number), signed)
    page = _Timed(lambda visitor, _: callers[visitor].open_sheet(), signed)
    person = _Timed(lambda visitor, number: callers[visitor].open_call(number), signed)
    figures = []
    for name, ours, theirs in (
        ("save", save, _Timed(commit, strangers)),
        ("page", page, _Timed(rows, strangers)),
        ("person", person, _Timed(rows, strangers)),
    ):
        ours.crowd(), theirs.crowd()  # warm
        ours.seconds.clear(), theirs.seconds.clear()
        mine, yardstick = in_turns(ours.crowd, theirs.crowd)
        figures.append(Figure(f"calls.{name}s_per_s{suffix}", 1 / mine, "/s", 1 / yardstick))
        for rank in (50, 95, 99):
            value, beside = (_rank(one.seconds, rank) for one in (ours, theirs))
            figures.append(Figure(f"calls.{name}_p{rank}_ms{suffix}", value, "ms", beside))
        alone, beside = in_turns(ours.alone, theirs.alone)
        figures.append(Figure(f"calls.{name}_alone_ms{suffix}", alone * 1000, "ms", beside * 1000))
    return figures


def _left_by_libraries(
    callers: Sequence[visitors.Visitor], alone: str, bare: str, suffix: str
) -> list[Figure]:
    """What the libraries alone reach, doing what no product can leave out."""
    strangers = [HTTPConnection(bare) for _ in range(AT_ONCE)]
    signed = [replace(caller, connection=HTTPConnection(alone)) for caller in callers]
    joined = [caller.connection for caller in signed]
    figures = []
    for name, floor, theirs in (
        ("save", _Timed(lambda visitor, number: signed[visitor].save(number), joined),
         _Timed(lambda visitor, number: _commit(strangers[visitor], visitor, number), strangers)),
        ("page", _Timed(lambda visitor, _: signed[visitor].open_sheet(), joined),
         _Timed(lambda visitor, _: visitors.read(strangers[visitor], "/"), strangers)),
    ):  # fmt: skip
        floor.crowd(), theirs.crowd()  # warm
        most, yardstick = in_turns(floor.crowd, theirs.crowd)
        figures.append(
            Figure(f"calls.libraries_{name}s_per_s{suffix}", 1 / most, "/s", 1 / yardstick)
        )
    return figures


def _commit(stranger: HTTPConnection, visitor: int, number: int) -> None:
    path = f"/place/{visitor * 40 + number % 40 + 1}"
    visitors.send(stranger, path, {"note": "", "outcome": "NON_REPONSE"})


def _rank(seconds: Sequence[float], rank: int) -> float:
    return quantiles(seconds, n=100)[rank - 1] * 1000


@contextmanager
def _libraries(instance: Instance) -> Iterator[str]:
    port = free_port()
    command = ["scripts.yardsticks.libraries", str(instance.config.instance), str(port)]
    public = {"APPEL_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    with visitors.running(command, port, instance, public) as address:
        yield address


@contextmanager
def _bare(instance: Instance) -> Iterator[str]:
    port = free_port()
    folder = str(instance.config.instance)
    command = ["scripts.yardsticks.bare", folder, str(port)]
    with visitors.running(command, port, instance, {"BARE_FOLDER": folder}) as address:
        yield address
