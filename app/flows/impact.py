"""What publishing a draft means for the people who are inside: a pure function over two drawings and the
numbers of who stands where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.flows.diff import FlowDiff, NodeChange, diff
from app.flows.diff_words import Sort, sentences
from app.flows.graph import Drawing, drawing_of
from app.flows.publish import texts_only
from app.flows.words import node_name
from app.model.flow import EMPTY, Flow, Node
from app.model.kinds import Category, kind_of, value_of
from app.model.shifts import Change, Choice, Impact, Stand


@dataclass(frozen=True, slots=True)
class Inside:
    """One version with people in it. ``here``: who stands at each node; ``past``: who walked through it."""

    version_id: int
    number: int
    flow: Flow
    here: Mapping[str, int] = EMPTY
    past: Mapping[str, int] = EMPTY


def can_stay(before: Node, after: Node) -> bool:
    """Whether people can go on at ``after`` as they stand at ``before``: it is of the same kind, and a
    “first that works” tries the same channels as far as it did."""
    if before.kind != after.kind:
        return False
    tried = _rung_kinds(before)
    return _rung_kinds(after)[: len(tried)] == tried


def _rung_kinds(node: Node) -> list[Any]:
    rungs = value_of(node, "rungs")
    return [rung.get("kind") for rung in rungs or () if isinstance(rung, Mapping)]


def stands(versions: Sequence[Inside], new: Flow) -> tuple[Stand, ...]:
    """For each version, and each of its nodes that is changed or removed or where somebody stands: how many
    are before it, in it and past it, and what can become of those who are in it.

    The last version is the live one: where only texts are different nobody is asked about (rule 14).
    """
    asked = versions[:-1] if _is_texts_only(versions, new) else versions
    return tuple(stand for one in asked for stand in _of_version(one, new))


def _is_texts_only(versions: Sequence[Inside], new: Flow) -> bool:
    return bool(versions) and texts_only(versions[-1].flow, new)


def _of_version(inside: Inside, new: Flow) -> Iterator[Stand]:
    found = diff(inside.flow, new)
    told = _told(found)
    drawing = drawing_of(inside.flow)
    into = _into(drawing)
    for node in drawing.by_id.values():
        change = _change(node, new, told)
        here = inside.here.get(node.id, 0)
        if change is Change.NONE and not here:
            continue
        ahead = _leads_to(into, node.id)
        yield _with_choices(
            Stand(
                version_id=inside.version_id,
                version=inside.number,
                node=node.id,
                name=" ".join(node_name(node).split()),
                kind=node.kind,
                change=change,
                words=told.get(node.id, ()),
                before=sum(inside.here.get(one, 0) for one in ahead),
                here=here,
                past=inside.past.get(node.id, 0),
            ),
            node,
            new,
        )


def _told(found: FlowDiff) -> Mapping[str, tuple[str, ...]]:
    """By node: the sentences about what is different there, that people can notice."""
    told: dict[str, list[str]] = {}
    unnoticed = {change.after.id for change in found.nodes_changed if not _is_noticed(change)}
    replugged = {edge.source for edge in (*found.edges_added, *found.edges_removed)}
    replugged |= {pair.after.source for pair in found.edges_replugged}
    for sentence in sentences(found):
        if sentence.sort is Sort.MOVED or not sentence.nodes:
            continue
        first = sentence.nodes[0]
        if first not in unnoticed or first in replugged:
            told.setdefault(first, []).append(sentence.text)
    return {node: tuple(texts) for node, texts in told.items()}


def _is_noticed(change: NodeChange) -> bool:
    """Whether more than its name is different."""
    return bool(change.settings or change.extra or change.before.kind != change.after.kind)


def _change(node: Node, new: Flow, told: Mapping[str, Sequence[str]]) -> Change:
    after = new.by_id.get(node.id)
    if after is None:
        return Change.REMOVED
    if after.kind != node.kind:
        return Change.KIND
    return Change.CHANGED if node.id in told else Change.NONE


def _into(drawing: Drawing) -> Mapping[str, Sequence[str]]:
    """By node: those from which an edge leads to it."""
    into: dict[str, list[str]] = {}
    for source, targets in drawing.following.items():
        for target in targets:
            into.setdefault(target, []).append(source)
    return into


def _leads_to(into: Mapping[str, Sequence[str]], node_id: str) -> set[str]:
    """All nodes from which this one can be reached, without itself."""
    seen: set[str] = set()
    todo = list(into.get(node_id, ()))
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            todo.extend(into.get(one, ()))
    return seen - {node_id}


def _with_choices(stand: Stand, node: Node, new: Flow) -> Stand:
    after = new.by_id.get(node.id)
    if after is not None and can_stay(node, after):
        return replace(stand, choices=tuple(Choice))
    if after is not None:
        why = (
            f"“{stand.name}” is another kind of node now: what people have waited there cannot be kept. "
            "They finish on their version, or leave."
        )
        return replace(stand, choices=(Choice.FINISH, Choice.LEAVE), why_not=why)
    why = f"“{stand.name}” is gone: say where its people go, or let them finish or leave."
    return replace(stand, choices=tuple(Choice), why_not=why, needs_target=True)


def fault_of(stand: Stand, new: Flow, choice: Choice, to: str) -> str:
    """Why this choice cannot be made for those who stand there; empty when it can."""
    if choice is not Choice.MOVE:
        return ""
    if choice not in stand.choices:
        return stand.why_not
    if not to:
        return stand.why_not if stand.needs_target else ""
    target = new.by_id.get(to)
    if target is None:
        return f"The new version has no node “{to}”."
    if not stand.needs_target and to != stand.node:
        return f"“{stand.name}” is in the new version too: its people stay there. Leave out “={to}”."
    kind = kind_of(target)
    if kind is None or kind.category in (Category.ENTRY, Category.END):
        return f"Nobody can be moved to “{node_name(target)}”: people come in or end there."
    return ""


Chosen = Mapping[tuple[int, str], Choice]
"""By version and node; who is not named finishes."""


def impact(
    number: int,
    versions: Sequence[Inside],
    new: Flow,
    chosen: Chosen = EMPTY,
    at_once: Mapping[tuple[int, str], int] = EMPTY,
) -> Impact:
    """What publishing ``new`` under this number means for the people in older versions.

    ``at_once``: of those at a node, how many would go on at once if they were moved.
    """
    found = tuple(
        replace(one, at_once=at_once.get((one.version_id, one.node), 0)) for one in stands(versions, new)
    )
    inside = sum(sum(one.here.values()) for one in versions)
    by_choice: Counter[Choice] = Counter()
    for one in found:
        by_choice[chosen.get((one.version_id, one.node), Choice.FINISH)] += one.here
    is_texts_only = _is_texts_only(versions, new)
    if is_texts_only:
        by_choice[Choice.MOVE] += sum(versions[-1].here.values())
    moving = [one for one in found if chosen.get((one.version_id, one.node)) is Choice.MOVE]
    return Impact(
        new.name,
        number,
        texts_only=is_texts_only,
        stands=found,
        inside=inside,
        affected=sum(one.here for one in found if one.change is not Change.NONE),
        finish=inside - by_choice[Choice.MOVE] - by_choice[Choice.LEAVE],
        move=by_choice[Choice.MOVE],
        leave=by_choice[Choice.LEAVE],
        at_once=sum(one.at_once for one in moving),
        rules=tuple(_rules(versions[-1].flow, new)) if versions else (),
    )


def _rules(before: Flow, after: Flow) -> Iterator[str]:
    """What is different for the whole flow."""
    found = diff(before, after)
    alone = FlowDiff(before, after, settings=found.settings)
    return (sentence.text for sentence in sentences(alone))
