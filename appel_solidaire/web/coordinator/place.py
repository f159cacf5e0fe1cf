"""Where somebody stands in their list of needs: kept in addresses, from the list and back.

Nobody loses their tab, their filters nor their line by acting on a need, and the next one is one
click away. A name searched stands in no address: what a search found has no place.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import flask

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from campaigns.needs import Basket
from campaigns.needs.finding import Filters
from campaigns.needs.inbox import ids_from

PER_PAGE = 50
_FARTHEST = 100_000


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a tab: its ``rank`` from 1, in the order the filters ask for."""

    basket: Basket
    filters: Filters
    rank: int

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Place | None":
        """Read an address or a form; None when it says no line."""
        baskets = {basket.value: basket for basket in Basket}
        basket, rank = baskets.get(args.get("panier", "")), args.get("rang", "")
        if basket is None or not (rank.isascii() and rank.isdigit() and len(rank) < 7):
            return None
        return cls(basket, Filters.of(args), min(max(int(rank), 1), _FARTHEST))

    def args(self, rank: int | None = None) -> dict[str, str]:
        """The same as an address writes it, at this line or at another."""
        kept = {"panier": self.basket.value, **self.filters.args()}
        return {**kept, "rang": str(rank or self.rank)}

    @property
    def back(self) -> str:
        """The address of the list, at the same line."""
        args = {name: value for name, value in self.args().items() if name != "rang"}
        page = (self.rank - 1) // PER_PAGE + 1
        if page > 1:
            args["page"] = str(page)
        line = f"rang-{self.rank}"
        return flask.url_for("coordinator.inbox", _anchor=line, **args)  # type: ignore[arg-type]  # any value

    def following(self, need_id: int) -> str | None:
        """The address of the need after this one; None at the end.

        One that has just left the list has its line taken by the next.
        """
        found = ids_from(
            gate.db(),
            gate.me(),
            gate.campaign(),
            self.basket,
            self.filters,
            at=gate.now(),
            offset=self.rank - 1,
            limit=2,
        )
        for rank, other in enumerate(found, self.rank):
            if other != need_id:
                args = self.args(rank)
                return flask.url_for("coordinator.need", need_id=other, **args)  # type: ignore[arg-type]  # any value
        return None


def here() -> Place | None:
    """The place the address of the page says."""
    return Place.of(flask.request.args)


def back() -> str:
    """The list somebody came from, at their line; the inbox when they came from elsewhere."""
    place = here() or Place.of(flask.request.form)
    return place.back if place else flask.url_for("coordinator.inbox")


@blueprint.url_defaults
def keep(_endpoint: str, values: dict[str, object]) -> None:
    """Every address of the need on the page keeps its place: acts, answers, what comes after."""
    if not flask.has_request_context() or "need_id" not in values:
        return
    place = here()
    if place and (flask.request.view_args or {}).get("need_id") == values["need_id"]:
        for name, value in place.args().items():
            values.setdefault(name, value)
