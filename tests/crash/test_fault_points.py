"""R2: the program is ended at every named gap; afterwards nothing is lost and nothing was decided twice."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.faults import COMMITS, POINTS
from app.model.journey import Journey, JourneyState, Message, MessageState
from app.store.database import SqlStore, open_store
from tests.crash.forge import ROOT, THROWN, Forge, forge
from tests.crash.shop_child import PEOPLE, Wire
from tests.figures import Figures

ENDED = {"exit": 86, "throw": THROWN}
OFTEN = [point for point in POINTS if point.split(".")[0] in ("lease", "tick", "dispatch", "ingest", "enter")]
"""Passed again and again in one life."""


@pytest.fixture(scope="module")
def smithy() -> Iterator[Forge]:
    with forge() as made:
        yield made


@pytest.mark.parametrize(
    ("point", "after", "deed"),
    [
        *((point, 2 if point in OFTEN else 1, "exit") for point in POINTS),
        *(pytest.param(point, 1, "throw", marks=pytest.mark.nightly) for point in POINTS),
        *(
            pytest.param(point, after, deed, marks=pytest.mark.nightly)
            for point in OFTEN
            for after in (1, 3, 4)
            for deed in ENDED
        ),
    ],
)
def test_nothing_is_lost_and_nothing_is_decided_twice(
    smithy: Forge, tmp_path: Path, figures: Figures, point: str, after: int, deed: str
) -> None:
    """R2, promises 1 to 3."""
    if point.startswith("recover."):
        assert smithy.run(tmp_path, 0, "dispatch.sending:exit@2") == ENDED["exit"]
    ended = smithy.run(tmp_path, 0.1, f"{point}:{deed}@{after}")
    figures("R2", point=point, deed=deed, passed=after)
    assert ended == ENDED[deed], f"{point} was never passed"
    assert smithy.run(tmp_path, 0.2) == 0
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
    names = {store.flows.id_of(name): name for name in ENDS}
    assert len(people) == PEOPLE
    for place, one in enumerate(people):
        journeys = {names[journey.flow_id]: journey for journey in store.people.journeys(one)}
        assert len(journeys) == len(store.people.journeys(one)) == _flows_of(place)
        for name, journey in journeys.items():
            mine = [message for message in store.people.messages(one) if message.journey_id == journey.id]
            check_journey(name, journey, mine)
        moves = Counter(
            (line.journey_id, line.step, line.what)
            for line in store.people.journal(one)
            if line.what in ("left", "queued", "ended")
        )
        assert set(moves.values()) == {1}, "a step was decided twice"


ENDS = {
    "Shop": ("end",),
    "Popups": ("end", "failed"),
    "Late": ("end", "failed"),
    "Waiting": ("stopped",),
    "Taken over": ("end",),
    "Telling": ("end",),
    "Moving": ("end",),
    "Club": ("end",),
    "Broken": ("end",),
    "First": ("end",),
    "Braked": ("end", "failed"),
}
"""How people may leave each flow."""


def _flows_of(place: int) -> int:
    """The first people are in every flow, the others in fewer of them, the last in the shop and the club."""
    return 11 if place < 2 else 7 if place < 3 else 6 if place < 4 else 2


def check_journey(name: str, journey: Journey, messages: list[Message]) -> None:
    unknown = [message for message in messages if message.state is MessageState.UNKNOWN]
    if journey.state is not JourneyState.DONE:
        assert (journey.state, len(unknown)) == (JourneyState.HELD, 1)
        return
    assert not unknown
    assert journey.end_reason in ENDS[name]
    if name == "Shop":
        assert [message.node for message in messages] == ["letter", "sms", "bill"]
        assert {message.state for message in messages} == {MessageState.SENT}


def check_the_wire(store: SqlStore, lines: list[str]) -> None:
    """What the other side has seen beside what we think that we have sent."""
    seen = Counter(tuple(line.split()) for line in lines)
    messages = {
        one.id: one
        for person in store.people.everybody()
        for one in store.people.messages(person)
        if one.channel != "popup"
    }
    doubled = [(key, times) for key, times in seen.items() if times > 1]
    assert {key[2] for key, _ in doubled} <= {"sms", "bill", "tell"}, "an advertisement went out twice"
    assert len(doubled) <= Wire.in_flight
    assert {int(key[1]) for key in seen} <= set(messages), "something went out that is written nowhere"
    arrived = {int(key[1]) for key in seen}
    sent = {id_ for id_, one in messages.items() if one.state is MessageState.SENT}
    unknown = {id_ for id_, one in messages.items() if one.state is MessageState.UNKNOWN}
    assert sent <= arrived, "we believe that we sent what never went out"
    assert arrived - sent <= unknown
    assert len(unknown) <= Wire.in_flight
    assert {messages[id_].node for id_ in unknown} <= {"letter", "late", "taken", "first", "braked"}


def test_a_life_without_a_fault_ends_well(smithy: Forge, tmp_path: Path) -> None:
    """The control: without a fault everybody gets all three messages once."""
    assert smithy.run(tmp_path, 0) == 0
    check(tmp_path)
    lines = (tmp_path / "wire.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(set(lines))
    assert sum(line.split()[2] in ("letter", "sms", "bill") for line in lines) == 3 * PEOPLE
    assert smithy.run(tmp_path, 2) == 0
    assert (tmp_path / "wire.txt").read_text(encoding="utf-8").splitlines() == lines


# --- a new commit without a point fails ---------------------------------------------------------------

READS = {"decide_all", "brake", "_revoke", "_waiting"}
"""Functions of the engine whose transaction writes nothing."""
OWN = ("tick", "dispatch", "recover")
"""Commits that decide or send: they look at the lease in their own transaction."""


def _calls(folder: str, name: str) -> list[tuple[str, ast.Call]]:
    """Every call of a method of this name, with the function that it stands in."""
    found = []
    for path in sorted((ROOT / "app" / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                found += [
                    (node.name, call)
                    for call in ast.walk(node)
                    if isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and call.func.attr == name
                ]
    return found


def _commit_of(call: ast.Call) -> str:
    return str(call.args[0].value) if call.args and isinstance(call.args[0], ast.Constant) else ""


def test_every_commit_of_the_engine_has_a_name_and_with_it_its_fault_points() -> None:
    """R2: a new commit without a point fails."""
    sessions = [(where, _commit_of(call)) for where, call in _calls("engine", "session")]
    nameless = {where for where, commit in sessions if not commit}
    assert nameless == READS
    assert {commit for _, commit in sessions if commit} == set(COMMITS)
    raw = {where for where, _ in _calls("engine", "transaction")}
    assert raw == {"session", "looking", "take_or_refuse"}, "whatever writes goes by Context.session"


def test_whoever_decides_or_sends_looks_at_the_lease() -> None:
    """R8: in the transaction itself."""
    own = {_commit_of(call): len(call.args) for _, call in _calls("engine", "session")}
    assert {commit: count for commit, count in own.items() if commit in OWN} == dict.fromkeys(OWN, 2)


def test_other_rooms_name_their_commits_too() -> None:
    """R2: what bootstrap writes by the engine's sessions."""
    assert {_commit_of(call) for _, call in _calls("bootstrap", "session")} <= {"", *COMMITS}


def test_every_fault_point_that_is_no_commit_stands_in_the_engine() -> None:
    """R2: 100 % of points."""
    texts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "app" / "engine").glob("*.py"))
    others = [point for point in POINTS if point.split(".")[1] not in ("before-commit", "committed")]
    assert [point for point in others if f'point("{point}")' not in texts] == []
