"""Settings of nodes and of the flow: what is missing, and what cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from app.flows.checks.values import complaint, is_list, is_missing
from app.flows.graph import Drawing
from app.flows.words import node_name
from app.model.flow import MOST_INSIDE, Flow, Node, Problem
from app.model.kinds import KINDS, Kind, Setting, SettingType, kind_of, ticked, value_of
from app.model.rungs import rung_settings, rungs_of

LEAST_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "until": ("since_entry", "property", "weekdays", "time", "business"),
    "set": ("properties", "add_tags", "remove_tags"),
}
"""By kind: settings of which at least one has to say something."""
_EVENTS: Final = Setting("goal", SettingType.EVENTS, "Goal")
_WHERE: Final = Setting("goal", SettingType.CONDITION, "Only if")
_KEY: Final = Setting("key", SettingType.LINE, "One journey per", max_length=100)
_FRESH: Final = Setting("fresh", SettingType.DURATION, "Events count for")
_AFTER: Final = Setting("reentry", SettingType.DURATION, "Again after")
_EXIT: Final = Setting("exits", SettingType.EVENT, "Leaves when")
_INSIDE: Final = Setting("inside", SettingType.NUMBER, "At most inside", minimum=1, maximum=MOST_INSIDE)


def settings(drawing: Drawing) -> Iterator[Problem]:
    """``unknown-kind``, ``missing-setting`` and ``bad-setting`` of all nodes and of the flow itself."""
    yield from _of_flow(drawing.flow)
    for node in drawing.flow.nodes:
        kind = kind_of(node)
        if kind is None:
            yield Problem(
                "unknown-kind",
                "error",
                f"{node_name(node)} is of a kind that this Chainwright does not know: “{node.kind}”. "
                "It is kept and never run",
                "Update Chainwright, or put another node in its place",
                (node.id,),
            )
        elif kind.available:
            yield from _of_node(node, kind)


def _of_node(node: Node, kind: Kind) -> Iterator[Problem]:
    for setting in kind.settings:
        value = node.settings.get(setting.name)
        if not is_missing(value):
            clause = complaint(setting, value)
            if clause:
                yield _bad(node, setting, clause)
        elif _is_needed(node, setting):
            yield _missing(
                node,
                setting.name,
                f"{node_name(node)} has no “{setting.label}”",
                f"Fill in “{setting.label}”",
            )
    names = LEAST_OF.get(kind.name, ())
    if names and all(_says_nothing(node.settings.get(name)) for name in names):
        labels = [setting.label for setting in kind.settings if setting.name in names]
        yield _missing(
            node, names[0], f"{node_name(node)} says nothing yet", f"Fill in one of: {', '.join(labels)}"
        )
    if kind.name == "entry.schedule":
        yield from _of_schedule(node)
    if kind.name == "reach":
        yield from _of_rungs(node)
    else:
        yield from _of_form(node, kind)


def _says_nothing(value: Any) -> bool:
    return value is False or is_missing(value)


def _of_schedule(node: Node) -> Iterator[Problem]:
    """It starts for many at once: a field of one of them is no moment for all."""
    moment = node.settings.get("start")
    if isinstance(moment, str) and moment.startswith(("property:", "entry:")):
        yield Problem(
            "bad-setting",
            "error",
            f"“First time” of {node_name(node)} is a field of one person, and all start at once",
            "Name a moment, or start with “A date” of the person",
            (node.id,),
            setting="start",
        )


def _of_form(node: Node, kind: Kind) -> Iterator[Problem]:
    if kind.setting("fields") and "submitted" in ticked(node) and is_missing(node.settings.get("fields")):
        yield _missing(
            node,
            "fields",
            f"{node_name(node)} waits for its form to be sent, and has no form",
            "Choose what to ask for, or untick “submitted”",
        )


def _of_rungs(node: Node) -> Iterator[Problem]:
    """What each rung says for itself, and for how long it is tried."""
    awaited, forms = ticked(node), []
    for number, told, rung in rungs_of(node):
        path, kind = f"rungs.{number}.", KINDS[rung.kind]
        if not kind.available:
            continue
        yield from _of_rung(node, rung, kind, path)
        if is_missing(told.get("try_for")) and (awaited or kind.waits_on_page):
            yield _no_such(node, rung, "Try for", f"{path}try_for")
        if kind.setting("fields"):
            forms.append((rung, path))
    if "submitted" in awaited and all(is_missing(rung.settings.get("fields")) for rung, _ in forms):
        yield _missing(
            node,
            f"{forms[0][1]}fields" if forms else "reactions",
            f"{node_name(node)} waits for a form to be sent, and none of its ways has a form",
            "Choose what a popup asks for, or untick “submitted”",
        )


def _of_rung(node: Node, rung: Node, kind: Kind, path: str) -> Iterator[Problem]:
    for setting in rung_settings(kind):
        value = rung.settings.get(setting.name)
        clause = "" if is_missing(value) else complaint(setting, value)
        if clause:
            yield replace(_bad(rung, setting, clause), nodes=(node.id,), setting=path + setting.name)
        elif setting.required and is_missing(value):
            yield _no_such(node, rung, setting.label, path + setting.name)


def _no_such(node: Node, rung: Node, label: str, path: str) -> Problem:
    return _missing(node, path, f"{node_name(rung)} has no “{label}”", f"Fill in “{label}”")


def _is_needed(node: Node, setting: Setting) -> bool:
    if setting.name == "timeout":
        return setting.required or bool(ticked(node))
    if setting.name == "reason":
        return setting.required or value_of(node, "purpose") == "transactional"
    if setting.name == "offset":
        return value_of(node, "side") in ("before", "after")
    if setting.name == "text" and node.kind == "consent":
        return node.settings.get("given") == "yes"
    return setting.required


def _missing(node: Node, setting: str, message: str, fix: str) -> Problem:
    return Problem("missing-setting", "error", message, fix, (node.id,), setting=setting)


def _bad(node: Node, setting: Setting, clause: str) -> Problem:
    return Problem(
        "bad-setting",
        "error",
        f"“{setting.label}” of {node_name(node)} {clause}",
        f"Change “{setting.label}”",
        (node.id,),
        setting=setting.name,
    )


def _of_flow(flow: Flow) -> Iterator[Problem]:
    for name, judge in _FLOW_SETTINGS.items():
        value = flow.settings.get(name)
        clause = "" if is_missing(value) else judge(value)
        if clause:
            yield Problem(
                "bad-setting",
                "error",
                f"The flow's setting “{name}” {clause}",
                "Select nothing on the canvas and change it in the flow's settings",
                setting=name,
            )


def _inside(value: Any) -> str:
    return complaint(_INSIDE, value) or ("" if value == int(value) else "is not a whole number")


def _reentry(value: Any) -> str:
    if value in ("never", "restart"):
        return ""
    if isinstance(value, Mapping) and "after" in value:
        return complaint(_AFTER, value["after"])
    return "is none of never, restart and a time after which a person may enter again"


def _goal(value: Any) -> str:
    if not isinstance(value, Mapping):
        return "does not name its events"
    events = value.get("events")
    if is_missing(events):
        return "does not name its events"
    return complaint(_EVENTS, events) or _where(value)


def _exits(value: Any) -> str:
    if not is_list(value) or not all(isinstance(item, Mapping) for item in value):
        return "is not a list of events"
    return next(
        (clause for item in value if (clause := complaint(_EXIT, item.get("event")) or _where(item))), ""
    )


def _where(value: Mapping[str, Any]) -> str:
    where = value.get("where")
    return "" if is_missing(where) else complaint(_WHERE, where)


_FLOW_SETTINGS: Final = {
    "key": lambda value: complaint(_KEY, value),
    "fresh": lambda value: complaint(_FRESH, value),
    "reentry": _reentry,
    "goal": _goal,
    "exits": _exits,
    "inside": _inside,
}
