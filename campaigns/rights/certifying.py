"""The certificate of an erasure: counts, a day, a role; nothing that says who it was about."""

import hmac
import json
from datetime import datetime
from hashlib import sha256
from typing import Any  # what JSON holds

from sqlalchemy.orm import Session

from campaigns import sealing
from campaigns.models import Organisation, RightsRequest, User
from campaigns.retention import rules
from campaigns.retention.labels import lasting
from campaigns.rights import labels, telling, words
from campaigns.sealing import Keys

_OTHERS = "Autres lignes"


def seal(
    session: Session,
    request: RightsRequest,
    counts: dict[str, int],
    *,
    objected: bool,
    by: User,
    at: datetime,
) -> None:
    """Write the certificate beside the request, with a code nobody makes without the key."""
    request.certificate = {
        "reference": f"D-{request.id}",
        "erased_at": at.isoformat(),
        "by": by.id,
        "role": by.role.value,
        "counts": {name: counts[name] for name in sorted(counts) if counts[name]},
        "objected": objected,
    }
    request.mac = _mac(session, request.certificate)


def holds(session: Session, request: RightsRequest) -> bool:
    """Whether a certificate still is what was sealed."""
    return bool(request.mac) and sealing.same(request.mac, _mac(session, request.certificate))


def told(session: Session, request: RightsRequest) -> dict[str, Any]:
    """The certificate in words, for its page and its PDF."""
    organisation = session.get_one(Organisation, 1)
    kept = [*words.KEPT, *((words.OBJECTION_KEPT,) if request.certificate["objected"] else ())]
    at = telling.moment(datetime.fromisoformat(request.certificate["erased_at"]))
    by = session.get(User, request.certificate["by"])
    who = f"{by.full_name} ({by.role.label})" if by is not None and by.forgotten_at is None else ""
    kept_for = lasting(rules.in_force(session).days["backups"])
    received = f"{request.received_on:%d/%m/%Y}"
    return {
        "organisation": organisation.name,
        "lines": [
            f"{organisation.name} atteste que les données de la personne qui a fait la demande "
            f"{request.certificate['reference']}, reçue le {received}, ont été effacées le {at}.",
            f"Effacement fait par {who or 'la protection des données'}.",
            f"Les sauvegardes sont détruites en {kept_for} ; une sauvegarde remise en service "
            "avant est effacée de la même façon avant d’ouvrir.",
        ],
        "counts": titled(request.certificate["counts"]),
        "kept": kept,
        "mac": request.mac,
        "check": (
            "Ce sceau a été calculé avec une clé gardée hors de la base : si un mot de cette "
            "attestation changeait, il ne correspondrait plus."
        ),
    }


def titled(counts: dict[str, int]) -> list[tuple[str, str]]:
    """Counts by table under their French titles, in the order of the document."""
    known = [(title, counts[name]) for name, title in labels.TABLES.items() if name in counts]
    others = sum(count for name, count in counts.items() if name not in labels.TABLES)
    rows = [*known, (_OTHERS, others)] if others else known
    return [(title, str(count)) for title, count in rows]


def _mac(session: Session, certificate: dict[str, Any]) -> str:
    keys: Keys = session.info["keys"]
    text = json.dumps(certificate, sort_keys=True, ensure_ascii=False)
    return hmac.new(keys.journal, f"certificate\x1f{text}".encode(), sha256).hexdigest()
