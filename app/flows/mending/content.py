"""Mending what stands in nodes: settings, texts, footers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from app.flows.checks.settings import LEAST_OF
from app.flows.checks.values import complaint, is_missing
from app.flows.letters.blocks import Footer
from app.flows.letters.mjml import write_block
from app.flows.mending.parts import Fix, free_id, free_place, named, with_settings
from app.flows.mending.places import Place, place_of
from app.flows.mending.shape import take_out
from app.flows.words import duration_name
from app.model.flow import Edge, Flow, Node, Problem
from app.model.kinds import HOLD_OUT, NEXT, Setting, SettingType

_BODY_END: Final = re.compile(r"</mj-body\s*>")
_TAG: Final = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_MEANT: Final = re.compile(r"Then write \{\{ (.+?) \}\}")
_WRONG: Final = re.compile(r"“\{\{ (.+?) \}\}”")


def missing_setting(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Sets what the table proposes, or what can be said without knowing the business."""
    place = place_of(flow, problem)
    if place is None:
        return
    node, setting = place.node, place.setting
    if setting.default is not None:
        yield _set(place, setting.default)
    if place.rung is None:
        for words, changes in _PROPOSED.get((node.kind, setting.name), _PROPOSED.get(("", setting.name), ())):
            yield Fix(words, with_settings(flow, node, changes))
        if setting.name == "arms":
            yield from _arms_of_its_edges(flow, node)
        if node.kind in LEAST_OF or setting.name in ("ways", "arms", "rungs"):
            yield from take_out(flow, problem)
    elif setting.name == "fields":
        yield Fix("Ask for the e-mail", place.written(["email"]))


def _arms_of_its_edges(flow: Flow, node: Node) -> Iterator[Fix]:
    """A split that leads somewhere already: by each way as many people."""
    names = dict.fromkeys(edge.outlet for edge in flow.edges if edge.source == node.id)
    arms = [{"name": name, "weight": 1} for name in names if name != HOLD_OUT.name]
    if arms:
        yield Fix("By each way as many people", with_settings(flow, node, {"arms": arms}))


_PROPOSED: Final[Mapping[tuple[str, str], tuple[tuple[str, Mapping[str, Any]], ...]]] = {
    ("", "reason"): (("Make it advertising", {"purpose": "marketing"}),),
    ("", "fields"): (("Ask for the e-mail", {"fields": ["email"]}),),
    ("until", "since_entry"): (
        ("One day after the start", {"since_entry": "P1D"}),
        ("In opening hours", {"business": True}),
    ),
    ("entry.date", "offset"): (("One day", {"offset": "P1D"}), ("On the day", {"side": "on"})),
    ("consent", "text"): (("Does not agree any more", {"given": "no"}),),
}
"""By kind (empty: any) and setting: words of a button, and what it sets."""


def bad_setting(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Back to the table's proposal, into its limits, or emptied where nothing has to stand there."""
    if not problem.nodes:
        settings = {name: value for name, value in flow.settings.items() if name != problem.setting}
        yield Fix("Take it out", replace(flow, settings=settings))
        return
    place = place_of(flow, problem)
    if place is None:
        return
    nearer = _nearer(place.setting, place.value)
    if nearer is not None and not complaint(place.setting, nearer):
        yield _set(place, nearer)
    if place.setting.default is not None:
        yield _set(place, place.setting.default)
    yield Fix("Empty it", place.emptied())


def unknown_field(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Writes the field that was meant."""
    place = place_of(flow, problem)
    meant, wrong = _MEANT.search(problem.fix), _WRONG.search(problem.message)
    if place is None or meant is None or wrong is None or not isinstance(place.value, str):
        return
    word = re.compile(rf"(?<![\w.\"'])(contact\.)?{re.escape(wrong[1])}(?![\w\"'])")
    right = _TAG.sub(lambda tag: word.sub(lambda found: (found[1] or "") + meant[1], tag[0]), place.value)
    yield Fix(f"Write {{{{ {meant[1]} }}}}", place.written(right))


def no_unsubscribe(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Puts the footer at the letter's end."""
    place = place_of(flow, problem)
    body = place.value if place else None
    ends = list(_BODY_END.finditer(body)) if isinstance(body, str) else []
    if place is not None and ends and isinstance(body, str):
        end = ends[-1].start()
        yield Fix("Add the footer", place.written(body[:end] + write_block(Footer()) + body[end:]))


def flow_loop(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Lets a day pass before what starts it again, or takes that out."""
    carrier = flow.by_id[problem.nodes[0]]
    wait = Node(
        free_id(flow, "wait"), "delay", "", *free_place(flow, carrier.x, carrier.y), settings={"for": "P1D"}
    )
    edges = [replace(edge, target=wait.id) if edge.target == carrier.id else edge for edge in flow.edges]
    waiting = replace(flow, nodes=(*flow.nodes, wait), edges=(*edges, Edge(wait.id, NEXT.name, carrier.id)))
    yield Fix(f"Wait a day before {named(flow, carrier.id)}", waiting)
    yield from take_out(flow, problem)


def machine_opens(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Counts only people in the letter that it hangs on."""
    letter = flow.by_id[problem.nodes[-1]]
    words = f"Count only people in {named(flow, letter.id)}"
    yield Fix(words, with_settings(flow, letter, {"human_only": True}))


def late(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Lets it go out at any time."""
    node = flow.by_id[problem.nodes[0]]
    yield Fix("Take “Never after” out", with_settings(flow, node, {}, drop="before"))


def _set(place: Place, value: Any) -> Fix:
    return Fix(f"Set {_said(place.setting, value)}", place.written(value))


def _said(setting: Setting, value: Any) -> str:
    if setting.type is SettingType.DURATION:
        return duration_name(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    words = dict(setting.choices).get(value) if isinstance(value, str) else None
    return f"“{words or value}”" if words or isinstance(value, str) else f"{value}"


def _nearer(setting: Setting, value: Any) -> Any:
    """The value as it was surely meant: an address with https, a number within its limits."""
    if setting.type is SettingType.URL and isinstance(value, str) and not is_missing(value):
        return f"https://{value.strip().removeprefix('//')}"
    if setting.type is SettingType.NUMBER and isinstance(value, (int, float)) and not isinstance(value, bool):
        low = value if setting.minimum is None else max(setting.minimum, value)
        return low if setting.maximum is None else min(setting.maximum, low)
    if isinstance(value, str) and setting.type in (SettingType.LINE, SettingType.LIQUID_LINE):
        return " ".join(value.split())
    return None
