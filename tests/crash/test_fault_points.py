"""R2: the program is ended at every named gap; afterwards nothing is lost and nothing was decided twice."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from app.engine.faults import POINTS
from app.model.journey import JourneyState, MessageState
from app.store.database import SqlStore, open_store
from tests.crash.shop_child import PEOPLE, THROWN, Wire

ROOT = Path(__file__).parents[2]
ENDED = {"exit": 86, "throw": THROWN}


def run(folder: Path, hours: float, fault: str = "") -> int:
    """One life of the shop; how it ended."""
    environment = {**os.environ, "CHAINWRIGHT_FAULT": fault, "PYTHONPATH": str(ROOT)}
    child = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "crash" / "shop_child.py"), str(folder), str(hours)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert child.returncode in (0, *ENDED.values()), child.stderr
    return child.returncode


@pytest.mark.parametrize("deed", ENDED)
@pytest.mark.parametrize(
    ("point", "after"),
    [
        *((point, 2) for point in POINTS if point != "recover.committed"),
        ("recover.committed", 1),
        *(pytest.param(point, 3, marks=pytest.mark.nightly) for point in POINTS[:-1]),
        *(pytest.param(point, 1, marks=pytest.mark.nightly) for point in POINTS[:-1]),
    ],
)
def test_nothing_is_lost_and_nothing_is_decided_twice(
    tmp_path: Path, point: str, after: int, deed: str
) -> None:
    """R2, promises 1 to 3."""
    if point == "recover.committed":
        assert run(tmp_path, 0, "dispatch.sending:exit@2") == ENDED["exit"]
    ended = run(tmp_path, 0.1, f"{point}:{deed}@{after}")
    assert ended == ENDED[deed], f"{point} was never passed"
    assert run(tmp_path, 0.2) == 0
    check(tmp_path)


def check(folder: Path) -> None:
    store = open_store(folder / "workspace.db")
    try:
        check_everybody_came_through(store)
        check_the_wire(store, (folder / "wire.txt").read_text(encoding="utf-8").splitlines())
        assert store.numbers.recount(dry=True) == []
        assert store.numbers.totals().events == PEOPLE
    finally:
        store.close()


def check_everybody_came_through(store: SqlStore) -> None:
    people = store.people.everybody()
    assert len(people) == PEOPLE
    for one in people:
        (journey,) = store.people.journeys(one)
        messages = store.people.messages(one)
        unknown = [message for message in messages if message.state is MessageState.UNKNOWN]
        if journey.state is JourneyState.DONE:
            assert journey.end_reason == "end"
            assert [message.node for message in messages] == ["letter", "sms", "bill"]
            assert {message.state for message in messages} == {MessageState.SENT}
        else:
            assert (journey.state, len(unknown)) == (JourneyState.HELD, 1)
        moves = Counter(
            (line.step, line.what) for line in store.people.journal(one) if line.what in ("left", "queued")
        )
        assert set(moves.values()) == {1}, "a step was decided twice"


def check_the_wire(store: SqlStore, lines: list[str]) -> None:
    """What the other side has seen beside what we think that we have sent."""
    seen = Counter(tuple(line.split()) for line in lines)
    messages = {one.id: one for person in store.people.everybody() for one in store.people.messages(person)}
    doubled = [(key, times) for key, times in seen.items() if times > 1]
    assert {key[2] for key, _ in doubled} <= {"sms", "bill"}, "an advertisement went out twice"
    assert len(doubled) <= Wire.in_flight
    assert {int(key[1]) for key in seen} <= set(messages), "something went out that is written nowhere"
    arrived = {int(key[1]) for key in seen}
    sent = {id_ for id_, one in messages.items() if one.state is MessageState.SENT}
    unknown = {id_ for id_, one in messages.items() if one.state is MessageState.UNKNOWN}
    assert sent <= arrived, "we believe that we sent what never went out"
    assert arrived - sent <= unknown
    assert len(unknown) <= Wire.in_flight
    assert {messages[id_].node for id_ in unknown} <= {"letter"}


def test_a_life_without_a_fault_ends_well(tmp_path: Path) -> None:
    """The control: without a fault everybody gets all three messages once."""
    assert run(tmp_path, 0) == 0
    check(tmp_path)
    lines = (tmp_path / "wire.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(set(lines)) == 3 * PEOPLE
    assert run(tmp_path, 2) == 0
    assert (tmp_path / "wire.txt").read_text(encoding="utf-8").splitlines() == lines


ONE_COMMIT = {
    "enter": "a person asks and sees the answer",
    "stop_journeys": "every batch is whole, and asking again goes on",
    "decide_held": "a person asks and sees the answer",
    "shown": "the browser asks again",
    "cannot_be_made": "found out again at the next page",
    "_beat": "the lease alone",
    "close": "the lease alone",
    "_rest": "reads only",
}
"""Functions that open a transaction with nothing beside it that could be lost."""


def test_every_commit_of_the_engine_has_a_fault_point_or_a_reason() -> None:
    """R2: a new commit without a point fails."""
    without = set()
    for path in sorted((ROOT / "app" / "engine").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name != "session":
                text = ast.unparse(node)
                if (".session()" in text or ".transaction()" in text) and "faults.point" not in text:
                    without.add(node.name)
    assert without == set(ONE_COMMIT)


def test_every_fault_point_stands_in_the_engine() -> None:
    """R2: 100 % of points."""
    texts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "app" / "engine").glob("*.py"))
    assert [point for point in POINTS if f'point("{point}")' not in texts] == []
