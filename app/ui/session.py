"""The open flow: where its draft is kept, whether it is saved, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.canvas.document import CanvasDocument
from app.flows.codec import Document, read_flow, write_flow
from app.model.errors import UserError
from app.model.flow import Flow, Problem
from app.model.ports import Counts, Desk, PublishResult
from app.ui.files import read_bytes, write_bytes
from app.ui.operations import Lane, Operations

CHECK_MS: Final = 250
SAVE_MS: Final = 2_000


@dataclass
class _Place:
    """Where a draft is stored. Only works of the desk's lane change it, and that lane does one at a time."""

    name: str = ""
    base: str | None = None
    """The text that is stored there, as far as we know."""


class Session(QObject):
    """Loads, saves, checks and publishes one draft. Everything slow is an operation.

    Signals:
        opened: another flow is in the document.
        saved: the draft is stored; carries its name.
        dirty_changed: whether something is not saved yet.
        checked: the problems of the drawing as it stands.
    """

    opened = Signal()
    saved = Signal(str)
    dirty_changed = Signal(bool)
    checked = Signal(object)

    def __init__(self, desk: Desk, operations: Operations, *, save_ms: int = SAVE_MS) -> None:
        super().__init__()
        self._desk = desk
        self._operations = operations
        self.document = CanvasDocument(Flow(""), self)
        self._place = _Place()
        self._file: Document | None = None
        self._checking: Flow | None = None
        self._check_soon = _single_shot(self, CHECK_MS, self.check)
        self._save_soon = _single_shot(self, save_ms, self.save)
        self.document.changed.connect(self._changed)
        self.document.undo_stack.cleanChanged.connect(self._clean_changed)

    @property
    def name(self) -> str:
        """The name under which the draft is stored; empty when it never was."""
        return self._place.name

    @property
    def is_open(self) -> bool:
        """Whether there is a flow."""
        return bool(self.document.flow.name)

    @property
    def dirty(self) -> bool:
        """Whether closing now would lose something."""
        return self.is_open and (not self.name or not self.document.undo_stack.isClean())

    def load(self, name: str, done: Callable[[], None] | None = None) -> None:
        """Opens the draft of this name."""

        def read() -> tuple[str, Flow]:
            text = self._desk.draft(name)
            return text, read_flow(text)

        def show(result: tuple[str, Flow]) -> None:
            self._open(result[1], _Place(name, result[0]))
            if done is not None:
                done()

        self._operations.run(read, show)

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
        """Stores the draft now."""
        self._save_soon.stop()
        if not self.is_open:
            return
        flow, place = self.document.flow, self._place

        def stored(_text: str) -> None:
            self._stored(flow, place)
            if done is not None:
                done()

        self._operations.run(lambda: self._store(flow, place), stored, failed=failed)

    def check(self) -> None:
        """Judges the drawing in the background; ``checked`` follows when it is still the same."""
        self._check_soon.stop()
        if self._checking is not None or not self.is_open:
            return
        flow = self._checking = self.document.flow
        self._operations.run(
            lambda: self._desk.check(flow), self._judged, failed=self._not_judged, lane=Lane.CHECK
        )

    def publish(
        self, done: Callable[[PublishResult], None], failed: Callable[[str], None] | None = None
    ) -> None:
        """Saves and publishes the draft."""
        self._save_soon.stop()
        flow, place = self.document.flow, self._place

        def publish() -> PublishResult:
            return self._desk.publish(flow.name, self._store(flow, place))

        def show(result: PublishResult) -> None:
            self._stored(flow, place)
            done(result)

        self._operations.run(publish, show, failed=failed)

    def _clean_changed(self) -> None:
        self.dirty_changed.emit(self.dirty)

    def _names(self) -> set[str]:
        return {info.name for info in self._desk.flows()}

    def _open(self, flow: Flow, place: _Place | None = None) -> None:
        self._place, self._file = place or _Place(), None
        self.document.set_problems(())
        self.document.set_counts(Counts())
        self.document.replace(flow)
        self._save_soon.stop()
        self.opened.emit()
        self.dirty_changed.emit(self.dirty)
        self.check()

    def _changed(self) -> None:
        if self.is_open:
            self._check_soon.start()
            self._save_soon.start()

    def _store(self, flow: Flow, place: _Place) -> str:
        """Stores a flow at its place; a work of the desk's lane."""
        text = write_flow(flow)
        renamed = flow.name != place.name
        if renamed and flow.name in self._names():
            raise UserError(f"There is a flow called “{flow.name}” already. Give this one another name")
        if renamed or text != place.base:
            self._desk.save_draft(flow.name, text, base=None if renamed else place.base)
        place.name, place.base = flow.name, text
        return text

    def _stored(self, flow: Flow, place: _Place) -> None:
        if place is not self._place:
            return
        if self.document.flow is flow:
            self.document.undo_stack.setClean()
        else:
            self._save_soon.start()
        self.saved.emit(flow.name)
        self.dirty_changed.emit(self.dirty)

    def _judged(self, problems: Sequence[Problem]) -> None:
        judged, self._checking = self._checking, None
        if judged is not self.document.flow:
            self.check()
            return
        self.document.set_problems(problems)
        self.checked.emit(tuple(problems))

    def _not_judged(self, sentence: str) -> None:
        self._checking = None
        self._operations.failed.emit(sentence)


def free_name(name: str, taken: set[str]) -> str:
    """The name, with a number behind it where it is taken."""
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(one for one in numbered if one not in taken)


def _single_shot(parent: QObject, interval: int, call: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval)
    timer.timeout.connect(call)
    return timer
