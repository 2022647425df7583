"""Publishing: a drawing without errors is frozen into a version and put live."""

from __future__ import annotations

import getpass
from dataclasses import replace
from typing import TYPE_CHECKING

from app.flows.codec import read_flow
from app.flows.publish import content_hash, shape_hash
from app.flows.validate import validate
from app.model.ports import PublishResult

if TYPE_CHECKING:
    from app.bootstrap.workspace import Workspace


def publish(workspace: Workspace, name: str, document: str) -> PublishResult:
    """Saves the draft and, when it has no errors, publishes it under ``name``.

    The answer's version is 0 when errors kept it from being published.
    """
    flow = read_flow(document)
    # Laps are looked for under the name that other flows know it by.
    problems = validate(replace(flow, name=name), workspace.surroundings())
    workspace.store.flows.save_draft(name, document, now=workspace.clock.now())
    if any(problem.severity == "error" for problem in problems):
        return PublishResult(0, tuple(problems))
    published = workspace.store.flows.publish(
        name,
        document,
        hash_=content_hash(flow),
        shape_hash=shape_hash(flow),
        now=workspace.clock.now(),
        author=_author(),
    )
    workspace.context.wake.set()
    workspace.context.changed()
    return PublishResult(published.number, tuple(problems), texts_only=published.texts_only)


def _author() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
