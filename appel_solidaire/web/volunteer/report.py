"""The form of a report on the call page: what is the same for everybody is rendered once.

A page that opens is nearly always untouched, and then the whole form is one part kept in the
process. One that comes back with answers still has its questions and its empty need from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import flask
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from appel_solidaire.web.volunteer import aside, filling, stencils
from appel_solidaire.web.volunteer.filling import NeedBlock
from appel_solidaire.web.volunteer.forms import CallForm, NeedForm, Offer
from campaigns import alarms
from campaigns.models import Phone

# The questions of _answers.html.
_QUESTIONS = (
    "spoke",
    "situation_oui",
    "situation_sonne",
    "situation_plus_tard",
    "situation_mauvais_numero",
    "situation_autre",
    "message_left",
    "mood",
)
_UNANSWERED = (None,) * len(_QUESTIONS)


class Opened(NamedTuple):
    """What an untouched form depends on, and nothing of anybody."""

    offer: Offer
    no_message: bool
    is_informed: bool
    has_several: bool  # telephones
    best_half: str
    rang_back: bool
    contact: aside.Contact


@dataclass(frozen=True, slots=True)
class _Row:
    """What a template asks of a line or of a person for an address."""

    id: int


def untouched(
    opened: Opened,
    *,
    line_id: int,
    person_id: int,
    key: str,
    seen: int,
    dialled: object,
    dials: Markup,
    helped: Markup,
    manner: str,
) -> Markup:
    """The form as the page opens, nothing being answered yet."""
    return stencils.part(
        "volunteer/_call_report.html",
        _untouched,
        opened,
        holes={
            "line_id": line_id,
            "person_id": person_id,
            "token": generate_csrf(),
            "key": key,
            "seen": seen,
            "dialled": dialled,
            "dials": dials,
            "helped": helped,
            "manner": manner,
        },
    )


def answers(form: CallForm, offer: Offer, *, no_message: bool) -> Markup | None:
    """The questions with their answers; None when one of them is wrong, which is said there."""
    fields = [form[name] for name in _QUESTIONS]
    said = tuple(field.data or None for field in fields)
    known = all(
        one is None or any(one == choice.value for choice in field.choices)
        for one, field in zip(said, fields, strict=True)
    )
    if not known or any(field.errors for field in (*fields, form.short)):
        return None
    return _asked(offer, said, bool(form.short.data), no_message)


def blank(line_id: int, count: int) -> Markup | None:
    """The need the page adds by itself; none once there are as many as it takes."""
    if not 0 <= count < filling.MOST_NEEDS:
        return None
    holes = {"line_id": line_id, "token": generate_csrf()}
    return stencils.part("volunteer/_need.html", _blank, count, holes=holes)


def dials(phones: Sequence[Phone], dialled: object) -> Markup:
    """Which number was dialled, asked when there are several."""
    if len(phones) < 2:
        return Markup()
    return _rendered("volunteer/_call_dialled.html", phones=phones, dialled=dialled)


def helped(asked: Mapping[str, Any]) -> Markup:  # Any: as ``aside.context`` gives it
    """The needs closed since, asked about when there are any."""
    return _rendered("volunteer/_call_helped.html", **asked) if asked["asked_back"] else Markup()


def _asked(offer: Offer, said: tuple[str | None, ...], is_short: bool, no_message: bool) -> Markup:
    return stencils.part(
        "volunteer/_answers.html", _answered, offer, said, is_short, no_message, holes={}
    )


def _answered(
    offer: Offer, said: tuple[str | None, ...], is_short: bool, no_message: bool
) -> Mapping[str, Any]:
    form = CallForm(formdata=None)
    form.show(offer)
    for name, answer in zip(_QUESTIONS, said, strict=True):
        form[name].data = answer
    form.short.data = is_short
    return {"form": form, "no_message": no_message, "is_keyed": True}


def _blank(count: int, *, line_id: int, token: int) -> Mapping[str, Any]:
    block = NeedBlock(NeedForm(count, MultiDict()), None, {}, {})
    return {"line": _Row(line_id), "block": block, "csrf_token": lambda: token}


def _untouched(
    opened: Opened, *, line_id: int, person_id: int, token: int, key: int, manner: int, **holes: int
) -> Mapping[str, Any]:
    form = CallForm(formdata=None)
    form.key.data, form.need_count.data = str(key), 0
    blank_holes = {"line_id": line_id, "token": token}
    how = {"moment": opened.best_half, "facon": manner}
    return {
        **opened._asdict(),
        **holes,
        "form": form,
        "line": _Row(line_id),
        "person": _Row(person_id),
        "csrf_token": lambda: token,
        "answers": _asked(opened.offer, _UNANSWERED, False, opened.no_message),
        "blocks": [],
        "blank": stencils.part("volunteer/_need.html", _blank, 0, holes=blank_holes),
        "most_needs": filling.MOST_NEEDS,
        "halves": aside.HALVES,
        "how": how | {f"{name}-vu": value for name, value in how.items()} | {"prevenir": ""},
        "was_reread": lambda: False,
        "worries": list(alarms.Worry),
        "worry": "",
    }


def _rendered(template: str, **context: Any) -> Markup:  # Any: what a template takes
    text = flask.current_app.jinja_env.get_template(template).render(context)
    return Markup(text)  # noqa: S704  # nosec B704  a template’s: it escapes
