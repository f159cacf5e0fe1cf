"""Pictures of every page of the demonstration, wide and narrow, for docs/screenshots/.

Named by role, page and width; see scripts/screenshots.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page

from appel_solidaire import config
from appel_solidaire.instance import Instance
from tests import browser
from tests.journeys.addresses import DOORS, addresses
from tests.site import serving

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "screenshots"
TALLEST = 1800  # pixels: a list of hundreds shows enough in its first screens
SIZES = {"1280": browser.DESK, "390": browser.PHONE}


def main() -> None:
    """Take them all, role by role."""
    instance = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "instance")
    opened = Instance.of(config.load(instance))
    pages = addresses(opened)
    opened.database.engine.dispose()
    TARGET.mkdir(parents=True, exist_ok=True)
    with serving(instance, env={"APPEL_DEMO": "1"}) as site, browser.chromium() as chromium:
        for width, size in SIZES.items():
            for folder, door in DOORS.items():
                with browser.watched_page(chromium, size=size) as (page, complaints):
                    if door:
                        page.goto(f"{site}/demo/{door}")
                        page.get_by_role("button", name="Entrer").click()
                    for address in pages[folder]:
                        page.goto(site + address.path)
                        _keep(page, TARGET / f"{folder}-{address.name}-{width}.png")
                    if complaints:
                        print(folder, width, complaints, file=sys.stderr)
    (instance.parent / "journal.log").unlink()  # what the served site said, all went well


def _keep(page: Page, file: Path) -> None:
    """One picture of the page from its top, as high as it is but not beyond ``TALLEST``."""
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    size = page.viewport_size or browser.DESK
    clip = {"x": 0, "y": 0, "width": size["width"], "height": max(height, size["height"])}
    page.screenshot(path=file, full_page=True, clip=clip)  # type: ignore[arg-type]  # TypedDict
    print(file.relative_to(ROOT))


if __name__ == "__main__":
    main()
