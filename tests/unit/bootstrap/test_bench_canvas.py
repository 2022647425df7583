from __future__ import annotations

from pathlib import Path

import pytest

from app.bootstrap import bench_canvas
from app.cli import run


def test_outside_of_a_checkout_the_canvas_is_not_measured_and_one_sentence_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_canvas, "_HARNESS", tmp_path / "measure.py")
    assert run(["bench", "canvas", "--json"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "“bench canvas” runs from a checkout of the sources only.\n")


def test_a_canvas_that_cannot_be_measured_is_no_canvas_that_is_slow(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_canvas, "_OURS", "tests.bench.canvas_adapter:NoSuchCanvas")
    assert run(["bench", "canvas", "--sizes", "3", "--rounds", "1", "--json"]) == 2
    assert "could not be measured" in capfd.readouterr().err


def test_the_harness_answers_with_ratios_to_the_plain_scene(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "canvas", "--sizes", "40", "--rounds", "1", "--json"]) == 0
    said = capfd.readouterr().out
    assert '"bench": "canvas"' in said
    assert '"drag one, 40 nodes"' in said


def test_other_canvases_that_cannot_be_installed_are_not_measured(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setattr(bench_canvas, "_PACKAGES", ("no-such-canvas-anywhere",))
    assert run(["bench", "canvas", "--peers", "--json"]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert "The other canvases could not be installed; pip says above why." in said.err


def test_another_canvas_is_told_by_name_and_has_no_bars(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_canvas, "_install", lambda _folder: True)
    monkeypatch.setattr(bench_canvas, "_PEERS", ("Plain",))
    monkeypatch.setattr(bench_canvas, "_PEERS_ADAPTER", "plain")
    monkeypatch.setattr(bench_canvas, "_PEERS_ASKED", ("--sizes", "40", "--rounds", "1"))
    assert run(["bench", "canvas", "--peers", "--json"]) == 0
    assert '"Plain: drag one, 40 nodes"' in capfd.readouterr().out


def test_an_unknown_benchmark_is_named_with_those_there_are() -> None:
    assert run(["bench", "nothing"]) == 2
