"""Every kind of mail has its three files, and no file is left of a kind that went away."""

from __future__ import annotations

from pathlib import Path

from campaigns import mails
from tests.house import tree

FILES = {"subject.txt", "body.txt", "body.html"}


def mail_faults(folder: Path, kinds: frozenset[str]) -> list[str]:
    """Say which files lack, and which folders are of no kind. Folders in _ are shared parts."""
    faults = [
        f"{kind}/{name} is missing"
        for kind in sorted(kinds)
        for name in sorted(FILES)
        if not (folder / kind / name).is_file()
    ]
    found = {path.name for path in folder.iterdir() if path.is_dir() and path.name[0] != "_"}
    return faults + [f"{name} is no kind of mail" for name in sorted(found - kinds)]


def test_every_kind_of_mail_has_its_three_files() -> None:
    assert mail_faults(tree.ROOT / "templates" / "mails", mails.KINDS) == []


def test_a_missing_file_and_a_stray_folder_are_seen(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / "invitation").mkdir(exist_ok=True)
        (tmp_path / "invitation" / name).touch()
    assert mail_faults(tmp_path, frozenset({"invitation"})) == []
    (tmp_path / "invitation" / "subject.txt").unlink()
    (tmp_path / "forgotten").mkdir()
    assert mail_faults(tmp_path, frozenset({"invitation"})) == [
        "invitation/subject.txt is missing",
        "forgotten is no kind of mail",
    ]
