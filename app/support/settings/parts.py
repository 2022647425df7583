"""What every group of settings is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A group of settings: never changed in place, and names of a newer release are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)
