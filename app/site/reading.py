"""Reading a JSON body into its shape, or answering what is wrong with it."""

from __future__ import annotations

import re
from typing import Final, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from app.site.bodies import plain_errors

Shape = TypeVar("Shape", bound=BaseModel)


class BadBody(HTTPException):
    """The body is not what the address takes."""

    def __init__(self, problems: list[dict[str, str]]) -> None:
        super().__init__(422)
        self.problems = problems


async def read_body(request: Request, shape: type[Shape]) -> Shape:
    """The body as ``shape``, whatever content type it claims: ``sendBeacon`` may only send plain text."""
    body = await whole_body(request)
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        raise BadBody(plain_errors(problems)) from None


async def whole_body(request: Request) -> bytes:
    """The bytes; a client that hangs up meanwhile is answered into the void, and the log stays clean."""
    try:
        return await request.body()
    except ClientDisconnect:
        raise HTTPException(400) from None


async def answer_bad_body(_request: Request, error: Exception) -> Response:
    """422 with at most ten problems, each with its place; never with what was sent."""
    problems = error.problems if isinstance(error, BadBody) else []
    return JSONResponse({"error": "The body is not what this address takes.", "problems": problems}, 422)


_ONE_CLICK_PART: Final = re.compile(
    rb'content-disposition:[^\r\n]*name="?List-Unsubscribe"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n\s*One-Click\s*--',
    re.IGNORECASE,
)


def is_one_click(body: bytes) -> bool:
    """Whether a form says ``List-Unsubscribe=One-Click``, url-encoded or multipart (RFC 8058).

    Both are tried whatever type is claimed. A form parser would be one more thing that strangers could upset.
    """
    text = body.decode("utf-8", "replace")
    try:
        pairs = parse_qsl(text, max_num_fields=20)
    except ValueError:
        pairs = []
    return ("List-Unsubscribe", "One-Click") in pairs or bool(_ONE_CLICK_PART.search(body))
