"""What run.py decides before it installs or starts anything."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import run

HERE = Path(run.__file__)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A project folder of its own; the list fills with the extras of every installation."""
    calls: list[list[str]] = []
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "venv_python", lambda: tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(run, "STAMP", tmp_path / ".venv" / "chainwright.json")
    monkeypatch.setattr(run, "missing_packages", lambda _system: [])
    monkeypatch.setattr(run, "install_project", calls.append)
    return calls


def test_the_second_start_installs_nothing(installed: list[list[str]]) -> None:
    run.prepare([], servers=False)
    run.prepare([], servers=False)
    assert installed == [[]]


def test_a_new_extra_is_added_and_stays(installed: list[list[str]]) -> None:
    run.prepare([], servers=False)
    run.prepare(["test"], servers=False)
    run.prepare([], servers=False)
    run.prepare(["build"], servers=False)
    assert installed == [[], ["test"], ["build", "test"]]


def test_a_changed_project_is_installed_again_with_all_its_extras(installed: list[list[str]]) -> None:
    run.prepare(["test"], servers=False)
    (run.ROOT / "pyproject.toml").write_text("[project]\nname='new'\n", encoding="utf-8")
    run.prepare([], servers=False)
    assert installed == [["test"], ["test"]]


def test_a_half_finished_installation_is_finished(
    installed: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run.prepare([], servers=False)

    def fails(_extras: list[str]) -> None:
        raise run.Stop("no network")

    monkeypatch.setattr(run, "install_project", fails)
    with pytest.raises(run.Stop):
        run.prepare(["test"], servers=False)
    assert not run.STAMP.exists()
    monkeypatch.setattr(run, "install_project", installed.append)
    run.prepare([], servers=False)
    assert installed == [[], []]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", '{"for": 1}', '{"for": ["x"], "extras": null, "system": []}']
)
def test_a_damaged_stamp_counts_as_none(installed: list[list[str]], text: str) -> None:
    run.STAMP.write_text(text, encoding="utf-8")
    assert run.read_stamp() == {}
    run.prepare([], servers=False)
    assert installed == [[]]


def test_a_folder_that_was_moved_is_installed_again(
    installed: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.prepare([], servers=False)
    stamp = json.loads(run.STAMP.read_text(encoding="utf-8"))
    stamp["for"][-1] = "/elsewhere"
    run.STAMP.write_text(json.dumps(stamp), encoding="utf-8")
    run.prepare([], servers=False)
    assert installed == [[], []]


def test_an_environment_without_its_python_is_made_again(installed: list[list[str]]) -> None:
    run.prepare([], servers=False)
    run.venv_python().unlink()
    run.prepare([], servers=False)
    assert installed == [[], []]


def test_only_what_does_not_load_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "loads", lambda library: library != "libEGL.so.1")
    assert run.missing_packages(["qt"]) == ["libegl1"]


def test_the_libraries_of_a_screen_are_wanted_only_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    assert run.system_sets(servers=False) == ["qt"]
    assert run.system_sets(servers=True) == ["qt", "screen", "servers"]
    monkeypatch.setenv("DISPLAY", ":0")
    assert run.system_sets(servers=False) == ["qt", "screen"]
    monkeypatch.setattr(sys, "platform", "win32")
    assert run.system_sets(servers=False) == []


def test_a_python_without_ensurepip_wants_the_venv_package_unless_uv_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "loads", lambda _library: True)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert run.missing_packages(["qt"]) == [f"python3.{sys.version_info.minor}-venv"]
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/uv")
    assert run.missing_packages(["qt"]) == []


def test_without_root_and_sudo_the_one_line_to_type_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "as_root", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/apt-get")
    with pytest.raises(run.Stop) as stop:
        run.install_system(["libgl1", "libegl1"])
    line = str(stop.value).splitlines()[-1].strip()
    assert line.startswith("sudo sh -c 'apt-get update && apt-get install -y")
    assert line.endswith("libgl1 libegl1'")


def test_another_linux_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(run.Stop, match=r"no apt-get.* what Debian calls: libgl1$"):
        run.install_system(["libgl1"])


def test_a_failed_installer_shows_its_last_lines_and_what_to_do() -> None:
    with pytest.raises(run.Stop, match=r"(?s)no space left.*Try again"):
        run.call([sys.executable, "-c", "import sys; sys.exit('no space left')"], hint="Try again.")


def test_pytest_is_counted_whatever_happened() -> None:
    assert run.count("=== 2 failed, 13 passed, 1 skipped, 3 errors in 3.05s ===") == {
        "failed": 5,
        "passed": 13,
        "skipped": 1,
    }
    assert run.count("13 passed in 15.67s") == {"passed": 13, "failed": 0}


@pytest.mark.parametrize(
    ("code", "counted"),
    [
        ("print('== 3 passed, 1 skipped in 1s ==')", (0, {"passed": 3, "skipped": 1, "failed": 0})),
        ("print('== 2 deselected in 1s =='); sys.exit(5)", (0, {"failed": 0})),
        ("print('Segmentation fault'); sys.exit(139)", (139, {"failed": 1})),
        (
            "print('== 3 passed, 1 skipped in 1s =='); sys.exit(1)",
            (1, {"passed": 3, "skipped": 1, "failed": 0}),
        ),
    ],
)
def test_a_step_of_tests_is_judged_by_its_exit_and_its_last_line(
    code: str, counted: tuple[int, dict[str, int]]
) -> None:
    command = [sys.executable, "-c", f"import sys; {code}", "pytest"]
    assert run.run_step(command, dict(os.environ)) == counted


def test_a_check_counts_as_one() -> None:
    fails = [sys.executable, "-c", "raise SystemExit(1)"]
    assert run.run_step(fails, dict(os.environ)) == (1, {"failed": 1})
    assert run.run_step([*fails[:2], "pass"], dict(os.environ)) == (0, {"passed": 1})


def test_the_checks_run_with_the_whole_suite_only() -> None:
    names = [name for name, _ in run.test_steps(["--nightly"])]
    assert names == [
        "ruff",
        "ruff format",
        "mypy",
        "import contracts",
        "tests, two at a time",
        "tests, alone",
    ]
    assert len(run.test_steps(["tests/unit", "-x"])) == 2
    assert [command[-2:] for _, command in run.test_steps(["-m", "browser"])] == [["-m", "browser"]]


def test_help_is_said_at_once_and_installs_nothing(tmp_path: Path) -> None:
    copied = tmp_path / "run.py"
    copied.write_bytes(HERE.read_bytes())
    done = subprocess.run([sys.executable, copied, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "python3 run.py demo" in done.stdout
    assert list(tmp_path.iterdir()) == [copied]


def test_an_older_python_gets_one_sentence() -> None:
    text = HERE.read_text(encoding="utf-8")
    early = text[: text.index("ROOT = ")].replace("sys.version_info", "(3, 8)")
    done = subprocess.run([sys.executable, "-c", early], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("Chainwright needs Python 3.11 or newer")
    ast.parse(text, feature_version=(3, 6))
