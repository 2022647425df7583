"""How fast the canvas is beside a plain scene that draws boxes, titles and wires and nothing more.

The harness is that of ``tests/bench/canvas``, in processes of its own: it runs from a checkout only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.bootstrap.outcome import Outcome
from app.model.errors import UserError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

ROOT: Final = Path(__file__).parents[2]
_HARNESS: Final = ROOT / "tests" / "bench" / "canvas" / "measure.py"
_OURS: Final = "tests.bench.canvas_adapter:Chainwright"
_COULD_NOT: Final = 2
_PEERS: Final = ("NodeGraphQt", "OdenGraphQt")
_PEERS_ADAPTER: Final = "tests.bench.peers_adapter"
_PEERS_ASKED: Final = ("--sizes", "1000", "--rounds", "1")
_PACKAGES: Final = (
    "NodeGraphQt==0.6.44",
    "OdenGraphQt==0.7.4",
    "Qt.py==2.0.7",
    "QtPy",
    "packaging",
    "setuptools",
    "typing_extensions",
)
"""The peers with what they import, but for PySide6, which is ours: nothing else of theirs is fetched."""


def measure_canvas(chosen: Namespace) -> Outcome:
    """The harness's own document and exit code: 0 all bars met, 1 not, 2 could not be measured."""
    if not _HARNESS.is_file():
        raise UserError("“bench canvas” runs from a checkout of the sources only.")
    if chosen.peers:
        return _measure_peers()
    asked = ["--sizes", chosen.sizes, "--rounds", str(chosen.rounds)]
    code, document = _run(_OURS, asked)
    if document is None:
        return Outcome("The canvas could not be measured; what broke stands above.", code=_COULD_NOT)
    missed = [one["name"] for one in document["figures"] if one["bar"] and one["ratio"] > one["bar"]]
    sentence = f"Missed: {', '.join(missed)}." if missed else "Measured."
    return Outcome(sentence, document, "\n".join(_lines(document)), code)


def _measure_peers() -> Outcome:
    """Canvases that others have made, once with 1,000 nodes; ours has bars, theirs are only told."""
    figures: list[dict[str, Any]] = []
    document: dict[str, Any] = {"bench": "canvas peers", "figures": figures}
    with tempfile.TemporaryDirectory(prefix="chainwright-peers-", ignore_cleanup_errors=True) as folder:
        if not _install(folder):
            return Outcome("The other canvases could not be installed; pip says above why.", code=_COULD_NOT)
        for peer in _PEERS:
            _, measured = _run(f"{_PEERS_ADAPTER}:{peer}", _PEERS_ASKED, folder)
            if measured is None:
                return Outcome(f"{peer} could not be measured; what broke stands above.", code=_COULD_NOT)
            document["machine"] = measured["machine"]
            figures += [one | {"name": f"{peer}: {one['name']}", "bar": None} for one in measured["figures"]]
    return Outcome("Measured.", document, "\n".join(_lines(document)))


def _install(folder: str) -> bool:
    """Whether the peers are in this folder now."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, *_PACKAGES]
    done = subprocess.run(command, stdout=sys.stderr, check=False)  # noqa: S603 - our own list
    return done.returncode == 0


def _run(adapter: str, asked: Sequence[str], *more: str) -> tuple[int, dict[str, Any] | None]:
    """``more``: folders in which adapters find what they import."""
    paths = os.pathsep.join(filter(None, [str(ROOT), *more, os.environ.get("PYTHONPATH")]))
    done = subprocess.run(  # noqa: S603 - our own harness
        [sys.executable, str(_HARNESS), "--adapter", adapter, *asked],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        return done.returncode, None
    document: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, document


def _lines(document: dict[str, Any]) -> list[str]:
    return [
        f"{one['name']}: {one['value']:.4g} {one['unit']}, ratio {one['ratio']:.2f}"
        + (f" (bar {one['bar']})" if one["bar"] else "")
        for one in document["figures"]
    ]
