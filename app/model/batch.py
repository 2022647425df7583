"""What a channel is given to send: messages that were claimed together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final, overload

from app.model.journey import Receipt, Result

if TYPE_CHECKING:
    from app.model.ports import Prepared

STALE: Final = "stale"
"""Detail of the receipt of a message that its channel did not begin to send because the claim was too old."""


def _always() -> bool:
    return True


class Batch(Sequence["Prepared"]):
    """Messages that were claimed together, and whether the claim still holds."""

    def __init__(self, messages: Iterable[Prepared], is_fresh: Callable[[], bool] = _always) -> None:
        self._messages = tuple(messages)
        self._is_fresh = is_fresh

    @overload
    def __getitem__(self, index: int) -> Prepared: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Prepared]: ...
    def __getitem__(self, index: int | slice) -> Prepared | Sequence[Prepared]:
        return self._messages[index]

    def __len__(self) -> int:
        return len(self._messages)

    def is_fresh(self) -> bool:
        """Whether a message of it may still go out: not when the process was asleep or frozen meanwhile, for
        then another one may have sent it, or it has become too late. Ask it last before the first byte of
        each message; what is not sent any more is answered by ``stale``."""
        return self._is_fresh()


def stale(message_id: int) -> Receipt:
    """The receipt of a message that was not sent because its claim no longer held."""
    return Receipt(message_id, Result.RETRY, STALE)
