"""Pictures of the demonstration: every page, wide and narrow, for docs/screenshots/, named by role,
page and width; or, with ``--guide``, those that the guides show, for docs/guide/pictures/.

See scripts/screenshots.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from appel_solidaire import config
from appel_solidaire.instance import Instance
from tests import browser
from tests.journeys.addresses import DOORS, Address, addresses
from tests.site import serving

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "screenshots"
TALLEST = 1100  # pixels: a list of hundreds shows enough in its first screens
_AGAIN = re.compile(r"-([2-9]|\d\d)$")  # the same page about something else
SIZES = {"1280": browser.DESK, "390": browser.PHONE}
GUIDE = ROOT / "docs" / "guide" / "pictures"
_HIGH, _WIDE = 760, 720  # pixels kept of a phone's page, of a desk's
_AIR = 16  # pixels above the part a picture begins with


@dataclass(frozen=True)
class Shown:
    """A picture of the guides: whose page, its name among the addresses, which of those of that
    name, the button pressed, the part it begins with when that is not the top."""

    folder: str
    page: str
    number: int = 1
    press: str = ""
    begins: str = ""

    @property
    def size(self) -> dict[str, int]:
        """Volunteers hold a phone, the others sit at a desk."""
        return browser.PHONE if self.folder == "volunteer" else browser.DESK

    @property
    def height(self) -> int:
        """Pixels kept, from the top of the page."""
        return _HIGH if self.folder == "volunteer" else _WIDE


OF_GUIDE = {
    "volontaire-feuille": Shown("volunteer", "sheet", begins=".progress-line"),
    "volontaire-appel": Shown("volunteer", "call"),
    "volontaire-alerte": Shown("volunteer", "alert"),
    "coordination-besoins": Shown("coordinator", "inbox", begins=".inbox-tools"),
    "coordination-besoin": Shown("coordinator", "need"),
    "pilotage-accueil": Shown("lead", "home"),
    "pilotage-mise-en-route": Shown("lead", "launching"),
    "pilotage-feuilles": Shown("lead", "week", number=2),
    "donnees-accueil": Shown("dpo", "home"),
    "partenaire-besoin": Shown("partner", "door", press="Voir ce besoin"),
}


def main() -> None:
    """Take them all, role by role."""
    arguments = [one for one in sys.argv[1:] if one != "--guide"]
    instance = Path(arguments[0] if arguments else ROOT / "instance")
    opened = Instance.of(config.load(instance))
    pages = addresses(opened)
    opened.database.engine.dispose()
    take = _take_guide if "--guide" in sys.argv else _take_all
    with serving(instance, env={"APPEL_DEMO": "1"}) as site, browser.chromium() as chromium:
        take(site, chromium, pages)
    (instance.parent / "journal.log").unlink()  # what the served site said, all went well


def _take_all(site: str, chromium: Browser, pages: dict[str, list[Address]]) -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for width, size in SIZES.items():
        for folder in DOORS:
            with _inside(site, chromium, folder, size) as page:
                for address in pages[folder]:
                    if _AGAIN.search(address.name):
                        continue
                    page.goto(site + address.path)  # a page that says no is a page too
                    _keep(page, TARGET / f"{folder}-{address.name}-{width}.png")


def _take_guide(site: str, chromium: Browser, pages: dict[str, list[Address]]) -> None:
    GUIDE.mkdir(parents=True, exist_ok=True)
    for name, shown in OF_GUIDE.items():
        path = _path(name, shown, pages)
        with _inside(site, chromium, shown.folder, shown.size) as page:
            _open(page, site + path)
            if shown.press:
                page.get_by_role("button", name=shown.press).click()
                expect(page.get_by_role("button", name=shown.press)).to_have_count(0)
            top = page.locator(shown.begins).bounding_box() if shown.begins else None
            start = max(0, int(top["y"]) - _AIR) if top else 0
            _keep(page, GUIDE / f"{name}.png", start=start, tallest=shown.height)


def _path(name: str, shown: Shown, pages: dict[str, list[Address]]) -> str:
    """Where the page of a picture is; a demonstration in which nothing like it happened says so."""
    names = {shown.page, f"{shown.page}-{shown.number}"}
    for one in pages[shown.folder]:
        if one.name in names:
            return one.path
    raise SystemExit(
        f"Image « {name} » impossible : cette démonstration n’a rien à montrer sur la page "
        f"{shown.folder}.{shown.page}. Refaites-la avec plus de personnes ou de semaines."
    )


def _open(page: Page, address: str) -> None:
    """Open a page that the guides show; stop when it does not answer as it should."""
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        raise SystemExit(f"{address} : {answer.status if answer else 'rien'}")


@contextmanager
def _inside(site: str, chromium: Browser, folder: str, size: dict[str, int]) -> Iterator[Page]:
    """A page of somebody who came in by the folder's door; what went wrong is said on stderr."""
    with browser.watched_page(chromium, size=size) as (page, complaints):
        if door := DOORS[folder]:
            page.goto(f"{site}/demo/{door}")
            page.get_by_role("button", name="Entrer").click()
        yield page
        if complaints:
            print(folder, size["width"], complaints, file=sys.stderr)


def _keep(page: Page, file: Path, *, start: int = 0, tallest: int | None = None) -> None:
    """One picture of the page from ``start``: ``tallest`` pixels, else as high as it is but not
    beyond ``TALLEST``."""
    page.wait_for_load_state()
    page.evaluate("document.fonts.ready.then(() => true)")  # else letters of another font
    size = page.viewport_size or browser.DESK
    whole = page.evaluate("document.documentElement.scrollHeight")
    height = tallest or max(min(whole, TALLEST), size["height"])
    clip = {"x": 0, "y": start, "width": size["width"], "height": height}
    page.screenshot(path=file, full_page=True, clip=clip)  # type: ignore[arg-type]  # TypedDict
    print(file.relative_to(ROOT))


if __name__ == "__main__":
    main()
