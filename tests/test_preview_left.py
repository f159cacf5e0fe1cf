"""What a preview leaves on the machine: nothing that outlives its process for long."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from appel_solidaire import preview


def test_what_a_process_cut_off_left_behind_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    gone, mine = (f"appel-apercu-{pid}-abcd" for pid in (ended.pid, os.getpid()))
    for name in (gone, mine, "autre"):
        (tmp_path / name).mkdir()
    preview.remove_leftovers()
    assert sorted(one.name for one in tmp_path.iterdir()) == [mine, "autre"]
