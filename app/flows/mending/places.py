"""The setting that a problem is about, in a node or in a rung of it: found, and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from app.model.flow import EMPTY, Flow, Node, Problem
from app.model.kinds import Kind, Setting, SettingType, kind_of
from app.model.rungs import rungs_of

_TRY_FOR: Final = Setting("try_for", SettingType.DURATION, "Try for", default="P1D")


@dataclass(frozen=True, slots=True)
class Place:
    """One setting of a node. ``rung``: which rung of a ``reach`` says it; None for the node itself."""

    flow: Flow
    node: Node
    kind: Kind
    """Whose setting it is."""
    setting: Setting
    value: Any
    rung: int | None = None

    def written(self, value: Any) -> Flow:
        """The flow with this value there."""
        return self._with({**self._told, self.setting.name: value})

    def emptied(self) -> Flow:
        """The flow without it."""
        return self._with({name: one for name, one in self._told.items() if name != self.setting.name})

    @property
    def _told(self) -> Mapping[str, Any]:
        if self.rung is None:
            return self.node.settings
        rung = self.node.settings["rungs"][self.rung]
        return rung if self.setting is _TRY_FOR else rung.get("settings") or EMPTY

    def _with(self, told: Mapping[str, Any]) -> Flow:
        settings = told
        if self.rung is not None:
            rungs = list(self.node.settings["rungs"])
            rungs[self.rung] = told if self.setting is _TRY_FOR else {**rungs[self.rung], "settings": told}
            settings = {**self.node.settings, "rungs": rungs}
        return self.flow.with_node(replace(self.node, settings=settings))


def place_of(flow: Flow, problem: Problem) -> Place | None:
    """Where a problem's setting stands; None where it names none that the table knows."""
    node = flow.by_id[problem.nodes[0]]
    kind = kind_of(node)
    head, _, path = problem.setting.partition(".")
    if head == "rungs" and path:
        number, _, name = path.partition(".")
        return next(
            (_in_rung(flow, node, found, name) for found in rungs_of(node) if str(found[0]) == number), None
        )
    setting = kind.setting(problem.setting) if kind else None
    if kind is None or setting is None:
        return None
    return Place(flow, node, kind, setting, node.settings.get(setting.name))


def _in_rung(flow: Flow, node: Node, found: tuple[int, Mapping[str, Any], Node], name: str) -> Place | None:
    number, told, rung = found
    kind = kind_of(rung)
    if kind is None:
        return None
    if name == _TRY_FOR.name:
        return Place(flow, node, kind, _TRY_FOR, told.get(name), number)
    setting = kind.setting(name)
    return Place(flow, node, kind, setting, rung.settings.get(name), number) if setting else None
