"""The fictional list is as untidy as a real one, and nobody in it exists."""

import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from campaigns.demo import clerk, workbook
from campaigns.reference import places

TODAY = date(2026, 11, 24)
FICTION = re.compile(
    r"(?:\+33|0033)?\D*0?\D*(1\D*99\D*0\D*0|2\D*6\D*1\D*9\D*1|3\D*5\D*3\D*0\D*1|4\D*6\D*5\D*7\D*1|5\D*3\D*6\D*4\D*9|6\D*3\D*9\D*9\D*8)"
)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[tuple]:
    path = tmp_path_factory.mktemp("demo") / "liste.xlsx"
    write(path)
    book = openpyxl.load_workbook(path, read_only=True)
    assert book.sheetnames == ["Extraction", "Liste de valeurs"]
    return list(book["Extraction"].iter_rows(values_only=True))


def write(path: Path, people: int = 1_200, seed: int = 80) -> None:
    workbook.write(
        path,
        communes=places.communes("80"),
        former=places.former_communes("80"),
        today=TODAY,
        people=people,
        seed=seed,
    )


def people(rows: list[tuple]) -> list[tuple]:
    return [row for row in rows[3:] if row[2]]


def test_it_has_a_title_its_headers_people_and_a_total(rows):
    assert rows[0][0] == "Bénéficiaires APA, PCH, RSA au 24/11/2026"
    assert rows[2] == workbook.HEADERS
    assert len(people(rows)) == 1_200
    assert rows[-2][:2] == ("TOTAL", 1_200)


def test_every_number_is_fictional_and_every_address_example_org(rows):
    phones = [
        str(cell)
        for row in people(rows)
        for cell in row[11:13]
        if cell and re.search(r"\d{2}", str(cell))
    ]
    assert len(phones) > 1_000
    assert all(FICTION.search(phone) or phone == "00 00 00 00 00" for phone in phones)
    mails = [row[13] for row in people(rows) if row[13] and "@" in row[13]]
    assert mails
    assert all(mail.endswith("@example.org") for mail in mails)


def test_it_is_untidy(rows):
    found = people(rows)
    assert {type(row[5]).__name__ for row in found} >= {"str", "datetime"}
    assert {type(row[11]).__name__ for row in found} >= {"str", "int", "NoneType"}
    assert any("ST " in row[10] or " S/" in row[10] for row in found)
    assert {row[19] for row in found} & {"ne pas appeler", "DCD", "NPA"}
    assert len({row[0] for row in found}) < len(found)


def test_the_same_seed_gives_the_same_list(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write(tmp_path / name, people=50, seed=seed)

    def cells(name: str) -> list[tuple]:
        return list(
            openpyxl.load_workbook((tmp_path / name).open("rb"))["Extraction"].iter_rows(
                values_only=True
            )
        )

    assert cells("a") == cells("b") != cells("c")


def test_each_number_is_given_once_and_then_none_is_left():
    from random import Random

    drawn = clerk.numbers(Random(1))
    found = [next(drawn) for _ in range(60_000)]
    assert len(set(found)) == 60_000
    with pytest.raises(ValueError, match="no fictional number"):
        next(drawn)
