"""Mending what stands in nodes: settings, texts, footers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from app.flows.checks.settings import LEAST_OF
from app.flows.checks.values import complaint, is_missing
from app.flows.letters.blocks import Footer
from app.flows.letters.mjml import write_block
from app.flows.mending.parts import Fix, named, with_settings
from app.flows.mending.shape import take_out
from app.flows.words import duration_name
from app.model.flow import Flow, Node, Problem
from app.model.kinds import Setting, SettingType, kind_of

_BODY_END: Final = re.compile(r"</mj-body\s*>")
_TAG: Final = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_MEANT: Final = re.compile(r"Then write \{\{ (.+?) \}\}")
_WRONG: Final = re.compile(r"“\{\{ (.+?) \}\}”")


def missing_setting(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Sets what the table proposes, or what can be said without knowing the business."""
    node, setting = _asked(flow, problem)
    if setting is None:
        return
    if setting.default is not None:
        yield _set(flow, node, setting, setting.default)
    if setting.name == "reason":
        yield Fix("Make it advertising", with_settings(flow, node, {"purpose": "marketing"}))
    if setting.name == "fields":
        yield Fix("Ask for the e-mail", with_settings(flow, node, {"fields": ["email"]}))
    if setting.name == "since_entry":
        yield Fix("One day after the start", with_settings(flow, node, {"since_entry": "P1D"}))
    if node.kind in LEAST_OF or setting.name == "ways":
        yield from take_out(flow, problem)


def bad_setting(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Back to the table's proposal, into its limits, or emptied where nothing has to stand there."""
    if not problem.nodes:
        settings = {name: value for name, value in flow.settings.items() if name != problem.setting}
        yield Fix("Take it out", replace(flow, settings=settings))
        return
    node, setting = _asked(flow, problem)
    if setting is None:
        return
    value = node.settings.get(setting.name)
    nearer = _nearer(setting, value)
    if nearer is not None and not complaint(setting, nearer):
        yield _set(flow, node, setting, nearer)
    if setting.default is not None:
        yield _set(flow, node, setting, setting.default)
    yield Fix("Empty it", with_settings(flow, node, {}, drop=setting.name))


def unknown_field(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Writes the field that was meant."""
    node, setting = _asked(flow, problem)
    meant, wrong = _MEANT.search(problem.fix), _WRONG.search(problem.message)
    text = node.settings.get(setting.name) if setting else None
    if setting is None or meant is None or wrong is None or not isinstance(text, str):
        return
    word = re.compile(rf"(?<![\w.\"'])(contact\.)?{re.escape(wrong[1])}(?![\w\"'])")
    right = _TAG.sub(lambda tag: word.sub(lambda found: (found[1] or "") + meant[1], tag[0]), text)
    yield Fix(f"Write {{{{ {meant[1]} }}}}", with_settings(flow, node, {setting.name: right}))


def no_unsubscribe(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Puts the footer at the letter's end."""
    node = flow.by_id[problem.nodes[0]]
    body = node.settings.get("body")
    ends = list(_BODY_END.finditer(body)) if isinstance(body, str) else []
    if ends and isinstance(body, str):
        place = ends[-1].start()
        footed = body[:place] + write_block(Footer()) + body[place:]
        yield Fix("Add the footer", with_settings(flow, node, {"body": footed}))


def machine_opens(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Counts only people in the letter that it hangs on."""
    letter = flow.by_id[problem.nodes[-1]]
    words = f"Count only people in {named(flow, letter.id)}"
    yield Fix(words, with_settings(flow, letter, {"human_only": True}))


def late(flow: Flow, problem: Problem) -> Iterator[Fix]:
    """Lets it go out at any time."""
    node = flow.by_id[problem.nodes[0]]
    yield Fix("Take “Never after” out", with_settings(flow, node, {}, drop="before"))


def _asked(flow: Flow, problem: Problem) -> tuple[Node, Setting | None]:
    node = flow.by_id[problem.nodes[0]]
    kind = kind_of(node)
    return node, kind.setting(problem.setting) if kind else None


def _set(flow: Flow, node: Node, setting: Setting, value: Any) -> Fix:
    return Fix(f"Set {_said(setting, value)}", with_settings(flow, node, {setting.name: value}))


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
