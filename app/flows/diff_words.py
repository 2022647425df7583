"""A difference as sentences that an owner understands, each with the parts it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from app.flows.diff import ABSENT, FlowDiff, NodeChange, PartsDiff, SettingChange
from app.flows.diff_parts import arms_change, rungs_change, said, ways_change
from app.flows.diff_values import (
    cut,
    instead,
    is_list,
    list_change,
    long_duration,
    quoted,
    said_value,
    text_parts,
)
from app.flows.words import node_name, outlet_name, together
from app.model.flow import Edge, Flow, Node, Note
from app.model.kinds import Category, Setting, SettingType, kind_of

_MANY: Final = frozenset(
    {SettingType.CONDITION, SettingType.WAYS, SettingType.ARMS, SettingType.RUNGS, SettingType.PROPERTIES}
)
"""What is more than one value, so that “was …” does not say it."""
_TEXTS: Final = frozenset({SettingType.TEXT, SettingType.LIQUID_TEXT})
_NOWHERE: Final = (Flow(""), Flow(""))
_FLOW_SETTINGS: Final[Mapping[str, Setting]] = {
    setting.name: setting
    for setting in (
        Setting("key", SettingType.LINE, "A journey for each"),
        Setting("fresh", SettingType.DURATION, "Events may be late by"),
        Setting("goal", SettingType.CONDITION, "Goal"),
        Setting("exits", SettingType.CONDITION, "Leaves without success"),
        Setting("reentry", SettingType.CHOICE, "Entering again"),
        Setting("inside", SettingType.NUMBER, "At most inside"),
    )
}


class Sort(StrEnum):
    """What a sentence tells, for the sign beside it."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One difference in words, with the nodes that show it (ids, of either flow)."""

    text: str
    sort: Sort = Sort.CHANGED
    nodes: tuple[str, ...] = ()


def words(diff: FlowDiff) -> list[str]:
    """The sentences alone, in the order in which a person wants to know them."""
    return [sentence.text for sentence in sentences(diff)]


def sentences(diff: FlowDiff) -> tuple[Sentence, ...]:
    """Every difference, in at least one sentence; none for two flows that are the same."""
    parts = (_of_flow, _of_added, _of_removed, _of_changed, _of_edges, _of_notes, _of_frames, _of_moved)
    found = [
        replace(sentence, text=" ".join(sentence.text.split())) for part in parts for sentence in part(diff)
    ]
    if diff.is_reordered:
        found.append(Sentence("Parts stand in another order in the file. People get the same", Sort.MOVED))
    return tuple(found)


def change_words(change: NodeChange) -> str:
    """What a changed node was, for the chip on it: “was 1 hour”; empty where one value does not say it."""
    told = [one for one in change.settings if _setting(change.after, one.name) is not None]
    if len(told) != 1 or len(change.settings) != 1 or change.before.title != change.after.title:
        return f"was {quoted(change.before.title)}" if change.before.title != change.after.title else ""
    setting = _setting(change.after, told[0].name)
    if setting is None or setting.type in _MANY or is_list(setting):
        return ""
    return f"was {said(setting, told[0].old)}"


# --- the flow -------------------------------------------------------------------------------------------


def _of_flow(diff: FlowDiff) -> Iterator[Sentence]:
    if diff.name is not None:
        yield Sentence(f"The flow is called {quoted(diff.name[1])} instead of {quoted(diff.name[0])}")
    for change in diff.settings:
        setting = _FLOW_SETTINGS.get(change.name)
        whose = (
            f"“{setting.label}” of the flow" if setting else f"The setting {quoted(change.name)} of the flow"
        )
        yield Sentence(_change_sentence(whose, setting, change, _flow_value))
    for change in diff.extra:
        yield Sentence(_change_sentence(f"{quoted(change.name)} of the flow", None, change))


def _flow_value(setting: Setting | None, value: object) -> str:
    if isinstance(value, Mapping) and setting is not None and setting.name == "goal":
        events = value.get("events")
        names = [quoted(one) for one in events] if isinstance(events, (list, tuple)) else []
        also = [] if set(value) <= {"events"} else ["with a condition"]
        return " ".join([together(names, 6) or "nothing", *also])
    if isinstance(value, Mapping) and set(value) == {"after"}:
        return f"after {long_duration(value['after']) or quoted(value['after'])}"
    if isinstance(value, (list, tuple)) and value and all(isinstance(one, Mapping) for one in value):
        return together([quoted(one.get("event", "?")) for one in value], 6)
    return said_value(setting, value)


# --- nodes ----------------------------------------------------------------------------------------------


def _of_added(diff: FlowDiff) -> Iterator[Sentence]:
    for node in diff.nodes_added:
        ways = [edge for edge in diff.edges_added if edge.source == node.id]
        leads = [
            f"{_called_id(diff.after, edge.target)} (“{outlet_name(node, edge.outlet)}”)" for edge in ways
        ]
        tail = f". It leads to {together(leads, 6)}" if leads else ""
        yield Sentence(f"{_capital(called(diff.after, node))} is new{tail}", Sort.ADDED, (node.id,))


def _of_removed(diff: FlowDiff) -> Iterator[Sentence]:
    for node in diff.nodes_removed:
        ways = sum(edge.source == node.id for edge in diff.edges_removed)
        tail = f", with its {'way' if ways == 1 else f'{ways} ways'} out" if ways else ""
        yield Sentence(f"{_capital(called(diff.before, node))} is gone{tail}", Sort.REMOVED, (node.id,))


def _of_changed(diff: FlowDiff) -> Iterator[Sentence]:
    for change in diff.nodes_changed:
        for text in _node_sentences(diff, change):
            yield Sentence(_capital(text), Sort.CHANGED, (change.after.id,))


def _node_sentences(diff: FlowDiff, change: NodeChange) -> Iterator[str]:
    before, after = change.before, change.after
    name = called(diff.after, after)
    if before.kind != after.kind:
        yield f"{name} is now {_kind_word(after)} instead of {_kind_word(before)}"
    if before.title != after.title:
        was = quoted(before.title) if before.title else "without a name"
        yield f"{_named(diff.after, after)} was {was} before"
    for one in change.settings:
        yield _setting_sentence(name, after, one, (diff.before, diff.after))
    for one in change.extra:
        yield _change_sentence(f"{quoted(one.name)} of {name}", None, one)
    if change.is_moved:
        yield f"{name} also stands elsewhere"


def _named(flow: Flow, node: Node) -> str:
    return f"the name of {quoted(node.title)}" if node.title else f"the name of {called(flow, node)}"


def _setting_sentence(name: str, node: Node, change: SettingChange, flows: tuple[Flow, Flow]) -> str:
    setting = _setting(node, change.name)
    if setting is not None and setting.type is SettingType.DURATION:
        told = _duration_sentence(name, setting, change)
        if told:
            return told
    label = f"“{setting.label}”" if setting else quoted(change.name)
    return _change_sentence(f"{label} of {name}", setting, change, flows=flows)


def _duration_sentence(name: str, setting: Setting, change: SettingChange) -> str:
    """“Letter 1 gives up after 2 hours instead of 1”; empty where a value is missing or reads the same."""
    standard = setting.default
    old = long_duration(standard if change.old is ABSENT else change.old)
    new = long_duration(standard if change.new is ABSENT else change.new)
    verb = {"for": "waits", "timeout": "gives up after", "quiet_for": "starts after a quiet time of"}
    if not old or not new or old == new or setting.name not in verb:
        return ""
    return f"{name} {verb[setting.name]} {instead(new, old)}"


def _change_sentence(
    whose: str,
    setting: Setting | None,
    change: SettingChange,
    say: Callable[[Setting | None, object], str] = said,
    flows: tuple[Flow, Flow] = _NOWHERE,
) -> str:
    if setting is not None and is_list(setting):
        told = list_change(setting, change.old, change.new)
        if told:
            return f"{whose} {told}"
    if setting is not None and setting.type in _TEXTS and _are_texts(change):
        return f"{whose} {_text_change(change.old, change.new)}"
    told = _parts_change(setting, change, flows) if setting is not None else ""
    if told:
        return f"{whose} {told}"
    return f"{whose} {_value_change(setting, change, say)}"


def _parts_change(setting: Setting, change: SettingChange, flows: tuple[Flow, Flow]) -> str:
    if setting.type is SettingType.WAYS:
        return ways_change(change.old, change.new, *flows)
    if setting.type is SettingType.ARMS:
        return arms_change(change.old, change.new)
    return rungs_change(change.old, change.new) if setting.type is SettingType.RUNGS else ""


def _value_change(
    setting: Setting | None, change: SettingChange, say: Callable[[Setting | None, object], str]
) -> str:
    old, new = say(setting, change.old), say(setting, change.new)
    if change.old is ABSENT and setting is not None and setting.default is not None:
        old = say(setting, setting.default)
    if change.new is ABSENT and setting is not None and setting.default is not None:
        new = say(setting, setting.default)
    if old != new:
        return f"is now {instead(new, old)}"
    if ABSENT in (change.old, change.new):
        return f"is {'no longer ' if change.new is ABSENT else 'now '}written down, as {new}"
    return "says something else further on"


def _are_texts(change: SettingChange) -> bool:
    return isinstance(change.old, str) and isinstance(change.new, str)


def _text_change(old: str, new: str) -> str:
    gone, come = text_parts(old, new)
    if gone and come:
        return f"says {quoted(come)} instead of {quoted(gone)}"
    if come:
        return f"now also says {quoted(come)}"
    if gone:
        return f"no longer says {quoted(gone)}"
    return "is spaced in another way"


def _of_moved(diff: FlowDiff) -> Iterator[Sentence]:
    moved = [change.after for change in diff.nodes_moved]
    if not moved:
        return
    names = together([called(diff.after, node) for node in moved])
    verb = "was moved" if len(moved) == 1 else "were moved"
    yield Sentence(_capital(f"{names} {verb}"), Sort.MOVED, tuple(node.id for node in moved))


# --- edges ----------------------------------------------------------------------------------------------


def _of_edges(diff: FlowDiff) -> Iterator[Sentence]:
    new, gone = {node.id for node in diff.nodes_added}, {node.id for node in diff.nodes_removed}
    for pair in diff.edges_replugged:
        to, was = _called_id(diff.after, pair.after.target), _called_id(diff.before, pair.before.target)
        does = f"now leads to {to} instead of {was}"
        yield _edge_sentence(diff.after, pair.after, does, Sort.CHANGED)
    for edge in diff.edges_added:
        if edge.source not in new:
            leads = f"now leads to {_called_id(diff.after, edge.target)}"
            yield _edge_sentence(diff.after, edge, leads, Sort.ADDED)
    for edge in diff.edges_removed:
        if edge.source not in gone:
            leads = f"no longer leads to {_called_id(diff.before, edge.target)}"
            yield _edge_sentence(diff.before, edge, leads, Sort.REMOVED)
    for pair in diff.edges_changed:
        yield _edge_sentence(diff.after, pair.after, "is marked in another way", Sort.CHANGED)


def _edge_sentence(flow: Flow, edge: Edge, does: str, sort: Sort) -> Sentence:
    node = flow.by_id.get(edge.source)
    outlet = outlet_name(node, edge.outlet) if node else edge.outlet
    nodes = tuple(dict.fromkeys((edge.source, edge.target)))
    return Sentence(f"“{outlet}” of {_called_id(flow, edge.source)} {does}", sort, nodes)


# --- notes and frames -----------------------------------------------------------------------------------


def _of_notes(diff: FlowDiff) -> Iterator[Sentence]:
    yield from _papers("note", diff.notes, _note_name, _note_change)


def _of_frames(diff: FlowDiff) -> Iterator[Sentence]:
    yield from _papers("frame", diff.frames, _frame_name, _frame_change)


def _papers(
    word: str, parts: PartsDiff[Any], name: Callable[[Any], str], change: Callable[[Any, Any], str]
) -> Iterator[Sentence]:
    for sort, one in [(Sort.ADDED, part) for part in parts.added] + [
        (Sort.REMOVED, part) for part in parts.removed
    ]:
        yield Sentence(f"The {word} {name(one)} is {'new' if sort is Sort.ADDED else 'gone'}", sort)
    for pair in parts.changed:
        yield Sentence(f"The {word} {name(pair.after)} {change(pair.before, pair.after)}")
    if parts.moved:
        names = [name(pair.after) for pair in parts.moved]
        verb = f"The {word} {names[0]} was" if len(names) == 1 else f"The {word}s {together(names)} were"
        yield Sentence(f"{verb} moved", Sort.MOVED)


def _note_name(note: Note) -> str:
    return quoted(note.text) if note.text.strip() else "without words"


def _note_change(before: Note, after: Note) -> str:
    if before.text != after.text:
        return f"{_text_change(before.text, after.text)}"
    resized = (before.width, before.height) != (after.width, after.height)
    return "has another size" if resized else "looks different"


def _frame_name(frame: Mapping[str, Any]) -> str:
    title = frame.get("title")
    return quoted(title) if isinstance(title, str) and title.strip() else "without a title"


def _frame_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if before.get("title") != after.get("title"):
        return f"was called {quoted(before.get('title') or '')} before"
    resized = any(before.get(key) != after.get(key) for key in ("width", "height"))
    return "has another size" if resized else "looks different"


# --- names ----------------------------------------------------------------------------------------------


def called(flow: Flow, node: Node) -> str:
    """The node in a sentence: its title; one without by its kind and what comes before or after it."""
    if node.title.strip():
        return cut(node_name(node))
    kind = kind_of(node)
    before = _titles(flow, [edge.source for edge in flow.edges if edge.target == node.id])
    after = _titles(flow, [edge.target for edge in flow.edges if edge.source == node.id])
    beside = f" before {after[0]}" if len(after) == 1 else f" after {before[0]}" if len(before) == 1 else ""
    if kind is not None and kind.category is Category.WAIT:
        return f"the wait{beside}"
    return f"{node_name(node)}{beside}"


def _titles(flow: Flow, ids: Sequence[str]) -> list[str]:
    nodes = [flow.by_id[one] for one in dict.fromkeys(ids) if one in flow.by_id]
    return [node.title.strip() for node in nodes] if all(node.title.strip() for node in nodes) else []


def _called_id(flow: Flow, node_id: str) -> str:
    node = flow.by_id.get(node_id)
    return called(flow, node) if node else quoted(node_id)


def _kind_word(node: Node) -> str:
    kind = kind_of(node)
    return quoted(kind.title if kind else node.kind)


def _setting(node: Node, name: str) -> Setting | None:
    kind = kind_of(node)
    return kind.setting(name) if kind else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
