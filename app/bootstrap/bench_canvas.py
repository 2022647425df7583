"""How fast the canvas is beside a plain scene that draws boxes, titles and wires and nothing more.

The harness is that of ``tests/bench/canvas``, in processes of its own: it runs from a checkout only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
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
_PEERS: Final = {"NodeGraphQt": "NodeGraphQt==0.6.44", "OdenGraphQt": "OdenGraphQt==0.7.4"}
_COULD_NOT: Final = 2


def measure_canvas(chosen: Namespace) -> Outcome:
    """The harness's own document and exit code: 0 all bars met, 1 not, 2 could not be measured."""
    if not _HARNESS.is_file():
        raise UserError("“bench canvas” runs from a checkout of the sources only.")
    asked = ["--sizes", chosen.sizes, "--rounds", str(chosen.rounds)]
    code, document = _run(Path(sys.executable), _OURS, asked)
    if document is None:
        return Outcome("The canvas could not be measured; what broke stands above.", code=_COULD_NOT)
    if chosen.peers:
        document["peers"] = _peers(asked)
    missed = [one["name"] for one in document["figures"] if one["bar"] and one["ratio"] > one["bar"]]
    sentence = f"Missed: {', '.join(missed)}." if missed else "Measured."
    return Outcome(sentence, document, "\n".join(_lines(document)), code)


def _run(python: Path, adapter: str, asked: Sequence[str]) -> tuple[int, dict[str, Any] | None]:
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(  # noqa: S603 - our own harness
        [str(python), str(_HARNESS), "--adapter", adapter, *asked],
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


def _peers(asked: Sequence[str]) -> dict[str, Any]:
    """The same figures of other node editors for Qt, installed for this one run."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="chainwright-peers-") as folder:
        for name, requirement in _PEERS.items():
            home = Path(folder) / name
            venv.create(home, with_pip=True)
            python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
            wanted = [requirement, "PySide6-Essentials<6.12", "setuptools<81"]
            installed = subprocess.run(  # noqa: S603 - the names stand above
                [str(python), "-m", "pip", "install", "--quiet", *wanted], check=False, stdout=sys.stderr
            )
            document = (
                _run(python, f"tests.bench.peers:{name}", asked)[1] if not installed.returncode else None
            )
            found[name] = document["figures"] if document else None
    return found


def _lines(document: dict[str, Any]) -> list[str]:
    lines = []
    for name, figures in [("", document["figures"]), *document.get("peers", {}).items()]:
        for one in figures or [{"name": "could not be measured"}]:
            about = f"{name} {one['name']}".strip()
            bar = f" (bar {one['bar']})" if one.get("bar") and not name else ""
            told = (
                f": {one['value']:.4g} {one['unit']}, ratio {one['ratio']:.2f}{bar}" if "ratio" in one else ""
            )
            lines.append(about + told)
    return lines
