"""The open flow: where its draft is kept, whether it is saved, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.canvas.commands import ChangeFlow, Exchange
from app.canvas.document import CanvasDocument
from app.canvas.history import PastStep
from app.flows.codec import Document, write_flow
from app.model.counts import Counts
from app.model.flow import Flow, Problem
from app.ui.answer import NOTHING_CHOSEN, Answer
from app.ui.drafts import UNKNOWN, Conflict, Opened, Place, free_name, read_draft, store
from app.ui.files import read_bytes, write_bytes
from app.ui.keeper import Keeper
from app.ui.operations import Lane, Operations
from app.ui.recall import Recall
from app.ui.words import tr

if TYPE_CHECKING:
    from app.flows.windows import Ring
    from app.model.ports import Desk, PublishResult

CHECK_MS: Final = 30
"""So long after a change it is judged: what is wrong is seen within a tenth of a second."""
SAVE_MS: Final = 2_000


class Session(QObject):
    """Loads, saves, checks and publishes one draft. Everything slow is an operation.

    Signals:
        opened: another flow is in the document.
        saved: the draft is stored; carries its name.
        dirty_changed: whether something is not saved yet.
        checked: the problems of the drawing as it stands.
        conflicted: somebody else has changed the stored draft, and it was not overwritten; the ``Conflict``.
        said: one sentence about the history of what was opened.
        not_kept: the history cannot be written; the sentence that says why.
    """

    opened = Signal()
    saved = Signal(str)
    dirty_changed = Signal(bool)
    checked = Signal(object)
    conflicted = Signal(object)
    said = Signal(str)
    not_kept = Signal(str)

    def __init__(self, desk: Desk, operations: Operations, *, save_ms: int = SAVE_MS) -> None:
        super().__init__()
        self._desk = desk
        self._operations = operations
        self.document = CanvasDocument(Flow(""), self)
        self.keeper = Keeper(desk, operations, self.document)
        self.keeper.failed.connect(self.not_kept)
        self._place = Place()
        self._conflict: Conflict | None = None
        self._file: Document | None = None
        self._checking: Flow | None = None
        self._recall: Recall | None = None
        self.goes_on = False
        """While ``opened`` is told: what is opened is what was shown already."""
        self._check_soon = _single_shot(self, CHECK_MS, self.check)
        self._save_soon = _single_shot(self, save_ms, self._save_by_itself)
        self.document.changed.connect(self._changed)
        self.document.undo_stack.cleanChanged.connect(self._clean_changed)

    @property
    def name(self) -> str:
        """The name under which the draft is stored; empty when it never was."""
        return self._place.name

    @property
    def stored_text(self) -> str:
        """The text that is stored under the name, as far as we know; empty when it never was."""
        return self._place.base or ""

    @property
    def recalled(self) -> bool:
        """Whether a copy is shown, and the stored draft is still being read."""
        return self._recall is not None

    @property
    def is_open(self) -> bool:
        """Whether there is a flow."""
        return bool(self.document.flow.name)

    @property
    def dirty(self) -> bool:
        """Whether closing now would lose something."""
        return self.is_open and (not self.name or not self.document.undo_stack.isClean())

    @property
    def conflict(self) -> Conflict | None:
        """Who stands in the way of storing the draft, until that is decided."""
        return self._conflict

    def load(self, name: str, done: Callable[[], None] | None = None) -> None:
        """Opens the draft of this name, with what was drawn and not stored when the program ended."""

        def show(opened: Opened) -> None:
            self._open(opened.flow, Place(name, opened.text), opened)
            if done is not None:
                done()

        write = self.keeper.flush()

        def read() -> Opened:
            write()
            return read_draft(self._desk, name)

        self._operations.run(read, show)

    def recall(self, name: str, text: str, flow: Flow) -> None:
        """Shows a copy of the draft at once; :meth:`go_on` reads what is stored."""
        self.keeper.close()
        self._place, self._file, self._conflict = Place(name, text), None, None
        self.document.replace(flow)
        self._save_soon.stop()
        self._recall = Recall(self.document, flow, text)
        self.opened.emit()

    def go_on(self, gone: Callable[[str], None]) -> None:
        """Reads the draft whose copy is shown; what was drawn meanwhile is kept.

        ``gone`` is told a sentence when it cannot be read and nothing was drawn.
        """
        name = self.name

        def show(opened: Opened) -> None:
            recall, self._recall = self._recall, None
            if recall is None:
                return
            if recall.collides(opened):
                self.keeper.wait(self._place)
                self.save()
                self.check()
            else:
                drawn = self.document.flow
                steps, done = tuple(self.keeper.recorder.steps), self.keeper.recorder.done
                self.goes_on = recall.is_same(opened)
                self._open(opened.flow, Place(name, opened.text), opened)
                self.goes_on = False
                recall.repeat(opened, drawn, steps, done)
            recall.settled()

        def failed(sentence: str) -> None:
            recall, self._recall = self._recall, None
            self._place = Place()
            if recall is None or not recall.is_drawn:
                self.document.replace(Flow(""))
                self._save_soon.stop()
                gone(sentence)
            else:
                self.keeper.begin(self._place)
                self.save()
                self.check()
            if recall is not None:
                recall.settled()

        self._operations.run(lambda: read_draft(self._desk, name), show, failed=failed)

    def start(self, flow: Flow, done: Callable[[], None] | None = None) -> None:
        """Opens a flow that is no draft yet, under a name that is free, and stores it."""

        def free() -> Flow:
            return replace(flow, name=free_name(flow.name, self._names()))

        def show(named: Flow) -> None:
            self._open(named)
            self.save()
            if done is not None:
                done()

        self._operations.run(free, show)

    def open_file(self, path: Path, done: Callable[[], None] | None = None) -> None:
        """Opens a flow file as a new draft. Nothing that exists is overwritten."""

        def read() -> tuple[Document, Flow]:
            file = Document.read(read_bytes(path))
            name = file.flow.name.strip() or path.name.removesuffix(".flow.json")
            return file, replace(file.flow, name=free_name(name, self._names()))

        def show(result: tuple[Document, Flow]) -> None:
            file, flow = result
            self._open(flow)
            self._file = file
            self.save()
            if done is not None:
                done()

        self._operations.run(read, show)

    def export(self, path: Path, done: Callable[[], None] | None = None) -> None:
        """Writes the flow to a file; one that came from a file and was not edited keeps its bytes."""
        flow, file = self.document.flow, self._file or Document(self.document.flow)
        self._operations.run(
            lambda: write_bytes(path, file.edited(flow).data()), lambda _result: done() if done else None
        )

    def save(
        self, done: Callable[[], None] | None = None, failed: Callable[[str], None] | None = None
    ) -> None:
        """Stores the draft now. ``failed`` is told too when somebody else has changed it meanwhile."""
        self._save_soon.stop()
        if not self.is_open:
            return
        if self._recall is not None:
            self._recall.later.append(lambda: self.save(done, failed))
            return
        flow, place = self.document.flow, self._place

        def show(result: str | Conflict) -> None:
            if not self._settled(result, flow, place):
                if failed is not None and isinstance(result, Conflict):
                    failed(result.sentence)
            elif done is not None:
                done()

        self._operations.run(self._storing(flow, place), show, failed=failed)

    def keep_copy(self, conflict: Conflict, done: Callable[[], None] | None = None) -> None:
        """What is drawn here becomes a draft of its own, with its history; theirs stays as it is."""

        def show(name: str) -> None:
            self.keeper.put_aside(conflict.document)
            self.keeper.close()
            self._place, self._conflict = Place(), None
            self.document.do(ChangeFlow(self.document, name=name))
            self.keeper.move(self._place)
            self.save(done)

        name = tr("{name}, mine").format(name=conflict.name)
        self._operations.run(lambda: free_name(name, self._names()), show)

    def take_theirs(self, conflict: Conflict, done: Callable[[], None] | None = None) -> None:
        """Shows what they have drawn; one step back is what was drawn here."""
        self._conflict = None
        self._place.base = conflict.document
        self.document.seal()
        self.document.do(Exchange(self.document, conflict.theirs, tr("Take theirs")))
        self.save(done)

    def replace_theirs(self, conflict: Conflict, done: Callable[[str], None] | None = None) -> None:
        """Stores what is drawn here; theirs becomes a draft of its own, whose name ``done`` is told."""
        wish = tr("{name}, theirs").format(name=conflict.name)

        def keep() -> str:
            name = free_name(wish, self._names())
            self._desk.save_draft(name, write_flow(replace(conflict.theirs, name=name)))
            return name

        def show(name: str) -> None:
            self._conflict = None
            self._place.base = conflict.document
            self.save((lambda: done(name)) if done is not None else None)

        self._operations.run(keep, show)

    def exchange(self, flow: Flow, text: str) -> None:
        """Makes the draft say what ``flow`` says, under the draft's own name, as one step of undo."""
        self.document.seal()
        self.document.do(Exchange(self.document, replace(flow, name=self.document.flow.name), text))

    def close(self) -> None:
        """Writes the rest of the history. Call it last, when no operation runs any more."""
        self.keeper.finish()

    def check(self) -> None:
        """Judges the drawing in the background; ``checked`` follows when it is still the same."""
        self._check_soon.stop()
        if self._checking is not None or self._recall is not None or not self.is_open:
            return
        flow = self._checking = self.document.flow

        def judge() -> tuple[Sequence[Problem], Mapping[str, Ring]]:
            from app.flows.windows import rings  # not needed for the first picture

            return self._desk.check(flow), rings(flow)

        self._operations.run(
            judge,
            self._judged,
            failed=self._not_judged,
            lane=Lane.CHECK,
        )

    def publish(
        self,
        done: Callable[[PublishResult], None],
        failed: Callable[[str], None] | None = None,
        *,
        answer: Answer = NOTHING_CHOSEN,
    ) -> None:
        """Saves and publishes the draft, with what was chosen for those whom it meets."""
        self._save_soon.stop()
        if self._recall is not None:
            self._recall.later.append(lambda: self.publish(done, failed, answer=answer))
            return
        flow, place = self.document.flow, self._place
        store_now = self._storing(flow, place)

        def publish() -> tuple[str | Conflict, PublishResult | None]:
            stored = store_now()
            if isinstance(stored, Conflict):
                return stored, None
            return stored, self._desk.publish(
                flow.name, stored, answer.moves, confirm=answer.confirm, first=answer.first
            )

        def show(result: tuple[str | Conflict, PublishResult | None]) -> None:
            self._settled(result[0], flow, place)
            if result[1] is not None:
                done(result[1])

        self._operations.run(publish, show, failed=failed)

    def _clean_changed(self) -> None:
        self.dirty_changed.emit(self.dirty)

    def _names(self) -> set[str]:
        return {info.name for info in self._desk.flows()}

    def _open(self, flow: Flow, place: Place | None = None, opened: Opened | None = None) -> None:
        self.keeper.close()
        self._place, self._file, self._conflict = place or Place(), None, None
        self.document.set_problems(())
        self.document.set_counts(Counts())
        if opened is not None and opened.found is not None and opened.is_ours:
            self._go_on(opened, opened.found.steps, opened.found.done)
        else:
            self.document.replace(flow)
        self._save_soon.stop()
        if opened is None:
            self.keeper.begin(self._place)
        else:
            self.keeper.go_on(self._place, opened)
        self.opened.emit()
        self.dirty_changed.emit(self.dirty)
        self.check()
        if opened is not None:
            self._tell(opened)

    def _go_on(self, opened: Opened, steps: Sequence[PastStep], done: int) -> None:
        self.keeper.recorder.restore(opened.flow, steps, done)
        if opened.is_stored:
            self.document.undo_stack.setClean()
        else:
            self.document.undo_stack.resetClean()
        if opened.found is not None and not opened.found.follows:
            self._place.base = UNKNOWN

    def _tell(self, opened: Opened) -> None:
        """What the history of a draft that was just opened has to say."""
        if opened.found is None and opened.log:
            self.said.emit(tr("The undo history cannot be read. It is kept aside and begins anew"))
        elif not opened.is_ours and opened.log:
            self.said.emit(
                tr("Changed elsewhere since you had it open. Undo begins anew, the old is kept aside")
            )
        elif not opened.is_stored and opened.found is not None:
            count = opened.found.unsaved
            words = tr("Brought back 1 step since the last save")
            if count != 1:
                words = tr("Brought back {count} steps since the last save").format(count=count)
            self.said.emit(words)
            self.save()

    def _changed(self) -> None:
        if self.is_open:
            self._check_soon.start()
            self._save_soon.start()

    def _save_by_itself(self) -> None:
        # A quarrel is for the person to decide, once: the history keeps what is drawn meanwhile.
        if self._conflict is None:
            self.save()

    def _storing(self, flow: Flow, place: Place) -> Callable[[], str | Conflict]:
        """The work that stores a flow at its place; for the desk's lane."""
        self.keeper.saving(flow)
        write = self.keeper.flush()

        def work() -> str | Conflict:
            write()
            return store(self._desk, flow, place)

        return work

    def _settled(self, result: str | Conflict, flow: Flow, place: Place) -> bool:
        """Takes note of how storing went; False when it did not, or another flow is open by now."""
        if place is not self._place:
            return not isinstance(result, Conflict)
        if isinstance(result, Conflict):
            self._conflict = result
            self.conflicted.emit(result)
            return False
        self._conflict = None
        self.keeper.saved(result)
        if self.document.flow is flow:
            self.document.undo_stack.setClean()
        else:
            self._save_soon.start()
        self.saved.emit(flow.name)
        self.dirty_changed.emit(self.dirty)
        return True

    def _judged(self, found: tuple[Sequence[Problem], Mapping[str, Ring]]) -> None:
        (problems, windows), judged, self._checking = found, self._checking, None
        if judged is not self.document.flow:
            self.check()
            return
        self.document.set_rings(windows)
        # Empty paper is where everybody begins, not a mistake; whoever publishes it is told.
        self.document.set_problems(problems if judged.nodes else ())
        self.checked.emit(tuple(problems))

    def _not_judged(self, sentence: str) -> None:
        self._checking = None
        self._operations.failed.emit(sentence)


def _single_shot(parent: QObject, interval: int, call: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval)
    timer.timeout.connect(call)
    return timer
