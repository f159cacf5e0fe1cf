"""The call page as a volunteer filled it in."""

import json
from dataclasses import dataclass
from hashlib import sha256

from campaigns import needs, retry
from campaigns.calls import loops


@dataclass(frozen=True, slots=True)
class Filled:
    """The call page, filled in. ``key``, drawn by the page, makes a second sending harmless.

    ``is_past``: made off screen and told afterwards, also of whoever is not to be called any more.
    ``rang_back``: the person rang, which is no attempt; ``is_heavy``: « appel difficile ».
    ``guide_id``: the version of the guide the page showed, 0 for the one in use.
    """

    key: str
    person_id: int
    answers: retry.Answers
    note: str = ""
    phone_id: int | None = None
    informed: bool = False
    language: str = ""
    drafts: tuple[needs.Draft, ...] = ()
    is_past: bool = False
    aside: loops.Aside = loops.NOTHING
    rang_back: bool = False
    is_heavy: bool = False
    guide_id: int = 0

    def digest(self) -> str:
        """Tells a replay from a change."""
        told = [
            self.person_id,
            repr(self.answers),
            self.note,
            self.phone_id,
            self.informed,
            self.language,
            [repr(draft) for draft in self.drafts],
            # Only when said: a report kept before these questions existed is still itself.
            *([repr(self.aside)] if self.aside != loops.NOTHING else []),
            *([self.aside.contact] if self.aside.contact else []),
            *(name for name in ("rang_back", "is_heavy") if getattr(self, name)),
        ]
        return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
