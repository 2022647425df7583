"""The command ``bench``: figures as ratios against a limit measured in the same run."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

from app.bootstrap import bench_canvas, bench_engine, bench_rehearse, bench_start
from app.bootstrap.outcome import Outcome
from app.flows import bench as bench_flows
from app.model.errors import UserError

if TYPE_CHECKING:
    from argparse import Namespace

_BENCHES = {
    "check": bench_flows.measure_check,
    "engine": bench_engine.measure_engine,
    "rehearse": bench_rehearse.measure_rehearse,
    "start": bench_start.measure_start,
}


def do_bench(chosen: Namespace) -> Outcome:
    """Measures; 1 when a figure misses its bar."""
    if chosen.name == "canvas":
        return bench_canvas.measure_canvas(chosen)
    measure = _BENCHES.get(chosen.name)
    if measure is None:
        raise UserError(f"There is no benchmark “{chosen.name}”. There are: canvas, {', '.join(_BENCHES)}.")
    if chosen.size < 0:
        raise UserError("The size of a benchmark is at least 1; 0 is the usual one.")
    figures: list[dict[str, Any]] = measure(chosen.size) if chosen.size else measure()
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    missed = [figure["name"] for figure in figures if figure.get("missed")]
    document = {"bench": chosen.name, "machine": machine, "figures": figures}
    sentence = f"Missed: {', '.join(missed)}." if missed else "Measured."
    return Outcome(sentence, document, "\n".join(map(_line, figures)), 1 if missed else 0)


def _line(figure: dict[str, Any]) -> str:
    bar = f" (bar {figure['bar']})" if figure.get("bar") is not None else ""
    value, limit = f"{figure['value']:.4g} {figure['unit']}", f"{figure['limit']:.4g}"
    return f"{figure['name']}: {value}, limit {limit}, ratio {figure['ratio']:.2f}{bar}"
