"""The program as it runs for real: web and worker processes on an instance, behind an address."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.servers import free_port

START_SECONDS = 120


@contextmanager
def serving(instance: Path, *, env: Mapping[str, str]) -> Iterator[str]:
    """Start ``appel-solidaire up`` on an instance; give its address once it answers.

    ``env`` holds the APPEL_… settings; those of whoever runs the tests do not count. What the
    processes say is in ``journal.log`` beside the instance, and in the failure if they do not start.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("APPEL_")}
    journal = instance.parent / "journal.log"
    up = [sys.executable, "-m", "appel_solidaire.cli", "up", "--instance", str(instance)]
    with journal.open("ab") as log:
        process = subprocess.Popen(
            [*up, "--port", str(port)],
            env={**kept, "APPEL_PUBLIC_URL": address, **env},
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(port, process, journal)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], journal: Path) -> None:
    limit = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > limit:
                said = journal.read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"the program did not start: {said}") from None
            time.sleep(0.05)
        else:
            return
