"""People who would go round from flow to flow (rule 16); names of flows and segments that are not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from app.flows.checks.references import conditions_in
from app.flows.checks.values import complaint, is_missing
from app.flows.graph import Drawing
from app.flows.laps import Lap, laps_through
from app.flows.telling import length
from app.flows.words import node_name
from app.model.conditions import parts
from app.model.flow import EMPTY, Node, Problem, Surroundings
from app.model.kinds import SettingType, kind_of

_DAY: Final = 86_400
_ASKING: Final = (SettingType.CONDITION, SettingType.WAYS)


def loops(drawing: Drawing, around: Surroundings | None) -> Iterator[Problem]:
    """``flow-loop``: a lap without a wait of a day, by ``start``, ``record``, ``set`` and ``consent``."""
    others = (around.flows if around else None) or EMPTY
    segments = (around.segments if around else None) or EMPTY
    told: set[str] = set()
    for lap in laps_through(drawing.flow, others, segments, _DAY):
        carrier = lap.deeds[0][1].node
        if carrier.id not in told:
            told.add(carrier.id)
            yield _loop(lap, carrier)


def _loop(lap: Lap, carrier: Node) -> Problem:
    between = [flow for flow, _ in lap.deeds[1:]]
    soon = f"after {length(timedelta(seconds=lap.seconds))}" if lap.seconds else "at once"
    if between:
        way = ", that ".join(f"starts “{flow}”" for flow in between)
        message = f"{node_name(carrier)} {way}, and that starts this flow again {soon}"
    else:
        message = f"{node_name(carrier)} starts this very flow again {soon}"
    return Problem(
        "flow-loop",
        "error",
        f"{message}. People would go round and round",
        "Let at least a day pass on the way round, or take out what starts it again",
        (carrier.id, lap.entry.id),
    )


def names(drawing: Drawing, around: Surroundings | None) -> Iterator[Problem]:
    """``bad-setting`` for every segment and flow that the workspace does not have."""
    if around is None:
        return
    for node in drawing.flow.nodes:
        kind = kind_of(node)
        for setting in kind.settings if kind and kind.available else ():
            value = node.settings.get(setting.name)
            if is_missing(value) or complaint(setting, value):
                continue
            if setting.type is SettingType.FLOW:
                yield from _flow(drawing, node, str(value), around)
            elif setting.type is SettingType.SEGMENT:
                yield from _segments(node_name(node), [str(value)], around, setting.name, node)
            elif setting.type in _ASKING:
                yield from _segments(node_name(node), _asked(value), around, setting.name, node)
    for name, value in _of_flow(drawing.flow.settings):
        yield from _segments(f"The flow's setting “{name}”", _asked(value), around, name, None)


def _of_flow(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Conditions on how journeys end, each with the name of its setting."""
    goal, exits = settings.get("goal"), settings.get("exits")
    if isinstance(goal, Mapping):
        yield "goal", goal.get("where")
    for exit_ in exits if isinstance(exits, (list, tuple)) else ():
        if isinstance(exit_, Mapping):
            yield "exits", exit_.get("where")


def _asked(value: Any) -> list[str]:
    """Segments that the conditions of a setting ask for, each once."""
    asked = (part["segment"] for one in conditions_in(value) for part in parts(one) if "segment" in part)
    return list(dict.fromkeys(asked))


def _segments(
    who: str, wanted: list[str], around: Surroundings, setting: str, node: Node | None
) -> Iterator[Problem]:
    for name in wanted if around.segments is not None else ():
        if name not in (around.segments or EMPTY):
            yield Problem(
                "bad-setting",
                "error",
                f"{who} names the segment “{name}”, and there is none of that name",
                "Choose one of your segments, or make this one first",
                (node.id,) if node else (),
                setting=setting,
            )


def _flow(drawing: Drawing, node: Node, name: str, around: Surroundings) -> Iterator[Problem]:
    if around.flows is None:
        return
    flow = drawing.flow if name == drawing.flow.name else around.flows.get(name)
    if flow is None:
        clause, fix = "which is not published", "Choose one of your flows, or publish this one first"
    elif all(one.kind != "entry.manual" for one in flow.nodes):
        clause, fix = (
            "which has no start “Added by hand”",
            "Add that start there and publish it, or choose another",
        )
    else:
        return
    yield Problem(
        "bad-setting",
        "error",
        f"{node_name(node)} starts the flow “{name}”, {clause}",
        fix,
        (node.id,),
        setting="flow",
    )
