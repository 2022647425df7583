"""What may come in by JSON: strict shapes with sizes, so that nothing behind them has to ask again."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from app.model.kinds import REACTION_NAMES

VALUE_BYTES: Final = 2_000
BIGGEST_NUMBER: Final = 2**53 - 1
"""Beyond it JavaScript no longer counts exactly, and a database may not store it."""

RESERVED: Final = frozenset({*REACTION_NAMES, "visit_started", "sent", "failed", "shown"})
"""Names that only the product itself may write: a page must not claim that a letter was opened."""


def _printable(text: str) -> str:
    if any(ord(sign) < 32 and sign not in "\n\r\t" for sign in text):
        raise ValueError("control characters are not allowed")
    return text


def _not_reserved(name: str) -> str:
    if name in RESERVED:
        raise ValueError(f"the name {name} is kept for Chainwright itself")
    return name


def _scalar(value: Any) -> bool:
    if isinstance(value, str):
        return len(value.encode()) <= VALUE_BYTES and _printable(value) == value
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or (isinstance(value, int) and abs(value) <= BIGGEST_NUMBER)


def _flat(value: Any) -> Any:
    parts = value if isinstance(value, list) else [value]
    if len(parts) > 50 or not all(map(_scalar, parts)):
        raise ValueError(
            f"a value is a text of at most {VALUE_BYTES} bytes, a number, true, false, null, or 50 of these"
        )
    return value


def _of_this_age(moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2200:
        raise ValueError("the time must lie between the years 2000 and 2200")
    return moment


Text = Annotated[str, AfterValidator(_printable)]
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, pattern=r"^[^\W\d][\w.-]*$"),
    AfterValidator(_not_reserved),
]
Visitor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Page = Annotated[Text, StringConstraints(max_length=500)]
Address = Annotated[Text, StringConstraints(max_length=320)]
Key = Annotated[Text, StringConstraints(min_length=1, max_length=64)]
Properties = Annotated[
    dict[Key, Annotated[Any, AfterValidator(_flat)]], Field(max_length=50, default_factory=dict)
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Typed(_Strict):
    """What a visitor typed into a form: it links events and proves nothing (rule 20)."""

    email: Address = ""
    phone: Address = ""
    first_name: Annotated[Text, StringConstraints(max_length=100)] = ""


class Identity(Typed):
    """The same from a shop's own form; ``consent`` is the text that was ticked, empty when it was not."""

    consent: Annotated[Text, StringConstraints(max_length=2_000)] = ""


class PageEvent(_Strict):
    """One event of a page. ``ago`` is milliseconds between happening and sending, by the browser's clock."""

    name: Name
    id: ClientId
    page: Page = ""
    ago: Annotated[int, Field(ge=0, le=7 * 86_400_000)] = 0
    properties: Properties
    identify: Identity | None = None


class PageEvents(_Strict):
    """The body of ``POST /e``."""

    visitor: Visitor
    events: Annotated[list[PageEvent], Field(min_length=1, max_length=50)]


class ShopEvent(_Strict):
    """One event of a shop's back end. Without ``time`` it happened now."""

    name: Name
    id: Annotated[Text, StringConstraints(min_length=1, max_length=200)]
    time: Annotated[AwareDatetime, AfterValidator(_of_this_age)] | None = None
    email: Address = ""
    phone: Address = ""
    external_id: Annotated[Text, StringConstraints(max_length=200)] = ""
    visitor: Visitor | Literal[""] = ""
    properties: Properties


class ShopEvents(_Strict):
    """The body of ``POST /api/events``."""

    events: Annotated[list[ShopEvent], Field(min_length=1, max_length=100)]


class PopupShown(_Strict):
    """The body of ``POST /p/shown``. ``consent_text`` is what the popup showed; the token vouches for it."""

    visitor: Visitor
    id: Annotated[str, StringConstraints(max_length=200)]
    consent_text: Annotated[Text, StringConstraints(max_length=2_000)] = ""


class PopupAnswer(PopupShown):
    """The body of ``POST /p/answer``."""

    what: Literal["clicked", "closed", "submitted"]
    page: Page = ""
    consent: bool = False
    fields: Typed = Typed()


def plain_errors(errors: list[Any]) -> list[dict[str, str]]:
    """Pydantic's errors as place and sentence, without the values that were sent."""
    return [
        {"where": ".".join(str(part) for part in error["loc"]), "error": str(error["msg"])}
        for error in errors[:10]
    ]


def not_after(moment: datetime, now: datetime) -> datetime:
    """A shop's clock may be ahead of ours; what it reports still happened before now."""
    return min(moment.astimezone(UTC), now)
