"""The modules in which a mistake reaches people: every branch of them is walked by tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PERFECT = (
    "app/flows/validate.py",
    "app/flows/checks/*.py",
    "app/flows/laps.py",
    "app/flows/repeats.py",
    "app/flows/why/*.py",
    "app/engine/actions.py",
    "app/engine/arrive.py",
    "app/engine/branches.py",
    "app/engine/chance.py",
    "app/flows/impact.py",
    "app/engine/decide.py",
    "app/engine/opening.py",
    "app/engine/queueing.py",
    "app/engine/reach.py",
    "app/engine/keeping.py",
    "app/engine/moving.py",
    "app/engine/policy.py",
    "app/engine/allowance.py",
    "app/engine/asking.py",
    "app/engine/caps.py",
    "app/engine/first.py",
    "app/engine/holding.py",
    "app/engine/limits.py",
    "app/engine/windows.py",
    "app/engine/zones.py",
    "app/engine/retry.py",
    "app/engine/calendar.py",
    "app/channels/links.py",
)
"""The list only grows."""
TESTS = ("tests/unit/flows", "tests/unit/engine", "tests/engine", "tests/unit/channels")

pytestmark = [pytest.mark.nightly, pytest.mark.alone, pytest.mark.timeout(900)]


def test_every_branch_is_walked(tmp_path: Path) -> None:
    report = tmp_path / "coverage.json"
    folders = [folder for folder in TESTS if (ROOT / folder).exists()]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--cov=app",
        "--cov-branch",
        f"--cov-report=json:{report}",
    ]
    done = subprocess.run(
        [*command, *folders],
        cwd=ROOT,
        env={**os.environ, "COVERAGE_FILE": str(tmp_path / "data"), "CHAINWRIGHT_SYSTEM": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    names = [path.relative_to(ROOT).as_posix() for pattern in PERFECT for path in sorted(ROOT.glob(pattern))]
    missed = {name: [*files[name]["missing_lines"], *files[name]["missing_branches"]] for name in names}
    assert {name: places for name, places in missed.items() if places} == {}
