"""What may be logged in a world in which everything breaks."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _channels_break() -> Iterator[None]:
    """A channel that raises is told as an error, as it should be, or not at all when the seed has none."""
    logger = logging.getLogger("chainwright.engine")

    def is_other(record: logging.LogRecord) -> bool:
        return "broke while it was sending" not in record.getMessage()

    logger.addFilter(is_other)
    yield
    logger.removeFilter(is_other)
