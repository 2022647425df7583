"""The items of the picture. They paint what they are told and handle no gesture."""

from __future__ import annotations
