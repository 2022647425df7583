"""The shop's first story, as it comes along, with other waits or another way in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from app.support.paths import resources

NAME: Final = "Abandoned basket"


def story(name: str = "abandoned-basket") -> dict[str, Any]:
    """The template's document."""
    found: dict[str, Any] = json.loads((resources() / "templates" / f"{name}.flow.json").read_text("utf-8"))
    return found


def with_settings(document: dict[str, Any], changed: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The same drawing; some nodes have some other settings."""
    nodes = {node["id"]: node for node in document["nodes"]}
    for name, settings in changed.items():
        nodes[name]["settings"] |= settings
    return document


def by_hand() -> dict[str, Any]:
    """The first story for people who are put in by hand; the rest of the drawing is as it was."""
    document = story()
    del document["settings"]["key"]
    (start,) = [node for node in document["nodes"] if node["id"] == "start"]
    start |= {"kind": "entry.manual", "settings": {}}
    return document


def write_story(document: dict[str, Any], folder: Path) -> Path:
    """The drawing as a file."""
    path = folder / "story.flow.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path
