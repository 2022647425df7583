"""What a document's undo history holds, as values: to be shown in a panel and written to a log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from weakref import WeakMethod

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand
from shiboken6 import isValid

from app.canvas.commands import FlowCommand
from app.canvas.document import CanvasDocument
from app.canvas.history import PastStep
from app.model.flow import Flow


class PastCommand(FlowCommand):
    """A step that was done before the program was started."""

    def __init__(self, document: CanvasDocument, step: PastStep) -> None:
        super().__init__(document, step.name, lambda flow: flow)
        self.change = step.change
        self.step = step
        self.setObsolete(False)


class Recorder(QObject):
    """Keeps the steps of a document's undo stack.

    Signals:
        moved: steps were done, undone, redone or exchanged.
    """

    moved = Signal()

    def __init__(self, document: CanvasDocument, clock: Callable[[], datetime] | None = None) -> None:
        super().__init__(document)
        self._document = document
        self._clock = clock or (lambda: datetime.now(UTC))
        self.steps: list[PastStep] = []
        self.done = 0
        self._kept = self._length = self._told = 0
        look = WeakMethod(self._look)
        # A stack that goes says that its index is another one, when who listens may be gone already.
        document.undo_stack.indexChanged.connect(lambda _index: _call(look))

    @property
    def is_typing(self) -> bool:
        """Whether the last step was exchanged for a longer one, and nothing else happened since take."""
        return self._kept == len(self.steps) - 1 and self._told == self.done == len(self.steps)

    @property
    def is_told(self) -> bool:
        """Whether nothing happened since :meth:`take`."""
        return self._kept >= len(self.steps) == self._length and self._told == self.done

    def restore(self, flow: Flow, steps: Sequence[PastStep], done: int) -> None:
        """Opens ``flow`` with a history whose first ``done`` steps led to it; nothing is to be told."""
        commands = [PastCommand(self._document, step) for step in steps]
        self._document.restore(flow, commands, done)
        self._look()
        self.forget()

    def take(self) -> tuple[int, Sequence[PastStep], int]:
        """(steps that stayed, steps after them, how many are done) since the last time it was asked."""
        kept = min(self._kept, len(self.steps))
        told = kept, tuple(self.steps[kept:]), self.done
        self.forget()
        return told

    def forget(self) -> None:
        """Counts what happened as told."""
        self._kept = self._length = len(self.steps)
        self._told = self.done

    def _look(self) -> None:
        stack = self._document.undo_stack
        if not (isValid(self) and isValid(stack)):
            return
        count, kept = stack.count(), 0
        # A stack changes from its top downwards: below the first step that stayed all of them did.
        for place in range(min(count, len(self.steps)), 0, -1):
            if _change_of(stack.command(place - 1)) is self.steps[place - 1].change:
                kept = place
                break
        new = [self._step_of(stack.command(place)) for place in range(kept, count)]
        self.steps[kept:] = new
        self.done = stack.index()
        self._kept = min(self._kept, kept)
        self.moved.emit()

    def _step_of(self, command: QUndoCommand) -> PastStep:
        if isinstance(command, PastCommand):
            return command.step
        if not isinstance(command, FlowCommand):
            message = f"“{command.text()}” is no FlowCommand, and only those can be kept"
            raise TypeError(message)
        return PastStep(command.text(), self._clock(), command.change)


def _call(look: WeakMethod[Callable[[], None]]) -> None:
    found = look()
    if found is not None:
        found()


def _change_of(command: QUndoCommand) -> object:
    return command.change if isinstance(command, FlowCommand) else None
