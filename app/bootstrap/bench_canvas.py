"""How fast the canvas is beside a plain scene that draws boxes, titles and wires and nothing more.

The harness is that of ``tests/bench/canvas``, in processes of its own: it runs from a checkout only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
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


def measure_canvas(chosen: Namespace) -> Outcome:
    """The harness's own document and exit code: 0 all bars met, 1 not, 2 could not be measured."""
    if not _HARNESS.is_file():
        raise UserError("“bench canvas” runs from a checkout of the sources only.")
    asked = ["--sizes", chosen.sizes, "--rounds", str(chosen.rounds)]
    code, document = _run(Path(sys.executable), _OURS, asked)
    if document is None:
        return Outcome("The canvas could not be measured; what broke stands above.", code=_COULD_NOT)
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


def _lines(document: dict[str, Any]) -> list[str]:
    return [
        f"{one['name']}: {one['value']:.4g} {one['unit']}, ratio {one['ratio']:.2f}"
        + (f" (bar {one['bar']})" if one["bar"] else "")
        for one in document["figures"]
    ]
