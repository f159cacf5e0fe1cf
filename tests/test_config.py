"""The start-up guard: an instance that would be unsafe does not start, and says why in French (R18)."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from appel_solidaire import config as settings
from appel_solidaire import wsgi
from appel_solidaire.config import Misconfigured

HTTPS = "https://appels.example.org"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where an instance will be."""
    return tmp_path / "instance"


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"APPEL_PUBLIC_URL": "http://appels.example.org"}, "https"),
        ({"APPEL_PUBLIC_URL": "http://192.0.2.7:8000"}, "https"),
        ({"APPEL_PUBLIC_URL": "ftp://appels.example.org"}, "APPEL_PUBLIC_URL"),
        ({"APPEL_PUBLIC_URL": "appels.example.org"}, "APPEL_PUBLIC_URL"),
        ({"APPEL_PUBLIC_URL": "https://"}, "APPEL_PUBLIC_URL"),
        ({"APPEL_PUBLIC_URL": HTTPS, "APPEL_DEMO": "1"}, "démonstration"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"FLASK_DEBUG": "true"}, "FLASK_DEBUG"),
    ],
)
def test_an_unsafe_setting_stops_the_start(folder: Path, env: dict[str, str], said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        settings.load(folder, env=env)


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"APPEL_PUBLIC_URL": "http://localhost:8000/"},
        {"APPEL_PUBLIC_URL": "http://[::1]:8000"},
        {"APPEL_PUBLIC_URL": HTTPS},
        {"APPEL_DEMO": "1"},
        {"FLASK_DEBUG": "0"},
    ],
)
def test_a_safe_setting_starts(folder: Path, env: dict[str, str]) -> None:
    settings.load(folder, env=env)


def test_an_empty_setting_is_no_setting(folder: Path) -> None:
    names = ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "PUBLIC_URL", "MAIL_FROM")
    config = settings.load(folder, env={f"APPEL_{name}": "" for name in names})
    assert (config.database_url, config.redis_url, config.smtp_url) == (None, None, None)
    assert config.public_url == "http://127.0.0.1:8000"


# Keys ----------------------------------------------------------------------------------------


def test_keys_are_drawn_once_and_kept_for_this_account_alone(folder: Path) -> None:
    first, second = settings.load(folder, env={}), settings.load(folder, env={})
    assert first.keys == second.keys
    assert first.database_key == second.database_key
    file = folder / "cles" / "cles.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    drawn = json.loads(file.read_text())
    assert len(set(drawn.values())) == len(drawn) == 6
    assert all(len(bytes.fromhex(key)) == 32 for key in drawn.values())


def test_two_instances_share_no_key(tmp_path: Path) -> None:
    one, other = (settings.load(tmp_path / name, env={}) for name in ("a", "b"))
    assert one.keys.web != other.keys.web
    assert one.database_key != other.database_key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("web", "ab" * 8),  # short
        ("web", ""),
        ("web", "not hexadecimal"),
        ("web", "00" * 32),  # typed by somebody, not drawn
        ("database", "61" * 32),
        ("journal", None),
    ],
)
def test_a_damaged_or_weak_key_stops_the_start(folder: Path, name: str, value: str | None) -> None:
    settings.load(folder, env={})
    file = folder / "cles" / "cles.json"
    keys = json.loads(file.read_text())
    keys[name] = value
    if value is None:
        del keys[name]
    file.write_text(json.dumps(keys))
    with pytest.raises(Misconfigured, match="cles.json"):
        settings.load(folder, env={})


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_a_key_file_that_is_no_key_file_stops_the_start(folder: Path, text: str) -> None:
    settings.load(folder, env={})
    (folder / "cles" / "cles.json").write_text(text)
    with pytest.raises(Misconfigured, match="cles.json"):
        settings.load(folder, env={})


# Where the embedded database stands --------------------------------------------------------------

MOUNTS = """\
/dev/vda / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/partage /srv/commun nfs4 rw 0 0
/dev/vdb /srv/commun/local xfs rw 0 0
//serveur/dossier /media/mes\\040dossiers cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder_", "kind"),
    [
        ("/srv/appel", "ext4"),
        ("/srv/commun/appel", "nfs4"),
        ("/srv/communaute", "ext4"),
        ("/srv/commun/local/appel", "xfs"),
        ("/media/mes dossiers/appel", "cifs"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_its_nearest_mount(folder_: str, kind: str) -> None:
    assert settings.file_system(Path(folder_), MOUNTS) == kind


def test_a_disk_shared_by_the_network_stops_the_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "file_system", lambda _folder, _mounts: "nfs4")
    with pytest.raises(Misconfigured, match="partagé par le réseau"):
        settings.load(folder, env={})
    settings.load(folder, env={"APPEL_DATABASE_URL": "postgresql://x@localhost/x"})


# The web server ------------------------------------------------------------------------------------


def test_the_web_server_refuses_tables_that_are_not_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPEL_INSTANCE", str(folder))
    for name in ("APPEL_DATABASE_URL", "APPEL_PUBLIC_URL", "APPEL_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Misconfigured, match="appel-solidaire init"):
        wsgi.application()
