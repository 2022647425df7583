"""How long it takes until a flow is drawn and a palette drag answered, beside an empty window.

Each start is a process of its own; ours and the empty one take turns, and the ratio is the median of the
ratios of neighbours.
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

from app.bootstrap.bench_engine import reference_chain
from app.flows.codec import write_flow
from app.model.errors import WorldError

BAR: Final = 2.0
_ROUNDS: Final = 5
_READY: Final = "ready"
_PATIENCE_S: Final = 60
_EMPTY: Final = """
from PySide6.QtWidgets import QApplication, QWidget

class Empty(QWidget):
    def paintEvent(self, event):
        print("ready", flush=True)
        QApplication.exit()

app = QApplication([])
window = Empty()
window.resize(1440, 900)
window.show()
app.exec()
"""


def measure_start(rounds: int = _ROUNDS) -> list[dict[str, Any]]:
    """One figure, in milliseconds from starting the process; ``limit`` is what the empty window took."""
    pairs = []
    with tempfile.TemporaryDirectory(prefix="chainwright-bench-", ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "last.flow.json"
        file.write_text(write_flow(reference_chain()), encoding="utf-8")
        ours = f"from app.bootstrap.bench_start import shown; shown({folder!r}, {str(file)!r})"
        _timed(ours)  # the workspace is made once
        for turn in range(rounds):
            empty_first = turn % 2 == 0
            one, other = (_EMPTY, ours) if empty_first else (ours, _EMPTY)
            first, second = _timed(one), _timed(other)
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


def _timed(code: str) -> float:
    """Milliseconds until a process says that it is ready."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
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


def shown(folder: str, file: str) -> None:
    """The desktop over the workspace in ``folder`` with the flow of ``file``, until it answers a drag."""
    from app.bootstrap.window import show
    from app.bootstrap.workspace import open_workspace
    from app.ui.answering import Answering
    from app.ui.app import make_application

    def answered() -> None:
        print(_READY, flush=True)  # noqa: T201 - the measuring process waits for it
        os._exit(0)

    _watch = Answering(make_application(), answered)
    with open_workspace(Path(folder) / "workspace", make=True) as workspace:
        show(workspace, open_flow=file)
