"""Why somebody got a message, or did not: told from the journal alone, never from what is true today."""

from __future__ import annotations

from app.flows.why.stories import explain

__all__ = ["explain"]
