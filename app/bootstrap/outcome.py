"""What a command answers, whoever asked it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.model.errors import ChainwrightError
from app.model.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

_BUG: Final = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer of one command: a JSON document, the same for people, and one sentence."""

    sentence: str
    """Goes to standard error."""
    document: object = None
    """Printed with ``--json``."""
    text: str = ""
    """Printed without it."""
    code: int = 0
    """0 well, 1 the answer is no, 2 it could not be asked."""


def guarded(command: Callable[[], Outcome], report: Callable[[Exception], str]) -> Outcome:
    """Runs a command. What goes wrong becomes one sentence and an exit code.

    ``report`` is given a bug of ours; it writes the traceback to the log and answers where that is.
    """
    try:
        return command()
    except ChainwrightError as error:
        return Outcome(error.sentence, code=error.exit_code)
    except KeyboardInterrupt:
        return Outcome("Stopped. Nothing is lost.", code=1)
    except Exception as error:  # noqa: BLE001 - the boundary of the program; the traceback goes to the log
        where = report(error)
        return Outcome(f"Chainwright met an error of its own ({type(error).__name__}). {where}", code=_BUG)
