"""All that can be found or done now, for the list that Ctrl+K opens and for the sheet of all keys."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.canvas.deeds.every import ALL
from app.canvas.hits import Hit
from app.canvas.words import tr as canvas_tr
from app.model.flow import Flow
from app.model.kinds import kind_of
from app.ui.cheat_sheet import Line
from app.ui.finder import Target
from app.ui.ranking import Entry
from app.ui.search import parts_of
from app.ui.top_bar import Page
from app.ui.window_deeds import DEEDS, keys_of
from app.ui.words import said, tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas
    from app.ui.main_window import MainWindow

_PAGE_ICONS = {"flows": "flows", "segments": "entry-segment", "caught": "inbox", "tasks": "task"}


def entries(window: MainWindow, pages: Sequence[Page]) -> list[Entry[Target]]:
    """Actions first, then what is in the open flow, pages, flows and templates."""
    found = [
        Entry(
            f"do:{deed.name}",
            action.text(),
            tr(deed.group),
            Target(deed.icon, action.trigger, " ".join(keys_of(action)[:1])),
        )
        for deed, action in window.actions_.offered()
    ]
    if window.page == "flow":
        found += _canvas_entries(window.flow.canvas)
        found += _part_entries(window.flow.canvas)
    found += [
        Entry(
            f"page:{page.name}",
            page.words,
            tr("page"),
            Target(
                _PAGE_ICONS.get(page.name, "right"), partial(window.show_page, page.name), f"Ctrl+{number}"
            ),
        )
        for number, page in enumerate(pages, start=1)
    ]
    found += [
        Entry(f"flow:{name}", name, tr("flow"), Target("flows", partial(window.open_flow, name)))
        for name in window.flow_names
    ]
    return found + [_template_entry(window, flow) for flow in window.templates]


def _template_entry(window: MainWindow, flow: Flow) -> Entry[Target]:
    return Entry(
        f"template:{flow.name}",
        flow.name,
        tr("template"),
        Target("templates", partial(window.start_flow, flow)),
    )


def _canvas_entries(canvas: Canvas) -> list[Entry[Target]]:
    found = []
    for deed in ALL:
        if not deed.ready(canvas):
            continue
        action = canvas.actions_[deed.name]
        about = canvas_tr(deed.menu) if deed.menu else canvas_tr(deed.group.value)
        target = Target(deed.icon or "right", partial(_run, canvas, deed.name), " ".join(keys_of(action)[:1]))
        found.append(Entry(f"do:{deed.name}", action.text(), about, target))
    return found


def _part_entries(canvas: Canvas) -> list[Entry[Target]]:
    flow = canvas.document.flow
    found = []
    for part, words, texts in parts_of(flow):
        node = flow.by_id.get(part.name) if part.parts.nodes else None
        kind = kind_of(node) if node else None
        icon = kind.icon if kind else "note" if part.parts.notes else "frame"
        about = said(kind.title) if kind else tr("note") if part.parts.notes else tr("frame")
        found.append(
            Entry(f"part:{part.name}", words, about, Target(icon, partial(_show, canvas, part)), texts)
        )
    return found


def _run(canvas: Canvas, name: str) -> None:
    canvas.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
    canvas.run(name)


def _show(canvas: Canvas, part: Hit) -> None:
    if part.parts.nodes:
        canvas.reveal(part.name)
    canvas.view.setFocus(Qt.FocusReason.OtherFocusReason)
    canvas.focus.walk_to(part)


def key_lines(window: MainWindow) -> list[Line]:
    """Every key, made from the rows: first the window's, then the canvas's."""
    found = [Line(tr(deed.group), tr(deed.words), keys_of(window.actions_[deed.name])) for deed in DEEDS]
    found += [
        Line(tr("Window"), page.words, (f"Ctrl+{number}",))
        for number, page in enumerate(window.pages, start=1)
    ]
    for deed in ALL:
        action = window.flow.canvas.actions_[deed.name]
        found.append(Line(canvas_tr(deed.group.value), canvas_tr(deed.words), keys_of(action)[:2]))
    return found
