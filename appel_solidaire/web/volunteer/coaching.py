"""The writing coach beside a free text, and the buttons of the guide that begin a need.

It proposes and never stands in the way: with JavaScript the advice comes while typing; without, the
page comes back once with it, save for an urgent need.
"""

import flask

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint, filling, page
from appel_solidaire.web.volunteer.filling import NeedBlock
from appel_solidaire.web.volunteer.forms import CallForm
from campaigns import coach, reference
from campaigns.coach import Advice
from campaigns.models import Agreement, Line
from campaigns.reference import Urgency
from campaigns.retry import Spoke

REREAD = (
    "Avant d’enregistrer, relisez les mots signalés : la personne peut lire cette fiche. "
    "Vous pouvez aussi enregistrer tel quel."
)
_URGENT = frozenset({Urgency.U0, Urgency.U1})


@blueprint.post("/relecture", endpoint="coach")
@gate.only_reads
def reread() -> str:
    """What a text being typed had better not say. Keeps nothing and notes nothing."""
    name = flask.request.form.get("champ", "")
    text = _lines(flask.request.form.get(name, ""))
    return flask.render_template("volunteer/_advice.html", text=text, name=name)


@blueprint.app_template_global("advices")
def advices(text: str | None) -> list[tuple[Advice, str, str]]:
    """Each advice about a text, with the words it replaces and the text once accepted."""
    text = _lines(text or "")
    return [
        (one, text[one.start : one.end], coach.softened(text, one)) for one in coach.advise(text)
    ]


@blueprint.app_template_global("was_reread")
def was_reread() -> bool:
    """Whether this page comes back with the advice of the coach: the next save keeps all."""
    return bool(flask.g.get("was_reread", False))


def page_after(line: Line, form: CallForm) -> str | None:
    """The page after a button that saves nothing: an advice accepted, a need of the guide begun."""
    act, _, about = flask.request.form.get("action", "").partition(":")
    if act == "ajouter" and not about:
        form.need_count.data = (form.need_count.data or 0) + 1
        return page.show(line, form)
    if act == "ajouter" and about in reference.categories():
        return _with_need(line, form, about)
    if act == "remplacer":
        return _softened(line, form, about)
    return None


def is_to_reread(form: CallForm, blocks: list[NeedBlock]) -> bool:
    """Whether the page comes back once with the advice: without JavaScript, and nothing urgent."""
    if "relire" not in flask.request.form or any(_is_urgent(block) for block in blocks):
        return False
    texts = [form.note.data, *(block.form.text.data for block in blocks)]
    flask.g.was_reread = any(coach.advise(_lines(text or "")) for text in texts)
    return bool(flask.g.was_reread)


def _is_urgent(block: NeedBlock) -> bool:
    if block.form.agreement.data == Agreement.VITAL.value:
        return True
    return block.preview is not None and block.preview.urgency in _URGENT


def _with_need(line: Line, form: CallForm, category: str) -> str:
    """The page with one more need, its category chosen: she was spoken to, then."""
    count = min((form.need_count.data or 0) + 1, filling.MOST_NEEDS)
    form.need_count.data = count
    form.spoke.data = form.spoke.data or Spoke.YES.value
    needs = filling.need_forms(count)
    if needs and not needs[-1].category.data:
        needs[-1].category.data = category
    return page.show(line, form, need_blocks=page.blocks_of(line, needs, form))


def _softened(line: Line, form: CallForm, about: str) -> str:
    """The page with one advice accepted; ``about`` names the field and the advice."""
    name, _, number = about.rpartition(":")
    blocks = page.blocks(line, form)
    for field in (form.note, *(block.form.text for block in blocks)):
        found = advices(field.data)
        wanted = {str(at): softer for at, (*_, softer) in enumerate(found)}
        if field.name == name and number in wanted:
            field.data = wanted[number]
    return page.show(line, form, need_blocks=blocks)


def _lines(text: str) -> str:
    """A text with the ends of line a browser counts with."""
    return text.replace("\r\n", "\n")
