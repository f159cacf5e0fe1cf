"""The ground of the tests: real servers answer, and databases are as fresh as they claim."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
import redis
import sqlalchemy as sa

from appel_solidaire import db
from tests.servers import SmtpSink

pytest_plugins = ["pytester"]


def test_the_database_is_migrated_on_both_engines(database: db.Database) -> None:
    assert db.version_gap(database) is None


@pytest.mark.parametrize("round_", [1, 2])
def test_what_a_test_writes_is_gone_for_the_next(database: db.Database, round_: int) -> None:
    with database.writer.begin() as connection:
        assert not sa.inspect(connection).has_table("left_behind")
        connection.execute(sa.text("CREATE TABLE left_behind (id integer)"))


@pytest.mark.parametrize("config", ["postgresql"], indirect=True)
def test_postgresql_knows_french_capitals(database: db.Database) -> None:
    with database.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT upper('été')")) == "ÉTÉ"
        version = connection.scalar(sa.text("SHOW server_version_num"))
        assert int(str(version)) >= 150000


def test_redis_answers_and_is_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("a", "b")


def test_redis_is_emptied_between_tests(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_an_accepted_mail_is_kept_with_its_journal(smtp_sink: SmtpSink) -> None:
    message = EmailMessage()
    message["From"] = "appel@example.org"
    message["To"] = "territoire@example.org"
    message["Subject"] = "[Appel solidaire] B-2031 · urgent"
    message["Message-ID"] = "<b-2031@example.org>"
    message.set_content("Référence : B-2031")
    address = urlsplit(smtp_sink.url)
    with smtplib.SMTP(address.hostname or "", address.port or 0) as smtp:
        smtp.send_message(message)
    (kept,) = smtp_sink.wait_for(1)
    (entry,) = smtp_sink.journal()
    assert kept.get_content().strip() == "Référence : B-2031"
    assert entry["message_id"] == "<b-2031@example.org>"
    assert entry["to"] == ["territoire@example.org"]


def test_a_skip_is_a_failure_in_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = "from tests.no_skips import pytest_make_collect_report, pytest_runtest_makereport"
    pytester.makeconftest(hooks)
    pytester.makepyfile(
        test_one="import pytest\ndef test_one():\n    pytest.skip('no server')",
        test_file="import pytest\npytest.skip('no browser', allow_module_level=True)",
    )
    monkeypatch.delenv("CI", raising=False)
    elsewhere = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    assert elsewhere.parseoutcomes() == {"skipped": 2}
    monkeypatch.setenv("CI", "true")
    in_ci = pytester.runpytest_inprocess(
        "-p", "no:cacheprovider", "--continue-on-collection-errors"
    )
    in_ci.stdout.fnmatch_lines_random(["*in CI: *no server*", "*in CI: *no browser*"])
    assert in_ci.parseoutcomes() == {"failed": 1, "errors": 1}
