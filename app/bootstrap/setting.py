"""The command ``set``: settings and channels of a workspace, secrets into the keyring."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

from app.bootstrap import segments
from app.bootstrap.commands import workspace_exists, workspace_of
from app.bootstrap.outcome import Outcome
from app.model.errors import UserError
from app.support.settings import assign, read_assignment

if TYPE_CHECKING:
    from argparse import Namespace


def do_set(chosen: Namespace) -> Outcome:
    """Stores all assignments or none of them; of segments, which come first, each by itself."""
    told = [text for text in chosen.assignments if segments.is_segment(text)]
    rules = [segments.read_assignment(text) for text in told]
    assignments = [read_assignment(text) for text in chosen.assignments if text not in told]
    if not workspace_exists(chosen):
        assign({}, assignments)  # what cannot be set makes no workspace
    secrets = {entry.name: _secret(entry.name) for entry in assignments if entry.is_secret}
    with workspace_of(chosen, make=True) as workspace:
        values = assign(workspace.store.settings.all(), assignments)
        for segment, rule in rules:
            segments.assign(workspace, segment, rule)
        for name, secret in secrets.items():
            workspace.secrets.set(name, secret)
        workspace.store.settings.replace(values)
    names = [*(f"{segments.PREFIX}{name}" for name, _ in rules), *(entry.name for entry in assignments)]
    return Outcome(f"Set: {', '.join(names)}.", {"set": names})


def _secret(name: str) -> str:
    text = getpass.getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise UserError(f"Nothing was given for {name}; write the secret on standard input.")
    return text
