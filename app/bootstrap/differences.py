"""The command ``diff``: what differs between two flows, or between a draft and what was published of it."""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final

from app.bootstrap.commands import workspace_of
from app.bootstrap.flow_files import is_file_name, load_flow
from app.bootstrap.outcome import Outcome
from app.flows.codec import read_flow
from app.flows.diff import diff
from app.flows.diff_words import Sentence, sentences
from app.model.errors import UserError

if TYPE_CHECKING:
    from argparse import Namespace

    from app.bootstrap.workspace import Workspace
    from app.model.flow import Flow

_VERSION: Final = re.compile(r"(?P<name>.+)@(?P<number>\d{1,9})")
_SIGNS: Final = {"added": "+", "removed": "-", "changed": "~", "moved": "·"}


def do_diff(chosen: Namespace) -> Outcome:
    """Tells each difference in a sentence; 1 when there is any."""
    names = [chosen.before, chosen.after] if chosen.after else [chosen.before]
    in_files = len(names) == 2 and all(is_file_name(name) for name in names)
    with nullcontext() if in_files else workspace_of(chosen) as workspace:
        before, after = _both(names, workspace)
    told = sentences(diff(before, after))
    count = len(told)
    sentence = f"{count} differences." if count != 1 else "1 difference."
    return Outcome(
        sentence if told else "Nothing differs.",
        {"same": not told, "differences": [_json(one) for one in told]},
        "\n".join(f"{_SIGNS[one.sort]} {one.text}" for one in told),
        1 if told else 0,
    )


def _both(names: list[str], workspace: Workspace | None) -> tuple[Flow, Flow]:
    if len(names) == 2:
        return _flow(names[0], workspace), _flow(names[1], workspace)
    if workspace is None or is_file_name(names[0]):
        raise UserError("A file is compared with a second one. Name both.")
    versions = workspace.store.flows.versions(names[0])
    if not versions:
        raise UserError(f"“{names[0]}” was never published, so there is nothing to compare its draft with.")
    return _flow(f"{names[0]}@{versions[0].number}", workspace), _flow(names[0], workspace)


def _flow(name: str, workspace: Workspace | None) -> Flow:
    found = _VERSION.fullmatch(name)
    if found is None or workspace is None or is_file_name(name):
        return load_flow(name, workspace)[0]
    flows = workspace.store.flows
    if any(info.name == name for info in flows.infos()):
        return load_flow(name, workspace)[0]
    return read_flow(flows.version_document(found["name"], int(found["number"])))


def _json(sentence: Sentence) -> dict[str, Any]:
    return {"sort": str(sentence.sort), "text": sentence.text, "nodes": list(sentence.nodes)}
