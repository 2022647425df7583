"""People who are moved to another version: the twin and the database keep the same."""

from __future__ import annotations

from dataclasses import replace

from app.model.journey import FlowState, JourneyState
from app.model.shifts import Choice, Group, Phase, Shift, Shifted
from tests.store.world import NOON, AnyStore, a_journey, add_contact, later, publish, write


def a_shift(id_: int = 1, flow_id: int = 1, **values: object) -> Shift:
    shift = Shift(
        id_,
        flow_id,
        NOON,
        "Ada",
        1,
        2,
        1,
        2,
        FlowState.LIVE,
        (Group(1, "wait", Choice.MOVE, "other"), Group(1, "letter", Choice.LEAVE)),
        Phase.MOVING,
    )
    return replace(shift, **values)  # type: ignore[arg-type]


def a_row(
    journey_id: int, choice: Choice = Choice.MOVE, *, at_once: bool = False, **values: object
) -> Shifted:
    row = Shifted(1, journey_id, 1, "wait", choice, at_once, 3, 3, {"due": NOON.isoformat()})
    return replace(row, **values)  # type: ignore[arg-type]


def test_those_who_stand_at_a_node_come_in_batches_each_once(store: AnyStore) -> None:
    flow, other = publish(store), publish(store, "Other")
    for contact_id in range(1, 5):
        add_contact(store, contact_id)
    wanted = [a_journey(flow, 10 - n, n, node="wait", key=key) for n in (1, 2, 4) for key in ("a", "b")]
    wanted = [replace(one, id=20 + number) for number, one in enumerate(wanted)]
    rest = [
        a_journey(flow, 1, 3, node="letter"),
        a_journey(flow, 2, 3, node="wait", key="over", state=JourneyState.DONE),
        replace(a_journey(flow, 3, 3, node="wait", key="old"), version_id=99),
        a_journey(other, 4, 3, node="wait"),
    ]
    write(store, started=[*rest, *wanted])
    with store.transaction() as tx:
        found = tx.standing(flow.id, flow.version_id, ["wait", "nowhere"], (0, ""), 4)
        assert found == wanted[:4]
        behind = (found[-1].contact_id, found[-1].key)
        assert tx.standing(flow.id, flow.version_id, ["wait"], behind, 4) == wanted[4:]
        assert tx.standing(flow.id, 7, ["wait"], (0, ""), 4) == []


def test_a_shift_is_kept_with_what_it_has_moved(store: AnyStore) -> None:
    publish(store)
    write(store, shifts=[a_shift()], shifted=[a_row(7), a_row(5, at_once=True), a_row(6, Choice.LEAVE)])
    with store.transaction() as tx:
        assert tx.shift(1) == tx.newest_shift(1) == a_shift()
        assert tx.shift(2) is None
        assert tx.newest_shift(9) is None
        assert tx.unfinished_shifts() == [a_shift()]
        assert tx.shifted(1, 0, 2) == [a_row(5, at_once=True), a_row(6, Choice.LEAVE)]
        assert tx.shifted(1, 6, 2) == [a_row(7)]
        assert tx.shift_counts(1) == {
            (1, "wait", Choice.MOVE, False, None): 1,
            (1, "wait", Choice.MOVE, True, None): 1,
            (1, "wait", Choice.LEAVE, False, None): 1,
        }


def test_only_what_becomes_of_a_shift_can_change(store: AnyStore) -> None:
    publish(store)
    write(store, shifts=[a_shift()], shifted=[a_row(5)])
    write(
        store,
        shifts=[a_shift(author="Eve", phase=Phase.UNDONE, undone_at=later(minutes=3))],
        shifted=[a_row(5, node="elsewhere", back=True)],
    )
    write(store, shifts=[a_shift(2, phase=Phase.BACK)])
    with store.transaction() as tx:
        assert tx.shift(1) == a_shift(phase=Phase.UNDONE, undone_at=later(minutes=3))
        assert tx.shifted(1, 0, 9) == [a_row(5, back=True)]
        assert [one.id for one in tx.unfinished_shifts()] == [2]
        tx.forget_shifted(1)
        assert tx.shifted(1, 0, 9) == []
        assert tx.shift_counts(1) == {}
