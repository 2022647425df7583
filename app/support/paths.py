"""Where things lie on this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

import app
from app.model.errors import WorldError

DATABASE = "workspace.db"
LOG = "chainwright.log"
SECRETS = "secrets.enc"


def resources() -> Path:
    """The folder of icons, styles, templates and the site script, in a checkout or the built program."""
    bundle = getattr(sys, "_MEIPASS", None)
    root = Path(bundle) if bundle else Path(app.__file__).parent.parent
    return root / "resources"


def default_workspace() -> Path:
    """The workspace folder that is meant when none is named; it need not exist."""
    return platformdirs.user_data_path("chainwright", appauthor=False) / "workspace"


def database_path(workspace: Path) -> Path:
    """The SQLite file of a workspace."""
    return workspace / DATABASE


def log_path(workspace: Path) -> Path:
    """The log file of a workspace; older ones lie beside it with a number."""
    return workspace / "logs" / LOG


def secrets_path(workspace: Path) -> Path:
    """The encrypted file of secrets; it exists only where a person chose it over the keyring."""
    return workspace / SECRETS


def history_path(workspace: Path, flow_id: int) -> Path:
    """The undo history of one flow's draft."""
    return workspace / "history" / f"{flow_id}.jsonl"


def last_flow_path(workspace: Path) -> Path:
    """The copy of the flow that was open last; the window draws it before the database is there."""
    return workspace / "last.flow.jsonl"


def make_workspace(folder: Path) -> Path:
    """The folder, made where it is missing, for its owner only; WorldError when it cannot be made."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WorldError(
            f"The workspace folder {folder} cannot be made: {reason}. Name another one."
        ) from error
    return folder
