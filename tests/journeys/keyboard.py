"""A page used without a mouse: Tab to a link, a button or an answer, then one key."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

MOST_TABS = 90
_WORDS = """['A', 'BUTTON', 'SUMMARY'].includes(document.activeElement.tagName)
  ? document.activeElement.innerText.trim() : ''"""


def tab_to(page: Page, is_there: str) -> None:
    """Press Tab until a condition on the focus holds."""
    for _ in range(MOST_TABS):
        if page.evaluate(is_there):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached in {MOST_TABS} presses: {is_there}")


def reach(page: Page, words: str) -> None:
    """Tab to a link, a button or a summary by its words; the next one when it is there already."""
    pattern = re.compile(words)
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if pattern.search(page.evaluate(_WORDS)):
            return
    raise AssertionError(f"not reached in {MOST_TABS} presses: {words}")


def go(page: Page, words: str) -> None:
    """Tab to a link or a button by its words, and press Enter. The page before is left."""
    reach(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press(page: Page, words: str) -> None:
    """Tab to a link or a button by its words, and press Enter. The page may stay where it is."""
    reach(page, words)
    page.keyboard.press("Enter")


def radio(page: Page, name: str, at: int) -> None:
    """Tab into a group of radio buttons, then move with the arrows to the one wanted."""
    group = page.locator(f'input[type=radio][name="{name}"]')
    tab_to(page, f"() => document.activeElement.name === '{name}'")
    here = page.evaluate(
        f"[...document.querySelectorAll('input[type=radio][name=\"{name}\"]')]"
        ".indexOf(document.activeElement)"
    )
    page.keyboard.press("Space")
    for _ in range((at - here) % group.count()):
        page.keyboard.press("ArrowDown")
    expect(group.nth(at)).to_be_checked()


def choose(page: Page, name: str, words: str) -> None:
    """Answer a question of radio buttons by the words of the answer."""
    group = page.locator(f'input[type=radio][name="{name}"]')
    ids = group.evaluate_all("all => all.map((one) => one.labels[0].innerText.trim())")
    radio(page, name, next(at for at, one in enumerate(ids) if words in one))


def write(page: Page, field: str, text: str) -> None:
    """Tab to a field by its id and type."""
    tab_to(page, f"() => document.activeElement.id === '{field}'")
    page.keyboard.type(text)
