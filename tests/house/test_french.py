"""Everything a user reads is typeset as French is."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tests.house import french, tree

NBSP = "\u00a0"


# Words as they are met in the files of others, to be recognised: nobody reads them here.
WORDS_OF_OTHERS = {"importers/vocabulary.py"}
SENTENCES = [path for path in tree.python() if tree.name(path) not in WORDS_OF_OTHERS]


@pytest.mark.parametrize("path", SENTENCES, ids=tree.name)
def test_sentences_in_the_code_are_typeset(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    # Docstrings are for developers, in English; those of the commands are their French help.
    docstrings = path.name == "cli.py" or "cli" in path.parts
    found = [
        f"line {node.lineno}: {fault}"
        for node, text in tree.strings(source, docstrings=docstrings)
        for fault in french.faults(text)
        # In code, a missing space is a pattern or a sign by itself as often as a sentence.
        if not fault.startswith("no space")
    ]
    assert found == []


def test_templates_are_typeset() -> None:
    found = {
        tree.name(path): faults
        for path in tree.templates()
        if (
            faults := [
                fault
                for text in french.texts_of(path.read_text(encoding="utf-8"), html=_is_html(path))
                for fault in french.faults(text)
            ]
        )
    }
    assert found == {}


def _is_html(path: Path) -> bool:
    return path.suffix == ".html"


@pytest.mark.parametrize(
    "text",
    [
        "Gardez l'adresse",
        "Aujourd'hui",
        "Comment va-t-elle ?",
        "Danger?",
        "Il dit « oui »",
        "«Oui»",
        "Besoin : portage de repas",
        "Fini \n !",
    ],
)
def test_a_badly_typeset_text_is_seen(text: str) -> None:
    assert french.faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "Gardez l’adresse",
        f"Comment va-t-elle{NBSP}? «{NBSP}Bien{NBSP}»{NBSP}!",
        f"Besoin{NBSP}: portage",
        "Fini\u202f!",
        "14:30",
        "the volunteer's own sheet",
        "SELECT a FROM b WHERE c = :id",
    ],
)
def test_a_well_typeset_text_passes(text: str) -> None:
    assert french.faults(text) == []


@pytest.mark.parametrize(
    "template",
    [
        "<h1>L'appel</h1>",
        "<p><b>Danger</b> ? Gardez</p>",
        "<p>{{ count }} besoins : {{ more }}</p>",
        "<input aria-label='Que dire ?'>",
        '{{ button("Envoyer tout de suite ?") }}',
        "{% set title = 'Besoin : suite' %}",
    ],
)
def test_a_badly_typeset_template_is_seen(template: str) -> None:
    assert [f for text in french.texts_of(template, html=True) for f in french.faults(text)]


def test_a_sentence_with_values_is_one_text() -> None:
    source = 'def f():\n    """Doc : string."""\n    return f"Feuille {sheet} : {rows} lignes"'
    ((_, text),) = tree.strings(source, docstrings=False)
    assert french.faults(text)


def test_what_nobody_reads_is_not_looked_at() -> None:
    template = (
        "{# l'essai : rien #}<a href=\"?q=l'x\" class='a : b'>{{ 'a' if b else 'c' }}</a>"
        "<dt>Besoin&nbsp;:</dt>{{ url_for('x', q=\"d'y\") }}"
    )
    assert [f for text in french.texts_of(template, html=True) for f in french.faults(text)] == []


def test_the_typesetting_command_repairs_what_it_may_and_leaves_the_rest() -> None:
    command = runpy.run_path(str(tree.ROOT / "scripts" / "typeset"))
    template = (
        "{# a : b #}<a class='c : d' title='Que dire ?'>« {{ name }} » : {{ x['e : f'] }}</a>"
    )
    expected = (
        f"{{# a : b #}}<a class='c : d' title='Que dire{NBSP}?'>«{NBSP}{{{{ name }}}}{NBSP}»{NBSP}:"
    )
    assert command["typeset_template"](template).startswith(expected)
    source = 'def f(x):\n    """Doc : string."""\n    return {x : f"La feuille « {x} » : {x}"}\n'
    repaired = source.replace("« {x} » :", f"«{NBSP}{{x}}{NBSP}»{NBSP}:")
    assert command["typeset_python"](source, docstrings=False) == repaired
