"""The in-memory twin of the engine's port: for rehearsals and for tests of the engine."""

from __future__ import annotations

from app.store.memory.store import MemoryStore

__all__ = ["MemoryStore"]
