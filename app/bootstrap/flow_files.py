"""FLOW on a command line: a file, or the name of a flow in the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.flows.codec import read_flow
from app.model.errors import FlowFileError, UserError
from app.support import paths

if TYPE_CHECKING:
    from app.bootstrap.workspace import Workspace
    from app.model.flow import Flow

_SUFFIX = ".json"


def read_file(path: Path) -> bytes:
    """The file's bytes; UserError when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UserError(f"There is no file {path}.") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or type(error).__name__}.") from error


def is_file_name(name: str) -> bool:
    """Whether a person means a file by it."""
    return name.endswith(_SUFFIX) or Path(name).is_file()


def load_flow(name: str, workspace: Workspace | None) -> tuple[Flow, str]:
    """The flow and its document text; UserError or FlowFileError with a sentence that names it."""
    if is_file_name(name) or workspace is None:
        data = read_file(Path(name))
        try:
            return read_flow(data), data.decode("utf-8-sig")
        except FlowFileError as error:
            raise FlowFileError(f"{name}: {error.sentence}") from error
    document = workspace.store.flows.draft(name)
    return read_flow(document), document


def templates() -> list[tuple[str, str]]:
    """(name, document) of the flows that come along, by file name."""
    folder = paths.resources() / "templates"
    documents = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.flow.json"))]
    return [(read_flow(document).name, document) for document in documents]
