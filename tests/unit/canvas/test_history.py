from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.canvas import edits, history
from app.canvas.changes import Change
from app.canvas.commands import ChangeSettings, FlowCommand
from app.canvas.document import CanvasDocument
from app.canvas.history import PastStep, Restored, head_line, restored, saved_line, saving_line, steps_line
from app.canvas.recorder import Recorder
from app.flows.codec import read_flow, write_flow
from app.model.flow import Flow
from tests.unit.canvas.drawn import chain, edits_of, flows

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def renaming(title: str) -> Callable[[Flow], Flow]:
    return lambda flow: edits.rename(flow, "n1", title)


class Author:
    """Somebody who draws, and a log that is written meanwhile."""

    def __init__(self, flow: Flow) -> None:
        self.document = CanvasDocument(flow)
        self.recorder = Recorder(self.document, lambda: NOON)
        self.first = write_flow(flow)
        self.stored = self.first
        self.log = head_line(self.first) + saved_line(self.first)
        self.seen = [self.first]

    @property
    def text(self) -> str:
        return write_flow(self.document.flow)

    def write(self) -> None:
        if not self.recorder.is_told:
            self.log += steps_line(*self.recorder.take())
        self.seen.append(self.text)

    def store(self) -> None:
        self.write()
        self.log += saving_line(self.text) + saved_line(self.text)
        self.stored = self.text

    def act(self, data: st.DataObject) -> None:
        flow, stack = self.document.flow, self.document.undo_stack
        match data.draw(st.sampled_from(["edit", "edit", "edit", "type", "undo", "redo", "jump", "store"])):
            case "undo":
                stack.undo()
            case "redo":
                stack.redo()
            case "jump":
                stack.setIndex(data.draw(st.integers(0, stack.count())))
            case "store":
                self.store()
            case "type" if flow.nodes:
                name = data.draw(st.sampled_from([node.id for node in flow.nodes]))
                self.document.do(ChangeSettings(self.document, name, {"subject": data.draw(st.text())}))
            case _:
                self.document.do(FlowCommand(self.document, "Édit 編集", data.draw(edits_of(flow))))


def drawn(data: st.DataObject, most: int = 14) -> Author:
    author = Author(data.draw(flows(4)))
    for _ in range(data.draw(st.integers(0, most))):
        author.act(data)
        if data.draw(st.booleans()):
            author.write()
    author.write()
    return author


def reopened(found: Restored) -> CanvasDocument:
    document = CanvasDocument(Flow(""))
    Recorder(document).restore(found.flow, found.steps, found.done)
    return document


@settings(deadline=None)
@given(st.data())
def test_after_reopening_all_steps_can_be_undone_to_the_first_byte_and_redone_to_the_last(
    data: st.DataObject,
) -> None:
    author = drawn(data)
    found = restored(author.log, author.stored)
    assert found is not None
    assert found.follows
    assert found.is_whole
    assert bool(found.unsaved) or author.stored == author.text
    document, stack = reopened(found), author.document.undo_stack
    assert write_flow(document.flow) == author.text
    again = document.undo_stack
    assert (again.count(), again.index()) == (stack.count(), stack.index())
    assert [again.text(place) for place in range(again.count())] == [
        stack.text(place) for place in range(stack.count())
    ]
    again.setIndex(0)
    assert write_flow(document.flow) == author.first
    again.setIndex(again.count())
    stack.setIndex(stack.count())
    assert write_flow(document.flow) == author.text


@settings(deadline=None)
@given(st.data())
def test_a_log_cut_off_anywhere_leads_to_a_drawing_that_was_seen(data: st.DataObject) -> None:
    author = drawn(data)
    begin = len(head_line(author.first) + saved_line(author.first))
    cut = data.draw(st.integers(begin, len(author.log)))
    found = restored(author.log[:cut], author.first)
    assert found is not None
    assert write_flow(found.flow) in author.seen
    assert found.is_whole == (author.log[cut - 1] == "\n")
    document = reopened(found)
    document.undo_stack.setIndex(0)
    assert write_flow(document.flow) == author.first


@settings(deadline=None)
@given(st.data(), st.integers(0, 6))
def test_a_log_written_anew_keeps_the_newest_steps_and_leads_to_the_same(
    data: st.DataObject, most: int
) -> None:
    author = drawn(data)
    recorder = author.recorder
    log = history.whole_log(author.document.flow, recorder.steps, recorder.done, author.stored, most)
    found = restored(log, author.stored)
    assert found is not None
    assert found.follows
    assert write_flow(found.flow) == author.text
    assert len(found.steps) <= most
    assert list(found.steps) == recorder.steps[max(0, recorder.done - most) :][:most]


@given(st.data())
def test_a_damaged_log_is_refused_or_leads_to_a_flow(data: st.DataObject) -> None:
    flow = chain("entry.manual", "email", "end")
    author = Author(flow)
    for title in "abc":
        author.document.do(FlowCommand(author.document, "Rename", renaming(title)))
        author.write()
    place = data.draw(st.integers(0, len(author.log) - 1))
    log = author.log[:place] + data.draw(st.text(max_size=3)) + author.log[place + 1 :]
    found = restored(log, author.first)
    assert found is None or write_flow(found.flow)


@pytest.mark.parametrize("log", ["", "{}", "[]\n", '{"history": 2, "text": ""}\n', "nonsense\n", "\n\n"])
def test_what_is_no_log_is_refused(log: str) -> None:
    assert restored(log, "") is None


def test_steps_that_do_not_fit_the_drawing_are_refused() -> None:
    one, other = chain("entry.manual", "email"), chain("entry.manual", "sms")
    change = Change.between(other, edits.rename(other, "n1", "X"))
    log = head_line(write_flow(one)) + steps_line(0, [PastStep("Rename", NOON, change)], 1)
    assert restored(log, write_flow(one)) is None


def test_a_draft_that_somebody_else_changed_or_put_back_is_not_followed() -> None:
    author = Author(chain("entry.manual", "email"))
    for title in ("One", "Two"):
        author.document.do(FlowCommand(author.document, "Rename", renaming(title)))
        author.store()
    author.document.undo_stack.undo()
    author.write()
    theirs = write_flow(replace(read_flow(author.first), name="Theirs"))
    for draft, follows in ((theirs, False), (author.first, False), (author.stored, True)):
        found = restored(author.log, draft)
        assert found is not None
        assert (found.follows, found.unsaved) == (follows, 1)


def test_a_draft_stored_just_before_the_end_is_ours_though_the_log_does_not_say_so_yet() -> None:
    author = Author(chain("entry.manual", "email"))
    author.document.do(FlowCommand(author.document, "Rename", renaming("One")))
    author.write()
    author.log += saving_line(author.text)
    stored = restored(author.log, author.text)
    assert stored is not None
    assert (stored.follows, stored.unsaved) == (True, 0)
    not_stored = restored(author.log, author.first)
    assert not_stored is not None
    assert (not_stored.follows, not_stored.unsaved) == (True, 1)


def test_typing_is_one_step_and_moving_many_nodes_is_a_short_line() -> None:
    flow = Flow(
        "Many", tuple(replace(one, settings={"body": "x" * 500}) for one in chain(*["email"] * 300).nodes)
    )
    author = Author(flow)
    for text in ("H", "He", "Hey"):
        author.document.do(ChangeSettings(author.document, "n1", {"subject": text}))
        author.write()
    found = restored(author.log, author.first)
    assert found is not None
    assert [(step.name, step.at) for step in found.steps] == [("Change N1", NOON)]
    before = len(author.log)
    names = [one.id for one in flow.nodes]
    author.document.do(FlowCommand(author.document, "Move", lambda one: edits.move(one, 8, 0, nodes=names)))
    author.write()
    # Each node stands in the line once as it was, and by what is new of it.
    assert len(author.log) - before < 1.2 * len(write_flow(flow))
    assert json.loads(author.log.splitlines()[-1])["steps"][0]["nodes"][0][2][5] == {"x": 1208.0}


def test_a_long_log_is_said_to_be_in_need_of_being_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    author = Author(chain("entry.manual", "email"))
    for number in range(8):
        title = str(number)
        author.document.do(FlowCommand(author.document, "Rename", renaming(title)))
        author.write()
    monkeypatch.setattr(history, "MOST_STEPS", 4)
    found = restored(author.log, author.first)
    assert found is not None
    assert not found.is_whole
    monkeypatch.setattr(history, "MOST_BYTES", 2_000)
    shorter = history.whole_log(found.flow, found.steps, found.done, author.first, 8)
    assert len(shorter) <= 1_000
    assert restored(shorter, author.first) is not None
