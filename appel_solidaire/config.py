"""Settings: an instance folder and a few environment variables, read once at start."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from email.headerregistry import Address
from email.policy import default as mail_headers
from pathlib import Path
from urllib.parse import urlsplit

from campaigns.sealing import Keys

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
# In the wheel the templates lie inside the package, in a checkout beside it.
TEMPLATES = next(
    folder for folder in (_HERE / "templates", _HERE.parent / "templates") if folder.is_dir()
)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# File systems shared between machines: SQLite's write-ahead log is lost or torn on them.
NETWORK_FILE_SYSTEMS = {
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "fuse.glusterfs",
    "fuse.s3fs",
    "fuse.sshfs",
    "gfs2",
    "lustre",
    "nfs",
    "nfs4",
    "ocfs2",
    "smb3",
    "smbfs",
}


class Misconfigured(Exception):  # noqa: N818  a state of the settings, told to the sysadmin
    """A setting forbids starting; the message is a French sentence that says what to change."""


@dataclass(frozen=True)
class Config:
    """What one instance runs with."""

    instance: Path
    keys: Keys
    database_key: bytes
    database_url: str | None = None  # None: encrypted SQLite in the instance folder
    redis_url: str | None = None
    smtp_url: str | None = None  # None: mails are written as files in the instance
    public_url: str = "http://127.0.0.1:8000"
    mail_from: str = "appel-solidaire@localhost"
    demo: bool = False
    records_a_day: int = 60  # of people one account opens before it is slowed down
    records_a_minute: int = 20

    @property
    def database_file(self) -> Path:
        """Where the embedded database lives."""
        return database_file(self.instance)

    @property
    def mail_folder(self) -> Path:
        """Where mails are written when no SMTP server is set."""
        return self.instance / "courriels"

    @property
    def public_host(self) -> str:
        """Host of the public address, without its port."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether the instance is reached from this machine only (plain http is accepted)."""
        return self.public_host in LOOPBACK

    @property
    def is_https(self) -> bool:
        """Whether cookies may be marked Secure."""
        return urlsplit(self.public_url).scheme == "https"


def key_file(instance: Path) -> Path:
    """Where the keys of the instance in a folder are."""
    return instance / "cles" / "cles.json"


def database_file(instance: Path) -> Path:
    """Where the embedded database of the instance in a folder lives."""
    return instance / "donnees" / "appel.db"


def lost_keys(instance: Path) -> str:
    """What to do when an instance has lost its keys."""
    return (
        f"Le fichier de clés {key_file(instance)} a disparu. Remettez en place la copie gardée à "
        "part : sans elle, les données ne peuvent pas être ouvertes."
    )


def load(instance: Path, env: Mapping[str, str] | None = None) -> Config:
    """Read the settings of an instance, making its folder and keys the first time.

    Raises ``Misconfigured`` with a French sentence when a setting forbids starting.
    """
    env = os.environ if env is None else env
    instance = instance.resolve()
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    (instance / "donnees").mkdir(mode=0o700, exist_ok=True)
    if not key_file(instance).exists() and _is_filled(database_file(instance)):
        # Others would not open it, and would stand in the way of those that do.
        raise Misconfigured(lost_keys(instance))
    database_key, keys = _keys(key_file(instance))
    config = Config(
        instance=instance,
        keys=keys,
        database_key=database_key,
        database_url=env.get("APPEL_DATABASE_URL") or None,
        redis_url=env.get("APPEL_REDIS_URL") or None,
        smtp_url=env.get("APPEL_SMTP_URL") or None,
        public_url=(env.get("APPEL_PUBLIC_URL") or Config.public_url).rstrip("/"),
        mail_from=env.get("APPEL_MAIL_FROM") or Config.mail_from,
        demo=env.get("APPEL_DEMO") == "1",
        records_a_day=_count(env, "APPEL_RECORDS_A_DAY", Config.records_a_day),
        records_a_minute=_count(env, "APPEL_RECORDS_A_MINUTE", Config.records_a_minute),
    )
    _refuse_unsafe(config)
    _refuse_debugging(env)
    if config.database_url is None:
        _refuse_network_disk(config.database_file.parent)
    return config


def _count(env: Mapping[str, str], name: str, usual: int) -> int:
    text = env.get(name) or str(usual)
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) > 0):
        raise Misconfigured(f"Le réglage {name} est un nombre entier, par exemple {usual}.")
    return int(text)


def _refuse_unsafe(config: Config) -> None:
    if not _is_address(config.public_url):
        raise Misconfigured(
            "L’adresse publique (APPEL_PUBLIC_URL) doit commencer par https:// et nommer "
            "la machine, par exemple https://appels.departement.example.org."
        )
    if not _is_sender(config.mail_from):
        raise Misconfigured(
            "L’expéditeur des courriels (APPEL_MAIL_FROM) est une adresse, par exemple "
            "appels@departement.example.org."
        )
    if not config.is_https and not config.is_loopback:
        raise Misconfigured(
            "L’adresse publique (APPEL_PUBLIC_URL) doit être en https : sans chiffrement, "
            "les mots de passe et les fiches circuleraient en clair."
        )
    if config.demo and not config.is_loopback:
        raise Misconfigured(
            "La démonstration ouvre des sessions sans mot de passe : elle ne peut être servie "
            "que sur cette machine (APPEL_PUBLIC_URL en http://127.0.0.1)."
        )


def _is_filled(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _is_sender(text: str) -> bool:
    """Whether mails can be from there: one address, with or without a name before it."""
    try:
        read = mail_headers.header_factory("From", text)
    except ValueError:  # a line break
        return False
    # The stubs know no header but the plain one; this one lists its addresses.
    found: tuple[Address, ...] = getattr(read, "addresses", ())
    return len(found) == 1 and not read.defects and bool(found[0].domain)


def _is_address(text: str) -> bool:
    try:
        url = urlsplit(text)
        return url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0
    except ValueError:  # a bracket that is not closed, a port beyond 65535
        return False


def _refuse_debugging(env: Mapping[str, str]) -> None:
    if env.get("FLASK_DEBUG", "0").lower() not in {"", "0", "false", "no"}:
        raise Misconfigured(
            "Le mode de mise au point (FLASK_DEBUG) montrerait le code et les données dans les "
            "pages d’erreur. Retirez ce réglage."
        )


def _refuse_network_disk(folder: Path) -> None:
    mounts = Path("/proc/mounts")
    kind = file_system(folder, mounts.read_text()) if mounts.is_file() else ""
    if kind in NETWORK_FILE_SYSTEMS:
        raise Misconfigured(
            f"Le dossier {folder} est sur un disque partagé par le réseau ({kind}) : la base "
            "intégrée s’y abîmerait. Placez l’instance sur un disque de cette machine, ou "
            "utilisez PostgreSQL (APPEL_DATABASE_URL)."
        )


def file_system(folder: Path, mounts: str) -> str:
    """The kind of file system a folder stands on, by the system's table of mounts.

    A line of the table is « device place kind options… », spaces of a place written ``\\040``.
    """
    found = Path("/"), ""
    for line in mounts.splitlines():
        _, place, kind, *_ = line.split(" ")
        path = Path(place.replace("\\040", " "))
        if folder.is_relative_to(path) and len(path.parts) >= len(found[0].parts):
            found = path, kind
    return found[1]


def _keys(path: Path) -> tuple[bytes, Keys]:
    """Read the key file, or make it (mode 0600). Losing it is losing the data: back it up apart."""
    names = ["database", *(item.name for item in fields(Keys))]
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        drawn = {name: secrets.token_hex(32) for name in names}
        draft = path.with_suffix(f".{os.getpid()}")
        try:
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(drawn, indent=1))
            os.link(draft, path)  # atomic: two first starts never overwrite each other's keys
        except FileExistsError:
            pass
        finally:
            draft.unlink(missing_ok=True)
    try:
        read = {name: bytes.fromhex(text) for name, text in json.loads(path.read_text()).items()}
        if any(len(read[name]) != 32 or len(set(read[name])) < 8 for name in names):
            raise ValueError("a short key, or one that somebody typed")
    except (ValueError, KeyError, AttributeError) as fault:
        raise Misconfigured(
            f"Le fichier de clés {path} est abîmé ou incomplet. Remettez en place la copie gardée "
            "avec la sauvegarde : sans elle, les données ne peuvent pas être ouvertes."
        ) from fault
    return read.pop("database"), Keys(**{name: read[name] for name in names[1:]})
