"""The sample lists kept in tests/samples, and what must be read in each: scripts/samples.

``write`` makes the files again; ``golden`` what is read in them now, to be looked at before it
becomes what must be read.
"""

from __future__ import annotations

import json
import sys
import zipfile
from dataclasses import fields
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from campaigns import reference
from importers import columns, rows, workbook
from importers.cleaning import CleanRow
from importers.places import PlaceIndex
from importers.unreadable import Unreadable
from tests.importers import sample_cells, sample_hostile, sample_shapes, sample_values

FOLDER = Path(__file__).resolve().parents[1] / "samples"
GOLDEN = FOLDER / "golden.json"
TODAY = date(2026, 11, 24)
MADE: dict[str, Any] = {
    **sample_values.CASES,
    **sample_cells.CASES,
    **sample_shapes.CASES,
    **sample_shapes.REFUSED,
    **sample_hostile.REFUSED,
}
REGIONS = {"phones_overseas.csv": "RE"}
# Made anew each time they are saved: the day, and the order of what programs write about it.
_DATED = ("docProps/core.xml",)


def places() -> PlaceIndex:
    """The communes of the Somme, and one of its neighbour's."""
    return PlaceIndex(
        [
            *((one.insee, one.name, one.postal_codes, None) for one in reference.communes("80")),
            ("02691", "Saint-Quentin", ("02100",), None),
            ("97411", "Saint-Denis", ("97400",), None),
        ],
        [(one.name, one.present) for one in reference.former_communes("80")],
    )


def outcome(name: str, content: bytes, index: PlaceIndex) -> dict[str, Any]:
    """What is read in a file, as plain data: its refusal, or its people and what is said."""
    try:
        table = workbook.read(content, name=name)
        cells = [cells for _, cells in table.rows]
        found = columns.propose(table.headers, cells, is_untitled=table.is_untitled)
        columns.require_a_name(found)
    except Unreadable as refusal:
        return {"refused": refusal.say}
    read = rows.clean(table, found, index, today=TODAY, region=REGIONS.get(name, "FR"))
    return {
        "kind": table.kind,
        "encoding": table.encoding,
        "sheet": table.sheet,
        "header_line": table.header_line,
        "columns": {column.header: column.field for column in found},
        "counts": {
            "read": read.read,
            "refused": read.refused,
            "phones": {each: getattr(read.phones, each) for each in read.phones.__slots__},
            "places": {each: getattr(read.places, each) for each in read.places.__slots__},
        },
        "people": [_person(person) for person in read.people],
        "problems": [[each.row, each.column, each.code, each.say] for each in read.problems],
    }


def _person(person: CleanRow) -> dict[str, Any]:
    """What is filled of a person; numbers with their note."""
    told = ((field, getattr(person, field.name)) for field in fields(person))
    found = {field.name: value for field, value in told if value not in (field.default, "", None)}
    if "phones" in found:
        found["phones"] = [f"{each.e164} {each.note}".strip() for each in found["phones"]]
    plain: dict[str, Any] = json.loads(json.dumps(found, default=str))
    return plain


def contents(content: bytes) -> object:
    """What two makings of one file have in common: archives by entry, without the day."""
    if not content.startswith(b"PK"):
        return content
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return {
                entry.filename: archive.read(entry)
                for entry in archive.infolist()
                if entry.filename not in _DATED
            }
    except zipfile.BadZipFile:
        return len(content)


def write() -> None:
    """Make every sample again."""
    FOLDER.mkdir(exist_ok=True)
    for name, make in MADE.items():
        file, content = FOLDER / name, make()
        if not file.exists() or contents(file.read_bytes()) != contents(content):
            file.write_bytes(content)


def golden() -> None:
    """Write what is read in the samples now."""
    index = places()
    found = {name: outcome(name, (FOLDER / name).read_bytes(), index) for name in sorted(MADE)}
    GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
    if "--golden" in sys.argv[1:]:
        golden()
