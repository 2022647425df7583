"""The built program runs where there is no Python, no project and no environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BIGGEST = 260 * 1024 * 1024
"""Bytes on disk; beyond it something slipped in that no window needs."""

pytestmark = [pytest.mark.nightly, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the built program."""
    pytest.importorskip("PyInstaller", reason="the extra 'build' is not installed")
    made = tmp_path_factory.mktemp("bundle")
    where = ["--distpath", str(made / "dist"), "--workpath", str(made / "work")]
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", *where]
    subprocess.run([*command, str(ROOT / "build.spec")], check=True, stdin=subprocess.DEVNULL, timeout=600)
    return made / "dist" / "chainwright"


def run(bundle: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the program in an empty folder and an environment with nothing but that folder as home."""
    return subprocess.run(
        [bundle / "chainwright", *arguments],
        cwd=folder,
        env={"HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_the_demo_plays_from_the_bundle(bundle: Path, tmp_path: Path) -> None:
    done = run(bundle, tmp_path, "demo", "--headless", "--json")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer["contacts"] >= 200
    assert answer["messages"]["email"]["sent"] > 0
    assert all(edge["count"] > 0 for edge in answer["edges"])


def test_a_workspace_is_made_and_filled_from_the_bundle(bundle: Path, tmp_path: Path) -> None:
    """The database's own scripts are inside: without them no workspace could be made."""
    (tmp_path / "contacts.csv").write_text("email,first_name\nada@acme.test,Ada\n", encoding="utf-8")
    done = run(bundle, tmp_path, "import", "contacts.csv", "--workspace", str(tmp_path / "shop"), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["created"] == 1


def test_the_bundle_stays_slim(bundle: Path) -> None:
    sizes = [path.stat().st_size for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(sizes) < BIGGEST


def test_no_part_of_the_test_tools_is_inside(bundle: Path) -> None:
    names = {entry.name for entry in os.scandir(bundle / "_internal")}
    assert not names & {"pytest", "playwright", "hypothesis", "mypy", "numpy", "psycopg_binary", "tkinter"}
