"""The ground itself: what conftest promises."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ROOT = Path(__file__).parents[2]


def play(folder: Path, test: str, *arguments: str, system: bool = False) -> subprocess.CompletedProcess[str]:
    """One small test file under our conftest, in a pytest of its own."""
    (folder / "test_small.py").write_text(f"import logging\nimport pytest\n\n{test}\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        "-rs",
        *arguments,
    ]
    return subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "CHAINWRIGHT_SYSTEM": str(int(system))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


SKIPPED = "def test_it(): pytest.skip('no such server')"


def test_an_unexpected_warning_fails_the_test(tmp_path: Path) -> None:
    done = play(tmp_path, "def test_it(): logging.getLogger('app.store').warning('lost a row')")
    assert done.returncode == 1
    assert "app.store WARNING: lost a row" in done.stdout


def test_an_expected_warning_that_never_came_fails_the_test(tmp_path: Path) -> None:
    done = play(tmp_path, "def test_it(expect_log): expect_log('lost a row')")
    assert done.returncode == 1
    assert "never came: ['lost a row']" in done.stdout


def test_a_skip_is_counted_and_passes_on_a_plain_machine(tmp_path: Path) -> None:
    done = play(tmp_path, SKIPPED)
    assert done.returncode == 0
    assert "1 skipped" in done.stdout


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_skip_fails_the_run_where_every_server_is_said_to_be_there(tmp_path: Path, workers: str) -> None:
    done = play(tmp_path, SKIPPED, "-n", workers, system=True)
    assert done.returncode == 1
    assert "1 skipped although every server was said to be installed" in done.stdout


def test_a_nightly_test_is_deselected_not_skipped(tmp_path: Path) -> None:
    nightly = "@pytest.mark.nightly\ndef test_deep(): pass\n\ndef test_quick(): pass"
    assert "1 passed, 1 deselected" in play(tmp_path, nightly, system=True).stdout
    assert "2 passed" in play(tmp_path, nightly, "--nightly", system=True).stdout


def test_an_expected_warning_passes(expect_log: Callable[[str], None]) -> None:
    expect_log("the disk is nearly full")
    logging.getLogger("app.store").warning("the disk is nearly full: %d MB", 12)


def test_a_foreign_logger_of_the_list_may_warn() -> None:
    logging.getLogger("urllib3.connectionpool").warning("Connection pool is full")


def test_local_time_is_not_utc_here() -> None:
    assert datetime.now(UTC).astimezone().utcoffset() != UTC.utcoffset(None)


def test_no_test_sees_a_display_or_a_session_bus() -> None:
    assert "DISPLAY" not in os.environ
    assert os.environ["DBUS_SESSION_BUS_ADDRESS"] == "disabled:"


@pytest.mark.parametrize("text", ["Grüße aus Köln", "見積もり", "🛒 done"])
def test_any_text_can_be_typed(qtbot: QtBot, type_text: Callable[..., None], text: str) -> None:
    from PySide6.QtWidgets import QLineEdit

    line = QLineEdit()
    qtbot.addWidget(line)
    type_text(line, text)
    assert line.text() == text
