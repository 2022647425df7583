"""Colours, fonts and measures of the canvas as one value, read from the design tokens.

The tokens (``resources/style/tokens.json``) are handed in as the parsed mapping, so that this room needs
no file and the window around it shares the same source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.model.frozen import dataclass

FAMILIES: Final = ("Inter", "Noto Sans CJK JP", "Yu Gothic UI", "Hiragino Sans", "Noto Color Emoji")
"""Typefaces in the order they are asked for a sign; the system's own come after them."""
_BOX_TILE: Final = {"box": "rounded-square"}


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths in scene units (px at 100 %), times in ms, zooms as factors. UI.md sections 5 and 6."""

    width: float = 160
    width_step: float = 16
    width_max: float = 224
    header: float = 56
    row: float = 24
    rows_top: float = 4
    rows_bottom: float = 8
    tile: float = 28
    tile_inset: float = 10
    bead_height: float = 32
    bead_min: float = 64
    end_size: float = 32
    port: float = 5
    port_hit: float = 14
    inlet: float = 3
    radius: float = 10
    grid: float = 8
    dots: float = 24
    edge: float = 1.75
    edge_hover: float = 2.5
    corner: float = 12
    stub: float = 16
    lane: float = 10
    edge_hit: float = 12
    bridge: float = 6
    floor: float = 11
    zoom_min: float = 0.1
    zoom_max: float = 2.0
    zoom_step: float = 1.2
    overview_below: float = 0.4
    title_below: float = 0.6
    quick: int = 120
    settle: int = 180
    layout: int = 260
    pulse: int = 900

    @property
    def inlet_y(self) -> float:
        """Height of every inlet below the node's origin: beads and ends hang on the same line as nodes."""
        return self.header / 2


@dataclass(frozen=True, slots=True)
class CanvasTheme:
    """What the canvas is painted with: ``colors`` by token name (``#RRGGBB``), tile shapes by category."""

    name: str
    colors: Mapping[str, str]
    tiles: Mapping[str, str]
    measures: Measures
    families: tuple[str, ...] = FAMILIES


def theme_from_tokens(
    tokens: Mapping[str, Any], name: str, families: tuple[str, ...] = FAMILIES
) -> CanvasTheme:
    """The theme ``light`` or ``dark`` of the parsed ``tokens.json``; KeyError when it is not among them."""
    return CanvasTheme(
        name=name,
        colors={**tokens["color"][name], **_of_boxes(tokens["color"][name])},
        tiles={**{category: entry["tile"] for category, entry in tokens["category"].items()}, **_BOX_TILE},
        measures=_measures(tokens),
        families=families,
    )


def _of_boxes(colors: Mapping[str, str]) -> dict[str, str]:
    """Boxes over collapsed branches are no category: they have the quiet colours of the paper."""
    return {"box": colors["ink-2"], "box-soft": colors["surface-3"]}


def _measures(tokens: Mapping[str, Any]) -> Measures:
    node, edge, zoom, motion = tokens["node"], tokens["edge"], tokens["zoom"], tokens["motion"]
    return Measures(
        width=node["width"],
        width_step=node["width-step"],
        width_max=node["width-max"],
        header=node["header"],
        row=node["row"],
        rows_top=node["rows-pad-top"],
        rows_bottom=node["rows-pad-bottom"],
        tile=node["tile"],
        tile_inset=node["tile-inset"],
        bead_height=node["bead-height"],
        bead_min=node["bead-min"],
        end_size=node["end-size"],
        port=node["port"],
        port_hit=node["port-hit"],
        inlet=node["inlet"],
        radius=tokens["radius"]["node"],
        grid=node["grid"],
        dots=node["dot-grid"],
        edge=edge["width"],
        edge_hover=edge["width-hover"],
        corner=edge["corner"],
        stub=edge["stub"],
        lane=edge["lane"],
        edge_hit=edge["hit"],
        bridge=edge["bridge"],
        floor=tokens["font"]["floor"]["px"],
        zoom_min=zoom["min"],
        zoom_max=zoom["max"],
        zoom_step=zoom["step"],
        overview_below=zoom["overview-below"],
        title_below=zoom["title-only-below"],
        quick=motion["quick"],
        settle=motion["settle"],
        layout=motion["layout"],
        pulse=motion["pulse"],
    )
