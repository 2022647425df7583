"""Keeps the undo history of the open draft: each step is written down when it is made."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.canvas.document import CanvasDocument
from app.canvas.history import MOST_BYTES, head_line, saved_line, saving_line, steps_line, whole_log
from app.canvas.recorder import Recorder
from app.flows.codec import write_flow
from app.model.errors import ChainwrightError
from app.model.flow import Flow
from app.ui.drafts import Log, Opened, Place
from app.ui.operations import Lane, Operations

if TYPE_CHECKING:
    from app.model.ports import Desk

TYPING_MS: Final = 400
"""While somebody types, the step that grows is written so often."""


class Keeper(QObject):
    """Watches one document and writes to the log of the place where its draft is stored.

    Signals:
        failed: the history cannot be written; carries a sentence, once for each opened draft.
    """

    failed = Signal(str)

    def __init__(self, desk: Desk, operations: Operations, document: CanvasDocument) -> None:
        super().__init__(document)
        self._desk = desk
        self._operations = operations
        self._document = document
        self.recorder = Recorder(document)
        self._log: Log | None = None
        self._has_failed = False
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._write)
        self.recorder.moved.connect(self._moved)

    def begin(self, place: Place) -> None:
        """A draft without a past: its log begins with the flow as it is."""
        flow, base = self._document.flow, place.base
        log = self._open(Log(self._desk, place))
        log.begin(lambda: _fresh(flow, base))

    def go_on(self, place: Place, opened: Opened) -> None:
        """The draft as it was read, whose history the document has taken over where it leads there."""
        log = self._open(Log(self._desk, place, len(opened.log.encode("utf-8", "surrogatepass"))))
        if not opened.is_ours:
            log.begin(lambda: _fresh(opened.flow, opened.text), aside=bool(opened.log))
        elif opened.found is not None and not opened.found.is_whole:
            self._begin_anew(log, opened.text)
        self._drain()

    def wait(self, place: Place) -> None:
        """Nothing is written before it is settled what is stored at the place; then the history begins."""
        self._open(Log(self._desk, place)).is_lost = True

    def move(self, place: Place) -> None:
        """The same history at another place, as the draft is stored there from now on."""
        self._begin_anew(self._open(Log(self._desk, place)), "")

    def put_aside(self, text: str) -> None:
        """The log is kept aside and begins anew with this stored text, which somebody else has drawn."""
        self._write()
        if self._log is not None:
            self._log.begin(lambda: head_line(text) + saved_line(text), aside=True)
            self._drain()

    def close(self) -> None:
        """Writes what is not written yet and looks away: the document is about to show something else."""
        self._write()
        self._log = None

    def finish(self) -> None:
        """Writes what is not written yet, here and now: no operation runs any more."""
        log = self._log
        self.close()
        if log is not None:
            with suppress(ChainwrightError):
                log.drain()

    def flush(self) -> Callable[[], None]:
        """The work that writes all that happened until now; it raises nothing that a person could mend."""
        self._write()
        drain = self.drain

        def work() -> None:
            with suppress(ChainwrightError):
                drain()

        return work

    def saving(self, flow: Flow) -> None:
        """The draft is about to be stored as it is now."""
        self._write()
        if self._log is not None:
            self._log.add(lambda: saving_line(write_flow(flow)))

    def saved(self, text: str) -> None:
        """It was stored with this text."""
        log = self._log
        if log is None:
            return
        log.add(lambda: saved_line(text))
        if log.is_lost or log.end > MOST_BYTES:
            self._begin_anew(log, text)
        self._drain()

    @property
    def drain(self) -> Callable[[], None]:
        """Writes what waits; a work that may block."""
        return self._log.drain if self._log is not None else lambda: None

    def _open(self, log: Log) -> Log:
        self._log, self._has_failed = log, False
        self.recorder.forget()
        return log

    def _begin_anew(self, log: Log, text: str) -> None:
        flow, steps, done = self._document.flow, tuple(self.recorder.steps), self.recorder.done
        self.recorder.forget()
        log.begin(lambda: whole_log(flow, steps, done, text))

    def _moved(self) -> None:
        if self._log is None or self.recorder.is_told:
            return
        if not self.recorder.is_typing:
            self._write()
        elif not self._typing.isActive():
            self._write()
            self._typing.start()

    def _write(self) -> None:
        if self._log is None or self.recorder.is_told:
            return
        told = self.recorder.take()
        self._log.add(lambda: steps_line(*told))
        self._drain()

    def _drain(self) -> None:
        self._operations.run(self.drain, failed=self._not_kept, lane=Lane.HISTORY)

    def _not_kept(self, sentence: str) -> None:
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(sentence)


def _fresh(flow: Flow, base: str | None) -> str:
    text = write_flow(flow) if base is None else base
    return head_line(text) + saved_line(text)
