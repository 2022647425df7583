"""Numbers on screen follow the engine, a few times a second at most."""

from __future__ import annotations

import threading
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

INTERVAL_MS: Final = 250


class Throttle(QObject):
    """Any number of ``ask`` calls, from any thread, become one ``due`` now and at most one per interval."""

    due = Signal()
    _asked = Signal()

    def __init__(self, interval_ms: int = INTERVAL_MS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._interval = interval_ms
        self._since = QElapsedTimer()
        self._closing = threading.Lock()
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._fire)
        self._asked.connect(self._plan, Qt.ConnectionType.QueuedConnection)

    def ask(self) -> None:
        """Something may have changed."""
        with self._closing:
            if not self._closed:
                self._asked.emit()

    def close(self) -> None:
        """Who still asks, from whatever thread, is not heard any more: the object may go."""
        with self._closing:
            self._closed = True
        self._timer.stop()

    def _plan(self) -> None:
        if self._timer.isActive():
            return
        passed = self._since.elapsed() if self._since.isValid() else self._interval
        self._timer.start(max(0, self._interval - passed))

    def _fire(self) -> None:
        self._since.restart()
        self.due.emit()
