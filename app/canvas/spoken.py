"""What a screen reader says of each part of a drawing: its name, what it is about, who is there now."""

from __future__ import annotations

from collections.abc import Sequence

from app.canvas import walk
from app.canvas.document import CanvasDocument
from app.canvas.drawing import Drawing
from app.canvas.hits import Hit, Target
from app.canvas.words import node_title, outlet_words, tr
from app.model.flow import Note
from app.model.kinds import kind_of

_LONGEST = 80


def rows(drawing: Drawing) -> tuple[Hit, ...]:
    """All parts in the order in which they are read: nodes, edges, notes, frames."""
    nodes = [Hit(Target.NODE, name) for name in walk.in_reading_order(drawing, drawing.boxes)]
    edges = [Hit(Target.EDGE, edge=key) for key in drawing.flow_edges()]
    notes = [Hit(Target.NOTE, note.id) for note in drawing.notes]
    frames = [Hit(Target.FRAME, frame.id) for frame in drawing.frames]
    return (*nodes, *edges, *notes, *frames)


def name_of(document: CanvasDocument, drawing: Drawing, part: Hit, number: int) -> str:
    """“Letter 1, E-mail, node 3 of 10”; ``number`` counts from 1."""
    flow = document.flow
    if part.edge is not None:
        source, target = flow.by_id.get(part.edge[0]), flow.by_id.get(part.edge[2])
        if source is None or target is None:
            return ""
        return tr("Edge from {source}, {outlet}, to {target}").format(
            source=node_title(source), outlet=outlet_words(source, part.edge[1]), target=node_title(target)
        )
    if part.target is Target.NODE:
        return _node_name(document, drawing, part.name, number)
    if part.target is Target.NOTE:
        return tr("Note: {text}").format(text=_first_line(drawing.notes, part.name))
    title = next((frame.title for frame in drawing.frames if frame.id == part.name), "")
    return tr("Frame: {title}").format(title=title)


def about(document: CanvasDocument, drawing: Drawing, part: Hit) -> str:
    """What it is for, what it leads to, and what is wrong with it."""
    if part.edge is not None:
        walked = document.facts.counts.edges.get(part.edge[:2], 0)
        return tr("Walked {count} times").format(count=f"{walked:,}") if walked else ""
    if part.target is Target.NODE:
        return _node_story(document, drawing, part.name)
    if part.target is Target.NOTE:
        return next((note.text for note in drawing.notes if note.id == part.name), "")
    return ""


def here_now(document: CanvasDocument, drawing: Drawing, part: Hit) -> str:
    """How many people are at a node now; empty when nobody is, and for other parts."""
    if part.target is not Target.NODE or part.name not in document.flow.by_id:
        return ""
    count = drawing.mark(document.facts, part.name).here
    if count == 1:
        return tr("1 person is here now")
    return tr("{count} people are here now").format(count=f"{count:,}") if count else ""


def _node_name(document: CanvasDocument, drawing: Drawing, name: str, number: int) -> str:
    node = document.flow.by_id.get(name)
    if node is None:
        return ""
    kind = kind_of(node)
    told = tr("{title}, {kind}, node {number} of {count}")
    title = drawing.faces[name].title if name in drawing.faces else node_title(node)
    words = tr("closed branch") if name in drawing.shown.inside else tr(kind.title) if kind else node.kind
    return told.format(title=title or node_title(node), kind=words, number=number, count=len(drawing.boxes))


def _node_story(document: CanvasDocument, drawing: Drawing, name: str) -> str:
    from app.flows.sentences import about as who_gets_here  # networkx is not needed before the first frame

    flow = document.flow
    if name not in flow.by_id:
        return ""
    edges = walk.edges_from(drawing, name)
    ways = [
        tr("{outlet}: to {target}").format(
            outlet=outlet_words(flow.by_id[source], outlet), target=node_title(flow.by_id[target])
        )
        for source, outlet, target in edges
    ]
    told = [who_gets_here(flow, name), _ended("; ".join(ways))]
    told += [_ended(problem.message) for problem in document.facts.by_node.get(name, ())]
    return " ".join(part for part in told if part)


def _ended(words: str) -> str:
    return words if not words or words[-1] in ".!?…" else f"{words}."


def _first_line(notes: Sequence[Note], name: str) -> str:
    text = next((note.text for note in notes if note.id == name), "")
    return text.strip().partition("\n")[0][:_LONGEST]
