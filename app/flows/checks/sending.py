"""What messages need from outside: channels, the footer, an address of ours, a way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urlsplit

from app.flows.checks.values import is_missing
from app.flows.graph import Drawing
from app.flows.texts import READER
from app.flows.words import node_name, together
from app.model.flow import Node, Problem, Surroundings
from app.model.journey import NOTICE
from app.model.kinds import kind_of, ticked, value_of
from app.model.rungs import senders_of

_BUILT_IN: Final = frozenset({"popup", "task", NOTICE})
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_BY_LINK: Final = frozenset({"opened", "clicked"})


def sending(drawing: Drawing, around: Surroundings | None) -> Iterator[Problem]:
    """``channel-not-set-up``, ``no-unsubscribe``, ``no-postal-address`` and ``no-public-address``."""
    for node in drawing.flow.nodes:
        for path, sender in senders_of(node):
            yield from _channel(node, sender, path, around)
            yield from _unsubscribe(node, sender, path)
    if around is not None and not around.practice:
        yield from _postal_address(drawing, around)
        yield from _public_address(drawing, around)


def _channel(node: Node, sender: Node, path: str, around: Surroundings | None) -> Iterator[Problem]:
    kind = kind_of(sender)
    if kind is None:
        return
    if not kind.available:
        message = f"{node_name(sender)} cannot run yet: “{kind.title}” comes with a later Chainwright"
        fix = "Put another in its place" + ("" if path else ", or keep it as a plan")
    elif (
        around is not None and not around.practice and kind.channel not in {"", *_BUILT_IN, *around.channels}
    ):
        message = f"{node_name(sender)} cannot be sent: {kind.title} is not set up"
        fix = f"Connect {kind.title} in the settings first"
    else:
        return
    setting = f"{path}kind" if path else ""
    yield Problem("channel-not-set-up", "error", message, fix, (node.id,), setting=setting)


def _unsubscribe(node: Node, sender: Node, path: str) -> Iterator[Problem]:
    body = sender.settings.get("body")
    if not _is_marketing_letter(sender) or not isinstance(body, str) or not body.lstrip().startswith("<mjml"):
        return
    facts = READER.facts(body)
    if not facts.fault and ("unsubscribe_url",) not in facts.fields:
        yield Problem(
            "no-unsubscribe",
            "error",
            f"{node_name(sender)} has no way to unsubscribe, so it cannot be sent",
            "Add the footer with {{ unsubscribe_url }}",
            (node.id,),
            setting=f"{path}body",
        )


def _postal_address(drawing: Drawing, around: Surroundings) -> Iterator[Problem]:
    letters = [node for node in drawing.flow.nodes if _any(node, _is_marketing_letter)]
    if letters and is_missing(around.postal_address):
        yield Problem(
            "no-postal-address",
            "error",
            f"The law asks for your postal address in {_all(letters)}, and there is none",
            "Write your postal address in the settings of the workspace",
            tuple(node.id for node in letters),
        )


def _public_address(drawing: Drawing, around: Surroundings) -> Iterator[Problem]:
    needing = [node for node in drawing.flow.nodes if _any(node, _comes_back)]
    if not needing or _is_public(around.site_url):
        return
    names = _all(needing)
    state = "your site has no address" if is_missing(around.site_url) else "your site's address is not safe"
    yield Problem(
        "no-public-address",
        "error",
        f"Nothing can come back from {names}: {state}",
        "Name the https address of your site in the settings of the workspace",
        tuple(node.id for node in needing),
    )


def _all(nodes: list[Node]) -> str:
    return together([node_name(node) for node in nodes])


def _any(node: Node, question: Callable[[Node], bool]) -> bool:
    """Whether it holds of what the node sends, for a ``reach`` of any rung."""
    return any(question(sender) for _, sender in senders_of(node))


def _is_marketing_letter(node: Node) -> bool:
    return node.kind == "email" and value_of(node, "purpose") != "transactional"


def _comes_back(node: Node) -> bool:
    """Whether a visitor's browser must reach us for this node to work: popup, link, one-click unsubscribe."""
    kind = kind_of(node)
    if kind is None or not kind.available:
        return False
    return kind.channel == "popup" or _is_marketing_letter(node) or not _BY_LINK.isdisjoint(ticked(node))


def _is_public(url: str) -> bool:
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))
