"""From a line to the nodes and edges that it says. Never raises: what is not understood is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from app.flows.chains.arguments import read_arguments
from app.flows.chains.cursor import Cursor
from app.flows.chains.steps import Step, no_outlet, yes_outlets
from app.flows.chains.tokens import Complaint, Lexer, Settings, Sort, Token
from app.flows.chains.words import BASKET, KIND_WORDS, LONGEST_KIND, close_to, duration_of
from app.model.flow import Edge, Flow
from app.model.kinds import outlets_of

Spot = int | str
"""A step by its number, or by its label."""


@dataclass(frozen=True, slots=True)
class Chain:
    """``part``: nodes ``n0``, ``n1`` … without places, and edges. ``heads``: the first node of each statement
    that nothing in the line leads to. ``complaints``: from left to right."""

    part: Flow
    heads: tuple[str, ...]
    complaints: tuple[Complaint, ...]


@dataclass(frozen=True, slots=True)
class End:
    """An outlet of a step that leads on; None: wherever ``>`` leads from there. ``extra``: of its edge."""

    spot: Spot
    outlet: str | None = None
    extra: dict[str, object] = field(default_factory=dict)
    token: Token | None = None


@dataclass(slots=True)
class _Level:
    """A line, a parenthesis, a question or one of its ways. ``asks``: the step that is asked.

    ``pending``: what leads to the next step; ``ends``: where ``>`` goes on.
    """

    sign: str
    pending: list[End] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)
    asks: Spot | None = None
    is_closed: bool = False
    is_lost: bool = False
    """A step that was not understood stood here: the line goes on as if it were not there."""
    used: set[str] = field(default_factory=set)


_LINE: Final = ";"
_PAREN: Final = "("
_ASK: Final = "?"
_WAY: Final = ":"
_LOST: Final = "!"


def read_chain(line: str) -> Chain:
    """What a line says, also of one that is not finished or not understood as a whole."""
    lexer = Lexer(line)
    reader = _Reader(Cursor(lexer.tokens(), len(line)))
    reader.run()
    part = reader.part()
    complaints = sorted((*lexer.complaints, *reader.cursor.complaints), key=lambda one: one.position)
    return Chain(part, reader.heads(), tuple(complaints))


class _Reader:
    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self._steps: list[Step] = []
        self._labels: dict[str, int] = {}
        self._edges: list[tuple[End, Spot, Token | None]] = []
        self._levels = [_Level(_LINE)]
        self._firsts: list[Spot] = []

    # --- the whole --------------------------------------------------------------------------------------

    def run(self) -> None:
        cursor = self.cursor
        while (token := cursor.peek()) is not None:
            if token.sort is Sort.LABEL:
                self._arrive(cursor.take().value, token)
            elif cursor.is_way():
                self._way()
            elif token.sort is Sort.SIGN:
                self._sign(cursor.take())
            elif token.sort is Sort.WORD:
                self._word()
            else:
                cursor.refuse(cursor.take(), "belongs to no step")
        while len(self._levels) > 1:
            if self._levels[-1].sign == _PAREN:
                cursor.lacks("a closing parenthesis")
            self._close()
        if self._levels[-1].pending and not self._levels[-1].is_lost:
            cursor.lacks("a step, such as email or wait 30m")

    def part(self) -> Flow:
        """Nodes and edges as far as they are known."""
        edges: list[Edge] = []
        for end, target, token in self._edges:
            source, aim = self._number(end.spot), self._number(target)
            if source is None or aim is None:
                missing = end.spot if source is None else target
                if token is not None and isinstance(missing, str):
                    self.cursor.refuse(token, f"names no step: nothing is marked #{missing}")
                continue
            names = yes_outlets(self._steps[source].node) if end.outlet is None else (end.outlet,)
            edges += [Edge(f"n{source}", name, f"n{aim}", end.extra) for name in names]
            if not names and token is not None:
                self.cursor.refuse(token, "cannot follow: an end has no way out")
        return Flow("", tuple(step.node for step in self._steps), tuple(edges))

    def heads(self) -> tuple[str, ...]:
        led_to = {self._number(target) for _, target, _ in self._edges}
        firsts = dict.fromkeys(spot for spot in self._firsts if isinstance(spot, int))
        return tuple(f"n{spot}" for spot in firsts if spot not in led_to)

    def _number(self, spot: Spot) -> int | None:
        return spot if isinstance(spot, int) else self._labels.get(spot)

    # --- steps ------------------------------------------------------------------------------------------

    def _word(self) -> None:
        cursor = self.cursor
        words, kind = self._kind()
        token = cursor.peek()
        if token is None:
            return
        if not words:
            self._refuse_step(cursor.take())
            self._levels[-1].is_lost = True
            return
        for _ in words:
            cursor.take()
        step = Step(len(self._steps), kind)
        if words == ["kind"]:
            name = cursor.peek()
            if name is None or name.sort is not Sort.TEXT:
                cursor.lacks("the raw kind in quotes")
                return
            step.kind = cursor.take().value
        if words == ["basket"]:
            step.settings.update(
                {key: value if isinstance(value, str) else [*value] for key, value in BASKET.items()}
            )
        self._steps.append(step)
        read_arguments(cursor, step, " ".join(words))
        if step.label and self._labels.setdefault(step.label, step.number) != step.number:
            cursor.refuse(token, f"is marked #{step.label}, as another step is already")
        self._arrive(step.number, token)

    def _kind(self) -> tuple[list[str], str]:
        """The longest words here that name a kind."""
        words: list[str] = []
        while len(words) < LONGEST_KIND and (token := self.cursor.peek(len(words))) is not None:
            if token.sort is not Sort.WORD:
                break
            words.append(token.value.lower())
        while words:
            kind = KIND_WORDS.get(" ".join(words))
            if kind is not None:
                return words, kind
            words.pop()
        return [], ""

    def _refuse_step(self, token: Token) -> None:
        following = self.cursor.duration_at() if self.cursor.peek_word() else None
        length = duration_of(token.value)
        if length is not None:
            self.cursor.refuse(token, "is a time and no step", f"wait {token.value}")
            return
        hint = close_to(token.value, tuple(words for words in KIND_WORDS if words != "kind"))
        if hint == "wait" and following is not None:
            before = self.cursor.peek(-1)
            hint += f" {before.raw}" if before is not None else ""
        self.cursor.refuse(token, "is no step", hint)

    def _arrive(self, spot: Spot, token: Token) -> None:
        """The line comes to a step, or back to one by its label."""
        level = self._levels[-1]
        if level.ends and not level.pending:
            self.cursor.refuse(token, "stands beside a step: put > between them")
            self._leave(token)
            level = self._levels[-1]
        if not level.pending and not level.ends and level.sign in (_LINE, _PAREN):
            self._firsts.append(spot)
        self._edges += [(end, spot, token) for end in level.pending]
        level.pending, level.is_lost = [], False
        level.ends = [End(spot, token=token)]

    # --- signs ------------------------------------------------------------------------------------------

    def _sign(self, token: Token) -> None:
        level = self._levels[-1]
        if token.value == ">":
            self._leave(token)
        elif token.value == "?":
            if len(level.ends) == 1 and level.ends[0].outlet is None:
                self._levels.append(_Level(_ASK, asks=level.ends[0].spot, is_closed=self.cursor.skip("(")))
            else:
                self.cursor.refuse(token, "asks nothing: it belongs behind a step")
        elif token.value == "(":
            self._levels.append(_Level(_PAREN, pending=level.pending))
            level.pending = []
        elif token.value == ")":
            self._close_parenthesis(token)
        elif token.value == ";":
            while len(self._levels) > 1:
                self._close()
            self._levels = [_Level(_LINE)]
        else:
            self.cursor.refuse(token, "is not understood here")

    def _leave(self, token: Token) -> None:
        while self._levels[-1].sign == _ASK and not self._levels[-1].used:
            self._close()
        level = self._levels[-1]
        if not (level.ends or level.is_lost):
            self.cursor.refuse(token, "has no step before it")
        # Of several branches those that have ended are not meant to go on.
        going = [end for end in level.ends if self._goes_on(end)]
        level.pending, level.ends = going or level.ends or level.pending, []

    def _goes_on(self, end: End) -> bool:
        number = self._number(end.spot)
        return number is None or bool(yes_outlets(self._steps[number].node))

    def _close(self) -> None:
        """The innermost level ends; where it ended, the one around it goes on."""
        gone = self._levels.pop()
        level = self._levels[-1]
        if gone.pending and not gone.is_lost and gone.sign in (_WAY, _PAREN):
            self.cursor.lacks("a step, such as email or wait 30m")
        if gone.sign == _WAY:
            level.ends += gone.ends
        elif gone.sign == _PAREN or gone.used:
            level.ends = gone.ends

    def _close_parenthesis(self, token: Token) -> None:
        if not any(level.sign == _PAREN or level.is_closed for level in self._levels):
            self.cursor.refuse(token, "closes nothing")
            return
        while not (self._levels[-1].sign == _PAREN or self._levels[-1].is_closed):
            self._close()
        self._close()

    # --- ways -------------------------------------------------------------------------------------------

    def _way(self) -> None:
        """``opened, clicked:`` goes to the innermost question that has not used these outlets."""
        first = self.cursor.peek()
        named = list(self._named())
        level = self._asked(named)
        if level is None:
            if first is not None:
                self.cursor.refuse(
                    first, "answers nothing: put a question mark behind the step that is asked"
                )
            self._levels.append(_Level(_LOST))
            return
        while self._levels[-1] is not level:
            self._close()
        ends = [end for token, length, extra in named for end in self._outlets(level, token, length, extra)]
        self._levels.append(_Level(_WAY, pending=ends))

    def _named(self) -> Iterable[tuple[Token, str | None, dict[str, object]]]:
        """The outlets up to the colon: each with the time of an “after …”, and what its edge says besides."""
        cursor = self.cursor
        while not cursor.skip(":"):
            token = cursor.take()
            length = (
                cursor.duration_at() if token.sort is Sort.WORD and token.value.lower() == "after" else None
            )
            behind = cursor.peek()
            extra: dict[str, object] = {}
            if behind is not None and isinstance(behind.value, Settings):
                extra = cursor.take().value.settings
            if not token.is_sign(","):
                yield token, length, extra

    def _asked(self, named: list[tuple[Token, str | None, dict[str, object]]]) -> _Level | None:
        nearest: _Level | None = None
        for level in reversed(self._levels):
            if level.sign == _PAREN:
                break
            if level.sign == _ASK and level.asks is not None:
                nearest = nearest or level
                names = {name for token, length, _ in named for name in self._names(level, token, length)}
                if not names & level.used:
                    return level
                if level.is_closed:
                    break
            elif level.is_closed:
                break
        return nearest

    def _step(self, level: _Level) -> Step | None:
        number = None if level.asks is None else self._number(level.asks)
        return None if number is None else self._steps[number]

    def _names(self, level: _Level, token: Token, length: str | None) -> tuple[str, ...]:
        """The outlets that a word means: “yes” and “no” are read as the step that is asked has them."""
        step, word = self._step(level), token.value
        if length is not None:
            return ("timeout",)
        if step is None or token.sort is Sort.TEXT:
            return (word,)
        names = [outlet.name for outlet in outlets_of(step.node)]
        if word in names:
            return (word,)
        lower = word.lower()
        if lower == "yes" and not (step.kind == "check" and names == ["else"]):
            return yes_outlets(step.node) or (word,)
        if lower == "no":
            return (no_outlet(step.node) or word,)
        return (lower if lower in names else word,)

    def _outlets(
        self, level: _Level, token: Token, length: str | None, extra: dict[str, object]
    ) -> list[End]:
        step, names = self._step(level), self._names(level, token, length)
        if level.asks is None:
            return []
        if step is not None and length is not None and "timeout" not in step.settings:
            step.settings["timeout"] = length
        if step is not None and token.sort is Sort.WORD and step.kind != "check":
            known = [outlet.name for outlet in outlets_of(step.node)]
            strange = known and not set(names) <= set(known)
            if strange:
                self.cursor.refuse(
                    token, "is no way out of this step", close_to(token.value, (*known, "yes", "no"))
                )
        if set(names) & level.used and step is not None and level.asks == step.number:
            self.cursor.refuse(token, "leads somewhere already")
        level.used |= set(names)
        return [End(level.asks, name, extra, token) for name in names]
