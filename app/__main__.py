"""Starts Chainwright: the desktop, or the command line."""

from __future__ import annotations

import sys

from app.cli import run


def main() -> int:
    """Runs the command line of this process; the answer is the exit code."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
