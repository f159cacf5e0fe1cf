"""A rule said no, in words a person understands."""


class Refusal(Exception):  # noqa: N818  the field's word: a refusal is an answer, not a fault
    """Raised when a rule refuses an act.

    ``str(refusal)`` is a French sentence shown as it stands: what is refused, and what to do.
    ``field`` names the form field concerned, when there is one.
    """

    def __init__(self, say: str, *, field: str | None = None) -> None:
        super().__init__(say)
        self.say = say
        self.field = field
