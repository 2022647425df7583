"""Liquid texts: parsed once per version, rendered within limits, with plain values only.

What a text can reach are the values handed in: texts, numbers, lists and tables. It reaches nothing of
Python and no file.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final, TextIO

from liquid import BoundTemplate, Environment, RenderContext
from liquid.ast import BlockNode
from liquid.builtin.tags.for_tag import ForNode, ForTag
from liquid.builtin.tags.tablerow_tag import TablerowNode, TablerowTag
from liquid.exceptions import LiquidError
from liquid.token import Token

from app.model.errors import TextError

ITERATIONS: Final = 10_000
OUTPUT_BYTES: Final = 500_000
SECONDS: Final = 0.1
_LOCALS_BYTES: Final = 1_000_000
_LONGEST_LIST: Final = 10_000
_LARGEST_NUMBER: Final = 10**30
_SLOW_FILTERS: Final[Mapping[str, int]] = {"uniq": 1_000, "strip_html": 10_000, "date": 200}
"""Longest input of filters whose work grows faster than it."""
_WIDE_DATE: Final = re.compile(r"%[-_0^#]*\d{3,}")
_REMEMBERED: Final = 2_000
_LOOKS: Final = 8
"""After so many values the clock is looked at."""


class _Limit(LiquidError):
    """A limit was reached; the message ends the sentence “The text …”."""


class _Context(RenderContext):
    """Counts what one rendering costs, in the thread's own time: a busy machine breaks no letter."""

    __slots__ = ("_ends", "_iterations", "_looks")

    def __init__(self, template: BoundTemplate, **more: Any) -> None:
        super().__init__(template, **more)
        self._ends = time.thread_time() + SECONDS
        self._iterations = self._looks = 0

    def check_time(self) -> None:
        if time.thread_time() > self._ends:
            raise _Limit("takes too long to make", token=None)

    def count_iteration(self) -> None:
        self._iterations += 1
        if self._iterations > ITERATIONS:
            raise _Limit("repeats something too often", token=None)
        self.check_time()

    def get(self, path: list[object], **more: Any) -> object:
        self._looks += 1
        # To read the clock takes longer than to read a value.
        if self._looks % _LOOKS == 0:
            self.check_time()
        return super().get(path, **more)

    def assign(self, key: str, val: Any) -> None:
        self.check_time()
        super().assign(key, val)

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        made = super().filter(name, token)

        def guarded(value: Any, *arguments: Any, **more: Any) -> object:
            self.check_time()
            _check_input(name, value, arguments)
            found = made(value, *arguments, **more)
            _check_size(found)
            return found

        return guarded


def _check_input(name: str, value: Any, arguments: tuple[Any, ...]) -> None:
    for given in (value, *arguments):
        _check_size(given)
    longest = _SLOW_FILTERS.get(name)
    if longest is not None and isinstance(value, (str, list, tuple)) and len(value) > longest:
        raise _Limit(f"gives too much to “{name}”", token=None)
    if name == "date" and arguments and _WIDE_DATE.search(str(arguments[0])):
        raise _Limit("writes a date too wide", token=None)
    if name in ("replace", "join"):
        _check_growth(name, value, arguments)


def _check_growth(name: str, value: Any, arguments: tuple[Any, ...]) -> None:
    texts = [str(argument) for argument in arguments]
    if name == "replace" and len(texts) > 1:
        grown = str(value).count(texts[0]) * len(texts[1])
    elif name == "join" and texts and isinstance(value, (list, tuple, range)):
        grown = len(value) * len(texts[0])
    else:
        return
    if grown > OUTPUT_BYTES:
        raise _Limit("is too long when it is made", token=None)


def _check_size(value: Any) -> None:
    if isinstance(value, str):
        too_large = len(value) > OUTPUT_BYTES
    elif isinstance(value, (list, tuple, range)):
        too_large = len(value) > _LONGEST_LIST
    elif isinstance(value, int):
        too_large = abs(value) > _LARGEST_NUMBER
    else:
        return
    if too_large:
        raise _Limit("is too long when it is made", token=None)


class _CountedBlock(BlockNode):
    """The inside of a loop."""

    def __init__(self, block: BlockNode) -> None:
        super().__init__(block.token, block.nodes)

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        if isinstance(context, _Context):
            context.count_iteration()
        return super().render_to_output(context, buffer)


class _ForNode(ForNode):
    def __init__(
        self, token: Token, expression: Any, block: BlockNode, default: BlockNode | None = None
    ) -> None:
        super().__init__(token, expression, _CountedBlock(block), default)


class _ForTag(ForTag):
    node_class = _ForNode


class _TablerowNode(TablerowNode):
    def __init__(self, token: Token, expression: Any, block: BlockNode) -> None:
        super().__init__(token, expression, _CountedBlock(block))


class _TablerowTag(TablerowTag):
    node_class = _TablerowNode


class _Template(BoundTemplate):
    context_class = _Context


class _Environment(Environment):
    template_class = _Template
    loop_iteration_limit = ITERATIONS
    output_stream_limit = OUTPUT_BYTES
    local_namespace_limit = _LOCALS_BYTES

    def __init__(self, *, autoescape: bool) -> None:
        super().__init__(autoescape=autoescape)
        self.add_tag(_ForTag)
        self.add_tag(_TablerowTag)
        for name in ("include", "render"):
            del self.tags[name]
        # A value that a visitor typed never becomes markup, whatever a text says of it.
        self.filters["safe"] = str


class Text:
    """One parsed text."""

    def __init__(self, template: BoundTemplate) -> None:
        self._template = template

    def render(self, values: Mapping[str, Any]) -> str:
        """The text with these values; TextError when it cannot be made within the limits."""
        try:
            return self._template.render(dict(values))
        except LiquidError as error:
            raise TextError(f"The text {_said(error)}. Change the text of this node.") from error
        except (RecursionError, MemoryError, ArithmeticError, ValueError, TypeError) as error:
            raise TextError("The text cannot be made. Change the text of this node.") from error


def _said(error: LiquidError) -> str:
    return (
        str(error.args[0]) if isinstance(error, _Limit) else "cannot be made or is too long when it is made"
    )


class Texts:
    """Parses texts and remembers them by (version hash, node id, field). Safe to share between threads."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._plain, self._markup = _Environment(autoescape=False), _Environment(autoescape=True)
        self._remembered = remembered
        self._texts: OrderedDict[tuple[str, str, str, bool], Text] = OrderedDict()
        self._lock = threading.Lock()

    def parse(self, source: str, *, markup: bool = False) -> Text:
        """With ``markup`` the values put into it are escaped for HTML. TextError when it cannot be read."""
        try:
            return Text((self._markup if markup else self._plain).from_string(source))
        except (LiquidError, RecursionError) as error:
            raise TextError("The text has a field or command that cannot be read. Change it.") from error

    def of(self, version_hash: str, node: str, field: str, source: str, *, markup: bool = False) -> Text:
        """The same, parsed once per version, node and field."""
        key = (version_hash, node, field, markup)
        with self._lock:
            known = self._texts.get(key)
        if known is not None:
            return known
        made = self.parse(source, markup=markup)
        with self._lock:
            self._texts[key] = made
            if len(self._texts) > self._remembered:
                self._texts.popitem(last=False)
        return made
