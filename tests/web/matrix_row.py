"""One line of the access matrix: an address, and what each actor is answered."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.web.scene import Scene

ACTORS = (
    "anonymous",
    "volunteer_a",
    "volunteer_b",
    "volunteer_removed",
    "disabled",
    "coordinator_1",
    "coordinator_2",
    "coordination",
    "lead",
    "dpo",
    "partner",  # holds a mailed link, has no account
)
SIGNED_OUT = frozenset({"anonymous", "disabled", "partner"})
WITHOUT_CAMPAIGN = frozenset({"volunteer_removed"})
# Written again here on purpose: the gate's own table is what is being tested.
INSIDERS = {
    "volunteer": frozenset({"volunteer_a", "volunteer_b", "volunteer_removed"}),
    "coordinator": frozenset({"coordinator_1", "coordinator_2", "coordination"}),
    "lead": frozenset({"lead"}),
    "dpo": frozenset({"dpo"}),
    "public": frozenset(ACTORS),
    "partner": frozenset(ACTORS),
    "static": frozenset(ACTORS),
}


@dataclass(frozen=True)
class Row:
    """One address and one method. ``things`` are tried one after the other; "" when it has none."""

    endpoint: str
    method: str
    done: int
    things: tuple[str, ...] = ("",)
    form: dict[str, str] = field(default_factory=dict)  # "{phone_id}" is the thing's own
    stranger: int = 404  # when the thing is not theirs
    works_in_campaign: bool = True
    signed_in: int | None = None  # an answer of its own to who is signed in already

    @property
    def folder(self) -> str:
        """The folder of ``web``."""
        return self.endpoint.partition(".")[0]

    def expected(self, scene: Scene, actor: str, thing: str) -> int:
        """The status this actor is answered about this thing."""
        if actor not in INSIDERS[self.folder]:
            if actor in SIGNED_OUT:
                return 303 if self.method == "GET" else 401
            return 403
        if self.folder == "volunteer" and actor in WITHOUT_CAMPAIGN and self.works_in_campaign:
            return 403
        if thing and not scene.owners[thing] & {actor, "anybody"}:
            return self.stranger
        if self.signed_in is not None and actor not in SIGNED_OUT:
            return self.signed_in
        return self.done


def get(endpoint: str, *things: str, done: int = 200, **more: object) -> Row:
    """A page that is read."""
    return Row(endpoint, "GET", done, things or ("",), **more)  # type: ignore[arg-type]  # Row's own names


def post(endpoint: str, *things: str, done: int = 303, **more: object) -> Row:
    """An act."""
    return Row(endpoint, "POST", done, things or ("",), **more)  # type: ignore[arg-type]  # Row's own names
