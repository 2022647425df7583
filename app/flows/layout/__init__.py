"""Where the boxes of a drawing go: ranks, orders, heights, and what keeps them where they are. No Qt."""

from __future__ import annotations
