"""Steps from one schema of flow files to the next.

A step is one function from the JSON document of schema n to that of n + 1, and is never changed after a
release. A new behaviour is a setting whose old value is written by the step (DESIGN.md section 5b, rule 14).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.model.errors import FlowFileError
from app.model.flow import SCHEMA

Step = Callable[[dict[str, Any]], dict[str, Any]]


class Upgrades:
    """The steps up to schema ``newest``, each entered by the decorator ``step``."""

    def __init__(self, newest: int) -> None:
        self.newest = newest
        self._steps: dict[int, Step] = {}

    def step(self, *, source: int) -> Callable[[Step], Step]:
        """Enters a function that makes a document of schema ``source + 1`` from one of ``source``."""

        def enter(function: Step) -> Step:
            if source in self._steps or not 1 <= source < self.newest:
                message = f"there can be one step from schema {source}, below {self.newest}"
                raise ValueError(message)
            self._steps[source] = function
            return function

        return enter

    def run(self, document: dict[str, Any]) -> dict[str, Any]:
        """The document in the newest schema; the given one is not changed.

        Raises FlowFileError when its ``schema`` is newer than ours or is none.
        """
        schema = document.get("schema")
        if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
            raise FlowFileError(
                'This file does not say which schema it follows. Write "schema": 1 beside its format.'
            )
        if schema > self.newest:
            raise FlowFileError(
                f"This flow was made by a newer Chainwright (schema {schema}). Update this one, then open it."
            )
        for source in range(schema, self.newest):
            document = {**self._steps[source](dict(document)), "schema": source + 1}
        return document


UPGRADES: Final = Upgrades(SCHEMA)
