"""JSON from a stranger: measured before it is parsed, so that a hostile file costs little time and memory."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final

from app.model.errors import FlowFileError

MOST_BYTES: Final = 20_000_000
MOST_DEPTH: Final = 50
_MOST_PARTS: Final = 400_000
_MOST_COMMAS: Final = 600_000
_MOST_QUOTES: Final = 4_000_000
_MOST_DIGITS: Final = 30
# The last part takes a text that never ends, so that one pass is enough whatever comes.
_TEXT: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKET: Final = re.compile(r"[\[\]{}]")
_HALF_CHARACTER: Final = re.compile(r"\\u[dD][89a-fA-F]")


def parse(data: bytes | str) -> Any:
    """The JSON value of ``data`` (UTF-8, a byte order mark is allowed).

    Raises FlowFileError on anything else than strict JSON, and on what is too large or too deep.
    """
    text = _decoded(data)
    _measure(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_int=_whole_number,
            parse_float=_number,
        )
    except json.JSONDecodeError as error:
        raise FlowFileError(
            f"This file is not JSON: line {error.lineno}, column {error.colno} cannot be read. "
            "Open the original, or a copy of it."
        ) from error
    if _HALF_CHARACTER.search(text):
        _refuse_half_characters(value)
    return value


def _decoded(data: bytes | str) -> str:
    if len(data) > MOST_BYTES:
        raise FlowFileError("This file is larger than 20 MB. A flow is far smaller, so it is not opened.")
    if isinstance(data, str):
        _refuse_half_characters(data)
    else:
        try:
            data = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise FlowFileError(
                "This file is not UTF-8 text, so it is not a flow. Choose a .flow.json file."
            ) from error
    text = data.removeprefix("\ufeff")
    if not text.strip():
        raise FlowFileError("This file is empty. Choose another one, or a copy of it.")
    return text


def _measure(text: str) -> None:
    too_many = FlowFileError("This file has far more parts than a flow can have, so it is not opened.")
    if text.count('"') > _MOST_QUOTES:
        raise too_many
    bare = _TEXT.sub("", text)
    if bare.count("{") + bare.count("[") > _MOST_PARTS or bare.count(",") > _MOST_COMMAS:
        raise too_many
    depth = 0
    for bracket in _BRACKET.finditer(bare):
        depth += 1 if bracket.group() in "[{" else -1
        if depth > MOST_DEPTH:
            raise FlowFileError(
                f"This file is nested deeper than {MOST_DEPTH} levels, which no flow is, so it is not opened."
            )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in made if names.count(name) > 1)
        raise FlowFileError(
            f"“{double[:40]}” stands twice in the same place of this file. Remove one of them."
        )
    return made


def _no_constant(word: str) -> Any:
    raise FlowFileError(f"This file holds {word}, which is not a number. Put a number in its place.")


def _whole_number(digits: str) -> int:
    length = len(digits.removeprefix("-"))
    if length > _MOST_DIGITS:
        raise FlowFileError(f"This file holds a number of {length} digits. Put a smaller one in its place.")
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise FlowFileError("This file holds a number that is too large. Put a smaller one in its place.")
    return value


def _refuse_half_characters(value: Any) -> None:
    for text in _texts(value):
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise FlowFileError(
                "A text in this file holds half of a character. Type that text again where the file was made."
            ) from error


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
