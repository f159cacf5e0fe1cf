"""A whole story about somebody all of whose words are recognisable: none of them stands in a log
line, a mail, an envelope or Redis (S18, S20)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import redis
import sqlalchemy as sa
import structlog
from flask.testing import FlaskClient

from appel_solidaire import exports as files
from appel_solidaire import jobs, logs
from appel_solidaire.app import create_app
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import alarms, exports, needs, reference
from campaigns.models import Agreement, Campaign, Person
from importers import load
from tests import factories
from tests.conftest import Clock
from tests.journeys.town import write_list
from tests.needs_stage import Stage, set_up
from tests.servers import SmtpSink
from tests.web.signing import csrf

CANARIES = {
    "last_name": "Canarinom",
    "first_name": "Canariprenom",
    "birth_name": "Canarinaissance",
    "address": "7 rue Canarivoie",
    "town": "Canariville",
    "notify_person": "Canariproche",
    "home_help": "Canariaide",
    "schemes": "CANARIAPA",
}
SAID, RING_BACK, ANSWERED, SILENT = "canaritexte", "canaririappel", "canarireponse", "canarisilence"
# Of the list that is read: names, towns and numbers as a clerk wrote them.
LISTED = {
    "DUPONT",
    "RAYMONDE",
    "PETIT",
    "ABBEVILLE",
    "99001002",
    "99 00 10",
    "MOULIN",
    "canariliste",
}


@dataclass
class Story:
    """The instance with its queue, and what it sent and wrote."""

    instance: Instance
    sink: SmtpSink
    client: FlaskClient
    clock: Clock

    def work(self) -> None:
        """A worker does all that is due."""
        while jobs.sweep(self.instance):
            continue


@pytest.fixture
def story(
    config: Config,
    clock: Clock,
    smtp_sink: SmtpSink,
    redis_url: str,
) -> Iterator[Story]:
    """An instance with a real mail server and a real queue; its logs are those of production."""
    settings = replace(config, smtp_url=smtp_sink.url, redis_url=redis_url)
    opened = Instance.of(settings, clock=clock)
    yield Story(opened, smtp_sink, create_app(opened).test_client(), clock)
    structlog.reset_defaults()
    opened.database.engine.dispose()


def words_of(person: Person) -> set[str]:
    """All that must stay inside, as it may be written."""
    number = person.phones[0].e164
    kinds = [kind for kind in reference.categories().values() if kind.code in _CATEGORIES]
    return {
        *CANARIES.values(),
        *(SAID, RING_BACK, ANSWERED, SILENT, "canari"),
        *LISTED,
        *(number, number.removeprefix("+33"), "1942-03-01", "01/03/1942"),
        *(kind.code for kind in kinds),
        *(kind.label for kind in kinds),
    }


_CATEGORIES = {"ALI_URGENCE", "ALI_COURSES", "SAN_VITAL"}


def test_no_word_of_a_person_leaves_by_a_log_a_mail_or_the_queue(
    story: Story, redis_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up()  # the logs of production, to what capsys listens to
    with story.instance.database.unit() as session:
        stage = set_up(session)
        for name, value in CANARIES.items():
            setattr(stage.paulette, name, value)
        stage.paulette.birth_date = date(1942, 3, 1)
        session.flush()
        forbidden = words_of(stage.paulette)
        _receive_lists(stage, tmp_path)
        _raise(stage)
    in_queue = _all_of(redis_url)
    story.work()
    _answer(story)
    _break(story)
    story.clock.move(hours=3)
    story.work()
    story.clock.move(days=4)
    story.work()
    with story.instance.database.reading() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        rows = list(exports.people(session, campaign))
        files.workbook(tmp_path / "export.xlsx", rows)
    in_queue += _all_of(redis_url)
    written = capsys.readouterr()
    assert '"event": "bug"' in written.err  # it was listened to
    assert "work_failed" in written.err
    assert in_queue
    mailed = [path.read_text() for path in story.sink.folder.glob("*.eml")]
    mailed += [_decoded(message) for message in story.sink.messages()]
    mailed += [str(entry) for entry in story.sink.journal()]
    assert len(story.sink.journal()) >= 8
    for where, text in (("logs", written.err + written.out), ("queue", in_queue)):
        assert _found(forbidden, text) == set(), where
    for text in mailed:
        assert _found(forbidden, text) == set(), text


def _receive_lists(stage: Stage, folder: Path) -> None:
    """One list that enters, one that cannot be read."""
    content = write_list(folder / "liste.xlsx").read_bytes()
    given: dict[str, Any] = {"source": "IODAS", "by": None, "at": factories.TUESDAY}
    for name, body in (("canariliste.xlsx", content), ("canariliste2.xlsx", b"canaritexte")):
        load.receive(stage.session, stage.campaign, content=body, filename=name, **given)


def _raise(stage: Stage) -> None:
    """Needs of every urgency, an alarm, as reports and hands leave them."""
    told: dict[str, Any] = {"text": SAID, "ring_back": RING_BACK}
    stage.raised("ALI_COURSES", **told)
    stage.raised("ALI_URGENCE", **told)
    stage.raised("SAN_VITAL", agreement=Agreement.VITAL, **told)
    enrolment = factories.enrolment(stage.session, stage.paulette)
    alarms.open_by_hand(
        stage.session, enrolment, stage.campaign, say=SILENT, by=stage.odile, at=factories.TUESDAY
    )


def _answer(story: Story) -> None:
    """A partner opens the need by the link of its mail, asks what is missing, then is done."""
    links = {
        found
        for message in story.sink.messages()
        for found in re.findall(r"/partenaire/besoins/[\w-]+", _decoded(message))
    }
    assert links
    for link in links:
        token = {"csrf_token": csrf(story.client)}
        page = story.client.post(link, data=token)
        assert SAID in page.text
        for answer in ("question", "fait"):
            data = token | {"answer": answer, "words": ANSWERED}
            assert story.client.post(f"{link}/repondre", data=data).status_code == 303


def _break(story: Story) -> None:
    """A page and a worker that break with somebody's words in the message of the fault."""

    def broken(*_: Any, **__: Any) -> int:
        raise ValueError(f"{CANARIES['last_name']} {SAID}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(needs, "find_referral", broken)
        assert story.client.get("/partenaire/besoins/1-x").status_code == 500
        patch.setitem(jobs.WORK, "imports", broken)
        jobs.sweep(story.instance)


def _all_of(url: str) -> str:
    """Every key of Redis with what it holds, decompressed."""
    found: list[bytes] = []
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter():
            kind = client.type(key)
            found.append(key)
            if kind == b"hash":
                held = client.hgetall(key)
                found += [*held.keys(), *(_unpacked(value) for value in held.values())]
            elif kind == b"list":
                found += client.lrange(key, 0, -1)
            elif kind == b"set":
                found += client.smembers(key)
            elif kind == b"zset":
                found += client.zrange(key, 0, -1)
            else:
                found.append(client.get(key) or b"")
    return "\n".join(one.decode("utf-8", "replace") for one in found)


def _unpacked(value: bytes) -> bytes:
    return zlib.decompress(value) if value.startswith(b"x\x9c") else value


def _decoded(message: Any) -> str:
    """Headers, then each part as a reader sees it."""
    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    return "\n".join([*(f"{name}: {value}" for name, value in message.items()), *parts])


def _found(forbidden: set[str], text: str) -> set[str]:
    folded = text.casefold()
    return {word for word in forbidden if word.casefold() in folded}
