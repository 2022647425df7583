from __future__ import annotations

from dataclasses import replace

from app.model.journey import Changes, JournalLine, LiveFlow, MessageState
from app.store.folding import fold
from tests.store.world import NOON, a_journey, a_message

FLOW = LiveFlow(1, "Basket", "live", 1, NOON)  # type: ignore[arg-type]  # its state plays no part here
OLD, NEW = a_journey(FLOW, 1), a_journey(FLOW, 2, 2)


def test_a_row_that_is_new_takes_all_later_values() -> None:
    moved = replace(NEW, step=2, node="letter")
    queued = a_message(NEW, 9)
    sent = replace(queued, state=MessageState.SENT)
    folded = fold(Changes(started=[NEW], moved=[(moved, 1)], queued=[queued], messages=[sent]))
    assert (folded.started, folded.moved, folded.queued, folded.messages) == ([moved], [], [sent], [])


def test_a_row_that_is_known_is_moved_once_from_its_first_step_to_its_last() -> None:
    steps = [(replace(OLD, step=step), step - 1) for step in (2, 3, 4)]
    folded = fold(Changes(moved=steps))
    assert folded.moved == [(steps[-1][0], 1)]
    assert folded.lost == []


def test_a_chain_of_moves_with_a_gap_is_lost() -> None:
    folded = fold(Changes(moved=[(replace(OLD, step=2), 1), (replace(OLD, step=9), 8)]))
    assert folded.lost == [1]


def test_what_belongs_to_a_lost_move_is_left_out() -> None:
    lines = [JournalLine(one.id, one.contact_id, 1, 1, NOON, "start", "left") for one in (OLD, NEW)]
    queued = [a_message(OLD, 8), a_message(NEW, 9)]
    changed = [a_message(OLD, 6), a_message(NEW, 7)]
    kept = fold(Changes(queued=queued, messages=changed, journal=lines)).without([OLD.id])
    assert (kept.queued, kept.messages, kept.journal) == (queued[1:], changed[1:], lines[1:])
