"""The same work without a window."""

from __future__ import annotations

import sys


def run(arguments: list[str]) -> int:
    """The exit code of one command line."""
    command = arguments[0] if arguments else "the desktop"
    print(f"{command} is not built yet.", file=sys.stderr)
    return 2
