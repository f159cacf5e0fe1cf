"""Broken and malicious files get their sentence, quickly, and never hurt the process that asked."""

import os
import struct
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from importers import workbook
from importers.caps import Caps
from importers.unreadable import SAYS, Unreadable
from tests.importers import files

TOO_WIDE = "Le tableau annonce trop de lignes ou de colonnes (50\u202f000 × 200 au plus)."
DAMAGED = "Le fichier est incomplet ou abîmé. Enregistrez-le de nouveau puis réessayez."
SWOLLEN = "Le fichier est anormalement volumineux une fois ouvert. Import refusé."
FORBIDDEN = "Le fichier contient des éléments interdits. Import refusé."
NOT_ONE = "Ce fichier n’est pas un tableur\u00a0: son contenu ne correspond pas à son extension."
FORMAT = "Format non accepté. Formats acceptés\u00a0: xlsx, xls, ods, csv."
LAUGHS = '<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def refusal(content: bytes, name: str = "liste.xlsx", caps: Caps | None = None) -> str:
    started = _worked()
    with pytest.raises(Unreadable) as caught:
        workbook.read(content, name=name, caps=caps)
    assert _worked() - started < 10
    return caught.value.say


def _worked() -> float:
    """Seconds of work of this process and of the children it reads files in: a busy machine makes
    no file longer to refuse."""
    return sum(os.times()[:4])


def archive(
    *entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """An xlsx with more entries than its own, as given."""
    kept = BytesIO(files.xlsx())
    with zipfile.ZipFile(kept, "a", method) as opened:
        for name, data in entries:
            opened.writestr(name, data)
    return kept.getvalue()


def test_an_empty_file():
    assert refusal(b"") == "Le fichier est vide."


@pytest.mark.parametrize("name", ["l.xlsx", "l.xls", "l.ods", "l.csv"])
@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"%PDF-1.7\n\x01\x02", b"\x7fELF\x02\x01\x01\0\0"]
)
def test_another_kind_of_file_under_a_spreadsheets_name(content, name):
    assert refusal(content, name) == NOT_ONE


def test_a_zip_that_is_no_workbook():
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as opened:
        opened.writestr("notes.txt", "rien")
    assert refusal(kept.getvalue()) == NOT_ONE


@pytest.mark.parametrize("name", ["l.exe", "l.xlsx.exe", "l.xlsm", "l", "l\x00.xlsx", ".xlsx"])
def test_a_name_that_is_not_accepted(name):
    assert refusal(files.xlsx(), name) == FORMAT


def test_a_page_saved_under_a_spreadsheets_name_says_what_to_do():
    assert "page web" in refusal(b"<html><p>Bonjour</p></html>", "l.xls")


def test_a_file_over_the_limit():
    assert refusal(b"a" * 20_000_001, "l.csv") == "Le fichier dépasse 20 Mo."


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.99])
def test_a_truncated_workbook(kept):
    content = files.xlsx()
    assert refusal(content[: int(len(content) * kept)]) == DAMAGED


def test_a_workbook_with_a_password():
    sealed = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le")
    )
    assert refusal(sealed) == "Le fichier est protégé par un mot de passe. Retirez la protection."


def test_an_archive_that_swells():
    bomb = archive(("xl/media/bomb.bin", bytes(60_000_000)))
    assert len(bomb) < 1_000_000
    assert refusal(bomb, caps=Caps(opened_mb=50)) == SWOLLEN


def test_an_archive_inside_the_archive():
    assert refusal(archive(("xl/media/a.bin", files.xlsx()))) == SWOLLEN
    assert refusal(archive(("xl/more.zip", b"x"))) == SWOLLEN


def test_too_many_entries():
    assert refusal(archive(*((f"xl/{at}.xml", b"") for at in range(2_001)))) == SWOLLEN


def test_a_size_that_lies():
    content = bytearray(archive(("xl/media/big.bin", bytes(1_000_000))))
    true, claimed = struct.pack("<I", 1_000_000), struct.pack("<I", 10)
    assert content.count(true) == 2
    assert refusal(bytes(content.replace(true, claimed))) == SWOLLEN


@pytest.mark.parametrize("reference", ["XFD1048576", "A1048576", "XFD1", "GS1", "A50101"])
def test_one_cell_too_far_away(reference):
    row = int("".join(filter(str.isdigit, reference)))
    rows = files.xlsx_cell("A1", "NOM", 1) + files.xlsx_cell(reference, "x", row)
    assert refusal(files.xlsx_of(rows)) == TOO_WIDE


def test_a_far_cell_under_a_prefix_and_other_quotes():
    sheet = (
        "<x:worksheet xmlns:x='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><x:sheetData>"
        "<x:row r='1048576'><x:c t='n' r='XFD1048576'><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    assert (
        refusal(files.altered(files.xlsx(), xl__worksheets__sheet1_xml=sheet.encode())) == TOO_WIDE
    )


@pytest.mark.parametrize(
    "body",
    [
        files.ods_row(*["x"] * 3, repeat=1_048_576),
        files.ods_row("NOM") + files.ods_row("x", repeat=900_000),
        '<table:table-row><table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
        "<text:p>x</text:p></table:table-cell></table:table-row>",
        '<table:table-row table:number-rows-repeated="999999"><table:table-cell/></table:table-row>'
        + files.ods_row("x"),
    ],
)
def test_an_ods_that_repeats_itself(body):
    assert refusal(files.ods(body), "l.ods") == TOO_WIDE


def test_millions_of_empty_cells():
    rows = '<row r="1">' + "<c />" * 10_000_001 + "</row>"
    assert refusal(files.xlsx_of(rows)) == TOO_WIDE


def test_one_row_or_one_column_too_many():
    small = Caps(rows=50, columns=10)
    rows = [["NOM", "Prénom"], *([f"N{at}", "x"] for at in range(51))]
    said = "Le tableau annonce trop de lignes ou de colonnes (50 × 10 au plus)."
    assert refusal(files.xlsx(rows), caps=small) == said
    assert len(workbook.read(files.xlsx(rows[:-1]), name="l.xlsx", caps=small).rows) == 50
    assert refusal(files.xlsx([["NOM", *"ABCDEFGHIJ"]]), caps=small) == said
    text = "\n".join(";".join(row) for row in rows)
    assert refusal(text.encode(), "l.csv", small) == said


@pytest.mark.parametrize(
    "doctype",
    [
        LAUGHS,
        '<!DOCTYPE x SYSTEM "http://example.org/x.dtd">',
        '<!doctype x [<!ENTITY f SYSTEM "file:///etc/hostname">]>',
    ],
)
def test_entities_are_forbidden_and_nothing_is_fetched_or_read(doctype):
    said = refusal(files.xlsx_of(files.xlsx_cell("A1", "&amp;b;", 1), doctype))
    assert said == FORBIDDEN
    assert Path("/etc/hostname").read_text().strip() not in said


def test_entities_hidden_by_another_alphabet_are_forbidden():
    sheet = files.SHEET.format(rows="", doctype=LAUGHS).replace("UTF-8", "UTF-16").encode("utf-16")
    assert refusal(files.altered(files.xlsx(), xl__worksheets__sheet1_xml=sheet)) == FORBIDDEN


def test_a_way_out_of_the_archive():
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = 0o120777 << 16
    for entry in ("../../x.xml", "/etc/x.xml", link):
        assert refusal(archive((entry, b"x"))) == DAMAGED


def test_two_entries_of_one_name():
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = archive(("xl/workbook.xml", b"<x/>"))
    assert refusal(content) == DAMAGED


def test_two_directories_that_disagree():
    content = archive(("xl/media/one.bin", b"x"))
    start = content.index(b"xl/media/one.bin")
    assert refusal(content[:start] + b"xl/media/two.bin" + content[start + 16 :]) == DAMAGED


@pytest.mark.parametrize(
    "entry", ["xl/vbaProject.bin", "xl/embeddings/oleObject1.bin", "xl/activeX/activeX1.xml"]
)
def test_macros_and_objects(entry):
    said = "Le fichier contient des macros. Enregistrez-le au format xlsx simple."
    assert refusal(archive((entry, b"x"))) == said


@pytest.mark.parametrize("size", [12, 600, 3_000])
def test_a_damaged_xls(size):
    content = files.xls([files.HEADERS, *files.PEOPLE])[:size]
    assert refusal(content, "l.xls") in {DAMAGED, NOT_ONE}


def test_no_visible_sheet_with_data():
    assert refusal(files.xlsx([])) == "Aucune feuille visible avec des données."


def test_an_unclosed_quote_is_named_by_its_line():
    assert (
        refusal(b'Nom;CP\nDUPONT;80000\nMARTIN;"80100\n', "l.csv")
        == "Ligne 3\u00a0: guillemet non fermé."
    )


def test_a_line_of_five_megabytes():
    assert (
        refusal(b"Nom;CP\n" + b"a" * 5_000_000 + b";1\n", "l.csv")
        == "Ligne 2\u00a0: ligne trop longue."
    )


def test_a_reading_that_takes_too_long_or_too_much_is_stopped():
    rows = [files.HEADERS, *([f"N{at}", "P", "0", "80000", "Amiens"] for at in range(30_000))]
    content = files.xlsx(rows)
    quick = replace(Caps(), wall_seconds=0)
    assert refusal(content, caps=quick) == SWOLLEN
    assert refusal(content, caps=replace(Caps(), memory_mb=30)) in {SWOLLEN, TOO_WIDE, DAMAGED}
    assert len(workbook.read(content, name="l.xlsx").rows) == 30_000


def test_every_sentence_ends_and_uses_french_signs():
    for say in SAYS.values():
        assert "'" not in say
        assert " :" not in say.replace("\u00a0:", "")
