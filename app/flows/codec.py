"""Flow files: bytes to a flow and back (DESIGN.md section 6).

A file that we wrote is saved back with the same bytes; a foreign one keeps its bytes until the first edit.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Final

from app.flows._json import parse
from app.flows._reader import flow_of
from app.flows._writer import text_of
from app.model.flow import Flow
from app.model.frozen import dataclass

SUFFIX: Final = ".flow.json"


def read_flow(data: bytes | str) -> Flow:
    """The flow of a file's bytes or text, also an unfinished one.

    Raises FlowFileError, with one plain sentence, on what is not a flow, is too large or was made by a newer
    release. Unknown kinds and keys are kept.
    """
    return flow_of(parse(data))


def write_flow(flow: Flow) -> str:
    """The canonical text of a flow; the same flow always gives the same text."""
    return text_of(flow)


@dataclass(frozen=True)
class Document:
    """An open flow file: the flow as edited, and what stood in the file.

    ``original`` is the file's bytes, None for a flow that was never in a file.
    """

    flow: Flow
    original: bytes | None = None

    @classmethod
    def read(cls, data: bytes) -> Document:
        """Opens the bytes of a file. Raises FlowFileError."""
        return cls(read_flow(data), data)

    def edited(self, flow: Flow) -> Document:
        """The same file with another flow in it."""
        return replace(self, flow=flow)

    @property
    def is_changed(self) -> bool:
        """Whether saving would write something else than what stands in the file."""
        return self.original is None or self._canonical != self._as_read

    def data(self) -> bytes:
        """The bytes to save: the file's own while the flow says the same, else the canonical text."""
        if self.original is not None and not self.is_changed:
            return self.original
        return self._canonical.encode()

    @cached_property
    def _canonical(self) -> str:
        return write_flow(self.flow)

    @cached_property
    def _as_read(self) -> str:
        return write_flow(read_flow(self.original or b""))
