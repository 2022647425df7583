"""The log: JSON lines in a rotating file of the workspace, without contact data and without secrets.

Every part writes by the standard library's ``logging.getLogger(__name__)``, with ids in ``extra``.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Final

from app.model.errors import WorldError

GONE: Final = "[…]"
_BUGS: Final = logging.getLogger("chainwright.bug")
_PRIVATE_KEYS: Final = re.compile(
    r"password|passwd|secret|token|authorization|cookie|address|e-?mail|phone|recipient|sender|subject|body|html"
    r"|content|first_name|last_name|full_name",
    re.IGNORECASE,
)
_PRIVATE_TEXT: Final = (
    re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+"),
    re.compile(r"\+\d[\d ().-]{5,18}\d"),
    re.compile(r"(?<![\w.-])\d{9,15}(?![\w.])"),
    re.compile(r"(?<=://)[^\s/@]+@"),
)
_FILE_BYTES: Final = 5_000_000
_FILES: Final = 4
_SHORTEST_SECRET: Final = 4
_hidden: set[str] = set()


def hide(secret: str) -> None:
    """From now on this text is blanked wherever the log would show it; very short ones cannot be."""
    if len(secret) >= _SHORTEST_SECRET:
        _hidden.add(secret)


def redact(text: str) -> str:
    """The text without addresses, phone numbers, logins in URLs and hidden secrets."""
    for secret in sorted(_hidden, key=len, reverse=True):
        text = text.replace(secret, GONE)
    for pattern in _PRIVATE_TEXT:
        text = pattern.sub(GONE, text)
    return text


def redact_entry(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The structlog processor: what stands under a private key is blanked, all other texts are redacted."""
    for key, value in entry.items():
        if not key.startswith("_"):
            entry[key] = _clean(key, value)
    return entry


def _clean(key: str, value: Any) -> Any:
    if _PRIVATE_KEYS.search(key):
        return GONE
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {str(name): _clean(str(name), inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_clean("", inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return redact(str(value))


class _Late(logging.Handler):
    """Writes to a file, and is made when the first line comes: it needs much, and most starts write none."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._real: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._real is None:
            self._real = _handler(self._path)
        self._real.handle(record)

    def close(self) -> None:
        if self._real is not None:
            self._real.close()
        super().close()


def _handler(path: Path) -> logging.Handler:
    from logging.handlers import RotatingFileHandler

    class Handler(RotatingFileHandler):
        """A log that cannot be written, on a full disk above all, stops nobody and tells nobody."""

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
            if not isinstance(sys.exc_info()[1], OSError):
                super().handleError(record)

    handler = Handler(path, maxBytes=_FILE_BYTES, backupCount=_FILES - 1, encoding="utf-8")
    handler.setFormatter(_formatter())
    return handler


def _formatter() -> logging.Formatter:
    import structlog

    before = (
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.format_exc_info,
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[
            redact_entry,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def open_log(path: Path, level: int = logging.INFO) -> logging.Handler:
    """Lets the root logger write to ``path`` (four files of 5 MB at most); close it by ``close_log``."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WorldError(
            f"The log file {path} cannot be written: {reason}. Free it or choose another workspace."
        ) from error
    handler = _Late(path)
    handler.setLevel(level)
    root = logging.getLogger()
    root.addHandler(handler)
    if root.level > level or root.level == logging.NOTSET:
        root.setLevel(level)
    return handler


def close_log(handler: logging.Handler) -> None:
    """Takes the handler of ``open_log`` away and closes its file."""
    logging.getLogger().removeHandler(handler)
    handler.close()


def log_bug(where: str, error: BaseException, **ids: int | str) -> None:
    """Writes a bug of ours with its traceback to the log file; ``ids`` are row ids and codes, never texts."""
    _BUGS.error("bug in %s", where, exc_info=error, extra=ids)
