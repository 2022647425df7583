"""Commands about the drawing alone: ``check``, ``schema``, ``picture``."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.bootstrap.commands import workspace_of
from app.bootstrap.flow_files import load_flow
from app.bootstrap.outcome import Outcome
from app.flows.schema import json_schema
from app.flows.validate import validate
from app.model.errors import UserError

if TYPE_CHECKING:
    from argparse import Namespace

    from app.model.flow import Edge, Problem


def do_check(chosen: Namespace) -> Outcome:
    """Validates each FLOW; 1 only for errors."""
    found: list[tuple[str, tuple[Problem, ...]]] = []
    with workspace_of(chosen) if chosen.workspace else nullcontext() as workspace:
        surroundings = workspace.surroundings() if workspace is not None else None
        for name in chosen.flows:
            flow, _ = load_flow(name, workspace)
            found.append((name, tuple(validate(flow, surroundings))))
    document = [{"file": name, "problems": [problem_json(p) for p in problems]} for name, problems in found]
    problems = [problem for _, more in found for problem in more]
    errors = sum(problem.severity == "error" for problem in problems)
    lines = [f"{name}: {problem_line(problem)}" for name, more in found for problem in more]
    return Outcome(
        _verdict(len(found), errors, len(problems) - errors), document, "\n".join(lines), 1 if errors else 0
    )


def problem_json(problem: Problem) -> dict[str, Any]:
    """One problem as ``check --json`` prints it."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "nodes": list(problem.nodes),
        "edge": _edge_json(problem.edge),
        "message": problem.message,
        "fix": problem.fix,
        "setting": problem.setting,
    }


def _edge_json(edge: Edge | None) -> dict[str, str] | None:
    return None if edge is None else {"from": edge.source, "outlet": edge.outlet, "to": edge.target}


def problem_line(problem: Problem) -> str:
    """One problem for people."""
    return f"{problem.severity} {problem.code}: {problem.message}. {problem.fix}."


def _verdict(flows: int, errors: int, warnings: int) -> str:
    what = "The flow" if flows == 1 else f"{flows} flows"
    if not errors and not warnings:
        return f"{what}: nothing is wrong."
    return f"{what}: {plural(errors, 'error')}, {plural(warnings, 'warning')}."


def plural(count: int, word: str) -> str:
    """“1 error”, “2 errors”."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def do_schema(_chosen: Namespace) -> Outcome:
    """Prints the JSON schema, with or without ``--json``."""
    import json

    schema = json_schema()
    return Outcome("", schema, json.dumps(schema, ensure_ascii=False, indent=1))


def do_picture(chosen: Namespace) -> Outcome:
    """Draws the flow into a file."""
    out = Path(chosen.out)
    if out.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise UserError("The picture's name has to end in .png, .svg or .pdf.")
    with workspace_of(chosen) if chosen.workspace else nullcontext() as workspace:
        flow, _ = load_flow(chosen.flow, workspace)
    from app.bootstrap.pictures import draw

    saved = draw(flow, out, theme=chosen.theme, page=chosen.page)
    document = {"file": str(out), "pages": saved.pages, "scale": round(saved.scale, 3)}
    where = f"{saved.pages} pages of {out}" if saved.pages > 1 else str(out)
    return Outcome(f"The flow is drawn in {where}. {saved.words}".strip(), document)
