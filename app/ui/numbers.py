"""What the window shows while the engine runs: read together, off the GUI thread, a few times a second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from app.model.desk import HeldGroup
from app.model.ports import CallTask, Caught, Counts, Desk, FlowInfo, Notice, Status
from app.model.standing import Period
from app.ui.operations import Lane, Operations
from app.ui.refresh import INTERVAL_MS, Throttle

_STEADY_MS = 5_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything read at one time. ``counts``: of the open flow, None where none is open or stored."""

    status: Status
    flows: Sequence[FlowInfo]
    tasks: Sequence[CallTask]
    caught: Sequence[Caught]
    """Those after the ones that are shown already."""
    notices: Sequence[Notice] = ()
    held: Sequence[HeldGroup] = ()
    name: str = ""
    counts: Counts | None = None
    fields: Sequence[str] = ()
    period: Period = Period.ALL


class Numbers(QObject):
    """Reads again when the desk says that something changed, and every few seconds for the clock's sake.

    Never more than one reading is under way, and what is asked meanwhile becomes one more.
    """

    read = Signal(object)
    """A ``Snapshot``."""

    def __init__(
        self,
        desk: Desk,
        operations: Operations,
        open_flow: Callable[[], str],
        caught_before: Callable[[], int],
        *,
        interval_ms: int = INTERVAL_MS,
    ) -> None:
        super().__init__()
        self._desk = desk
        self._operations = operations
        self._open_flow = open_flow
        self._caught_before = caught_before
        self.period = Period.ALL
        """Of which time the open flow's numbers are."""
        self._reading = False
        self._again = False
        self._throttle = Throttle(interval_ms, self)
        self._throttle.due.connect(self.refresh)
        self._steady = QTimer(self)
        self._steady.setInterval(_STEADY_MS)
        self._steady.timeout.connect(self.refresh)

    def start(self) -> None:
        """Listens and reads for the first time."""
        self._desk.listen(self._throttle.ask)
        self._steady.start()
        self.refresh()

    def set_period(self, period: Period) -> None:
        """Shows the numbers of another time from now on."""
        if period is not self.period:
            self.period = period
            self.refresh()

    def stop(self) -> None:
        """Reads no more, whatever the desk says."""
        self._steady.stop()
        self._throttle.close()

    def refresh(self) -> None:
        """Reads now, or once more after the reading that is under way."""
        if self._reading:
            self._again = True
            return
        self._reading, self._again = True, False
        name, before, period = self._open_flow(), self._caught_before(), self.period
        self._operations.run(
            lambda: snapshot(self._desk, name, before, period),
            self._show,
            failed=self._failed,
            lane=Lane.NUMBERS,
        )

    def _show(self, result: Snapshot) -> None:
        self._reading = False
        if result.period is not self.period:
            # Read before another period was chosen: the numbers would not be those that are asked for.
            result = replace(result, counts=None)
        self.read.emit(result)
        if self._again:
            self._throttle.ask()

    def _failed(self, sentence: str) -> None:
        self._reading = False
        self._operations.failed.emit(sentence)


def snapshot(desk: Desk, name: str, caught_before: int, period: Period = Period.ALL) -> Snapshot:
    """Asks the desk for everything that is shown."""
    flows = desk.flows()
    stored = any(info.name == name for info in flows)
    return Snapshot(
        status=desk.status(),
        flows=flows,
        tasks=desk.tasks(),
        caught=desk.caught(caught_before),
        notices=desk.notices(),
        held=desk.held(),
        name=name,
        counts=desk.counts(name, period) if stored else None,
        fields=desk.fields(),
        period=period,
    )
