"""How long it takes until a flow is drawn and a palette drag answered, beside an empty window.

Each start is a process of its own, from its beginning to the answer, with all modules compiled before; ours
and the empty one take turns, and the ratio is the median of the ratios of neighbours.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, Final

from app.model.errors import WorldError

BAR: Final = 2.0
_ROUNDS: Final = 5
_READY: Final = "ready"
_EMPTY: Final = """
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView, QMainWindow

class View(QGraphicsView):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.carry)

    def dragEnterEvent(self, event):
        event.accept()

    def carry(self):
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        event = QDragEnterEvent(QPoint(300, 300), Qt.DropAction.CopyAction, QMimeData(), left, none)
        QApplication.sendEvent(self.viewport(), event)
        if event.isAccepted():
            print("ready", flush=True)

app = QApplication([])
window = QMainWindow()
scene = QGraphicsScene()
view = View(scene)
view.setAcceptDrops(True)
window.setCentralWidget(view)
window.resize(1440, 900)
window.show()
app.exec()
"""
_OURS: Final = "from app.bootstrap.first_answer import run; run({folder!r}, {ready!r})"


def measure_start(rounds: int = _ROUNDS) -> list[dict[str, Any]]:
    """One figure, in milliseconds from starting the process; ``limit`` is what the empty window took."""
    pairs = []
    with tempfile.TemporaryDirectory(prefix="chainwright-bench-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        _prepare(place / "workspace")
        ours = _OURS.format(folder=str(place / "workspace"), ready=_READY)
        for code in (_EMPTY, ours):  # compiles what is not compiled yet
            _timed(code, place)
        for turn in range(rounds):
            empty_first = turn % 2 == 0
            one, other = (_EMPTY, ours) if empty_first else (ours, _EMPTY)
            first, second = _timed(one, place), _timed(other, place)
            pairs.append((second, first) if empty_first else (first, second))
    ratio = median(mine / empty for mine, empty in pairs)
    figure = {
        "name": "start to a drawn flow and an answered drag",
        "value": round(median(mine for mine, _ in pairs), 1),
        "unit": "ms",
        "limit": round(median(empty for _, empty in pairs), 1),
        "ratio": round(ratio, 3),
        "bar": BAR,
    }
    return [figure | {"missed": True} if ratio > BAR else figure]


def _prepare(folder: Path) -> None:
    """A workspace with a draft that was open when its window was closed."""
    from app.bootstrap.bench_engine import reference_chain
    from app.bootstrap.workspace import open_workspace
    from app.flows.codec import write_flow
    from app.support.paths import last_flow_path
    from app.ui.last import Last, write_last

    chain = reference_chain()
    text = write_flow(chain)
    with open_workspace(folder, make=True) as workspace:
        workspace.store.flows.save_draft(chain.name, text, base=None, now=workspace.clock.now())
    write_last(last_flow_path(folder), Last(chain.name, text))


def _timed(code: str, place: Path) -> float:
    """Milliseconds until a process says that it is ready."""
    environment = os.environ | {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        # What is installed is compiled: so are both here, wherever this runs.
        "PYTHONPYCACHEPREFIX": str(place / "compiled"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    begun = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        said = process.stdout.readline() if process.stdout else b""
        took = (time.perf_counter() - begun) * 1e3
        process.kill()
    if said.strip() != _READY.encode():
        raise WorldError("The window could not be started, so its start was not measured.")
    return took
