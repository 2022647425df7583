"""Where one is in a line of tokens, and what is said about what stands there."""

from __future__ import annotations

from collections.abc import Sequence

from app.flows.chains.tokens import Complaint, Sort, Token
from app.flows.chains.words import duration_of, is_unit


class Cursor:
    """Goes from left to right. ``complaints`` gathers what was not understood."""

    def __init__(self, tokens: Sequence[Token], end: int) -> None:
        """``end``: the length of the line."""
        self._tokens = tokens
        self._end = end
        self._at = 0
        self.complaints: list[Complaint] = []

    def peek(self, ahead: int = 0) -> Token | None:
        """The next token, or one after it; None at the end."""
        return self._tokens[self._at + ahead] if self._at + ahead < len(self._tokens) else None

    def peek_word(self) -> str:
        """The next token in lower case where it is a word, else nothing."""
        token = self.peek()
        return token.value.lower() if token is not None and token.sort is Sort.WORD else ""

    def take(self) -> Token:
        """The next token, which is there; goes on."""
        self._at += 1
        return self._tokens[self._at - 1]

    def skip(self, sign: str) -> bool:
        """Goes over this sign, if it stands here."""
        token = self.peek()
        stands_here = token is not None and token.is_sign(sign)
        self._at += stands_here
        return stands_here

    def is_way(self) -> bool:
        """Whether names of outlets and a colon begin here: ``opened, after 1 day, failed:``."""
        ahead = 0
        while (after := self._after_name(ahead)) is not None:
            token = self.peek(after)
            if token is None or token.sort is not Sort.SIGN or token.value not in ",:":
                return False
            if token.value == ":":
                return True
            ahead = after + 1
        return False

    def _after_name(self, ahead: int) -> int | None:
        """Behind the outlet that is named there: a name, or “after” and a time; and settings of its edge."""
        token = self.peek(ahead)
        if token is None or token.sort not in (Sort.WORD, Sort.TEXT):
            return None
        ahead += 1
        if token.sort is Sort.WORD and token.value.lower() == "after":
            for _ in range(2):
                behind = self.peek(ahead)
                ahead += behind is not None and behind.sort is Sort.WORD
        behind = self.peek(ahead)
        return ahead + (behind is not None and behind.sort is Sort.BRACKET)

    def duration_at(self) -> str | None:
        """The duration that stands here, taken; None leaves everything as it is."""
        token = self.peek()
        if token is None or token.sort is not Sort.WORD:
            return None
        before = self._at
        self._at += 1
        found = self.duration(token)
        if found is None:
            self._at = before
        return found

    def duration(self, token: Token) -> str | None:
        """The duration that ``token`` says, with the unit behind it: “30m”, “30 minutes”."""
        if token.sort is not Sort.WORD:
            return None
        if token.value.isdigit() and is_unit(self.peek_word()):
            return duration_of(token.value + self.take().value)
        return duration_of(token.value)

    def refuse(self, token: Token, sentence: str, hint: str = "") -> None:
        """Says of a token that it is not understood, and what might be meant."""
        told = f"“{token.value}” {sentence}." + (f" Did you mean {hint}?" if hint else "")
        self.complaints.append(Complaint(token.position, token.length, token.raw, told, hint))

    def lacks(self, what: str) -> None:
        """Says that something has to stand here."""
        token = self.peek()
        if token is None:
            sentence = f"Still missing here: {what}."
            self.complaints.append(Complaint(max(0, self._end - 1), 1, "", sentence, is_open=True))
        else:
            sentence = f"Missing before “{token.raw}”: {what}."
            self.complaints.append(Complaint(token.position, token.length, token.raw, sentence))
