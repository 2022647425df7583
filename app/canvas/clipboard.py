"""Parts of a drawing as text: what is copied is a small flow document that can be mailed and read."""

from __future__ import annotations

from app.canvas.edits import key_of
from app.canvas.frames import frames_of, with_frames
from app.canvas.naming import adopted
from app.canvas.placing import snapped
from app.canvas.selection import Parts
from app.flows.codec import read_flow, write_flow
from app.model.flow import Flow

_BESIDE = 24.0


def copied(flow: Flow, parts: Parts) -> str:
    """The text of these nodes, the edges among them, these notes and frames; empty when there are none."""
    if not (parts.nodes or parts.notes or parts.frames):
        return ""
    return write_flow(portion(flow, parts))


def pasted(flow: Flow, text: str, middle: tuple[float, float], grid: float) -> Flow:
    """The parts in ``text``, ready to be added around ``middle``. Raises FlowFileError when it is no flow."""
    parts = read_flow(text)
    places = [(node.x, node.y) for node in parts.nodes] + [(note.x, note.y) for note in parts.notes]
    places += [(frame.x, frame.y) for frame in frames_of(parts)]
    if not places:
        return parts
    left, top = min(x for x, _ in places), min(y for _, y in places)
    right, bottom = max(x for x, _ in places), max(y for _, y in places)
    dx = snapped(middle[0] - (left + right) / 2, grid)
    dy = snapped(middle[1] - (top + bottom) / 2, grid)
    return adopted(flow, parts, dx, dy)


def duplicated(flow: Flow, parts: Parts) -> Flow:
    """A copy of the selected parts, a little below and right of them."""
    return adopted(flow, portion(flow, parts), _BESIDE, _BESIDE)


def portion(flow: Flow, parts: Parts) -> Flow:
    """These nodes, notes and frames alone, with the edges among the nodes."""
    edges = (edge for edge in flow.edges if edge.source in parts.nodes and edge.target in parts.nodes)
    unique = {key_of(edge): edge for edge in edges}
    frames = [frame for frame in frames_of(flow) if frame.id in parts.frames]
    alone = Flow(
        name=flow.name,
        nodes=tuple(node for node in flow.nodes if node.id in parts.nodes),
        edges=tuple(unique.values()),
        notes=tuple(note for note in flow.notes if note.id in parts.notes),
    )
    return with_frames(alone, frames) if frames else alone
