"""The letter editor in the real window."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QToolButton, QWidget

from app.flows.letters import blocks as b
from app.flows.letters.mjml import read_letter, write_letter
from app.ui.editors.block_palette import mime_of
from app.ui.editors.block_views import ButtonView, FooterView, HeadingView, ProductView, TextView
from app.ui.editors.chips import FieldText
from app.ui.editors.letter_editor import LetterEditor
from app.ui.editors.lines import FieldLine
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import ANNA, BEN, MemoryDesk, basket_flow
from tests.gui.ui.person import LEFT, NONE, Person
from tests.hands import type_text

CTRL = Qt.KeyboardModifier.ControlModifier
LETTER = b.Letter(
    (
        b.Heading("Your flowers are waiting"),
        b.text_block('Hello {{ first_name | default: "there" }}.'),
        b.Product(),
        b.Button("Back", "https://example.org/basket", "#a92656"),
        b.Footer(),
    )
)


@pytest.fixture
def writer(open_window: Opener, desk: MemoryDesk) -> Person:
    """A person with a letter of blocks open."""
    QSettings().remove("editor/person")
    flow = basket_flow()
    node = flow.by_id["letter1"]
    settings = {**node.settings, "body": write_letter(LETTER)}
    desk.put(flow.with_node(type(node)(node.id, node.kind, node.title, node.x, node.y, settings)))
    person = open_window("Abandoned basket")
    person.select("letter1")
    person.click(person.button_in(person.window.flow.inspector, "Open the letter"))
    person.until(lambda: person.window.editor.editing.preview.content)
    return person


def editor(person: Person) -> LetterEditor:
    return person.window.editor.letter


def blocks(person: Person) -> tuple[b.Block, ...]:
    letter = read_letter(person.flow.by_id["letter1"].settings["body"])
    assert letter is not None
    return letter.blocks


def subject(person: Person) -> str:
    return str(person.flow.by_id["letter1"].settings["subject"])


def click_into(person: Person, text: FieldText) -> None:
    person.click(text.viewport(), QPoint(4, 8))


def press_block(person: Person, index: int) -> None:
    frame = editor(person).sheet.frames[index]
    person.click(frame, QPoint(8, frame.view.geometry().center().y()))


def shown_words(person: Person) -> list[str]:
    return person.words_in(editor(person).findings)


def test_the_letter_opens_from_the_inspector_and_done_and_escape_lead_back(writer: Person) -> None:
    assert writer.window.page == "editor"
    assert [type(frame.block) for frame in editor(writer).sheet.frames] == [
        type(one) for one in LETTER.blocks
    ]
    writer.click(writer.window.editor.finish)
    assert writer.window.page == "flow"
    writer.double_click("letter1")
    assert writer.window.page == "editor"
    writer.key(Qt.Key.Key_Escape)
    assert writer.window.page == "flow"


def test_what_is_typed_in_one_block_is_one_step_of_undo_and_leaves_the_others(writer: Person) -> None:
    view = editor(writer).sheet.frames[0].view
    assert isinstance(view, HeadingView)
    click_into(writer, view.text)
    view.text.selectAll()
    type_text(view.text, "日本 <b>😀</b> “ja”")
    assert blocks(writer) == (b.Heading("日本 <b>😀</b> “ja”"), *LETTER.blocks[1:])
    writer.key(Qt.Key.Key_Z, CTRL)
    assert blocks(writer) == LETTER.blocks
    assert view.text.source() == "Your flowers are waiting"
    writer.key(Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert blocks(writer)[0] == b.Heading("日本 <b>😀</b> “ja”")


def test_marked_words_become_bold_italic_and_a_list(writer: Person) -> None:
    press_block(writer, 1)
    view = editor(writer).sheet.frames[1].view
    assert isinstance(view, TextView)
    click_into(writer, view.text)
    cursor = view.text.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(5, cursor.MoveMode.KeepAnchor)
    view.text.setTextCursor(cursor)
    bar = editor(writer).sheet.bar
    writer.click(bar.bold)
    writer.click(bar.bullets)
    text = blocks(writer)[1]
    assert isinstance(text, b.Text)
    assert text.paragraphs[0].kind == "bullet"
    assert text.paragraphs[0].runs[0] == b.Run("Hello", bold=True)
    writer.click(bar.bullets)
    writer.click(bar.italic)
    text = blocks(writer)[1]
    assert isinstance(text, b.Text)
    assert text.paragraphs == (
        b.Paragraph((b.Run("Hello", bold=True, italic=True), b.Run(' {{ first_name | default: "there" }}.'))),
    )


def test_a_link_is_set_on_marked_words_and_taken_off_again(
    writer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    press_block(writer, 1)
    view = editor(writer).sheet.frames[1].view
    assert isinstance(view, TextView)
    cursor = view.text.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(5, cursor.MoveMode.KeepAnchor)
    view.text.setTextCursor(cursor)
    answers = iter([("https://example.org/a?b=1&c=2", True), ("", True)])
    monkeypatch.setattr(QInputDialog, "getText", lambda *_given: next(answers))
    writer.click(editor(writer).sheet.bar.link)
    text = blocks(writer)[1]
    assert isinstance(text, b.Text)
    assert text.paragraphs[0].runs[0] == b.Run("Hello", link="https://example.org/a?b=1&c=2")
    writer.click(editor(writer).sheet.bar.link)
    assert blocks(writer)[1] == LETTER.blocks[1]


def test_blocks_are_added_moved_doubled_and_taken_out_each_by_one_step(writer: Person) -> None:
    sheet = editor(writer).sheet
    writer.click(editor(writer).rows["divider"])
    assert [type(one) for one in blocks(writer)][-2:] == [b.Divider, b.Footer]
    press_block(writer, 0)
    writer.click(editor(writer).rows["picture"])
    assert isinstance(blocks(writer)[1], b.Picture)
    writer.click(sheet.bar.down)
    assert isinstance(blocks(writer)[2], b.Picture)
    writer.click(sheet.bar.copy)
    assert [type(one) for one in blocks(writer)].count(b.Picture) == 2
    writer.click(sheet.bar.trash)
    assert [type(one) for one in blocks(writer)].count(b.Picture) == 1
    for _ in range(5):
        writer.click(writer.window.editor.undo)
    assert blocks(writer) == LETTER.blocks


def test_the_plus_below_the_selected_block_offers_all_kinds(writer: Person) -> None:
    press_block(writer, 0)
    plus = editor(writer).sheet.plus
    assert plus.isVisible()
    actions = plus.menu().actions()
    assert [action.text() for action in actions][:3] == ["Heading", "Text", "Picture"]
    next(action for action in actions if action.text() == "Space").trigger()
    assert isinstance(blocks(writer)[1], b.Spacer)


def test_a_block_is_dragged_from_the_list_to_its_place(writer: Person) -> None:
    sheet = editor(writer).sheet
    data, copy = mime_of("divider"), Qt.DropAction.CopyAction
    at = QPoint(300, sheet.frames[1].geometry().bottom() - 2)
    QApplication.sendEvent(sheet, QDragEnterEvent(at, copy, data, LEFT, NONE))
    QApplication.sendEvent(sheet, QDragMoveEvent(at, copy, data, LEFT, NONE))
    QApplication.sendEvent(sheet, QDropEvent(QPointF(at), copy, data, LEFT, NONE))
    assert isinstance(blocks(writer)[2], b.Divider)


def test_a_block_is_carried_by_its_handle(writer: Person) -> None:
    press_block(writer, 0)
    sheet = editor(writer).sheet
    handle = sheet.handle
    target = sheet.mapToGlobal(QPoint(300, sheet.frames[1].geometry().bottom() - 2))
    QTest.mousePress(handle, LEFT, NONE, QPoint(14, 14))
    for step in (0.3, 0.7, 1.0):
        way = handle.mapFromGlobal(target) - QPoint(14, 14)
        QTest.mouseMove(handle, QPoint(14, 14) + way * step)
        QApplication.processEvents()
    QTest.mouseRelease(handle, LEFT, NONE, handle.mapFromGlobal(target))
    assert blocks(writer)[:2] == (LETTER.blocks[1], LETTER.blocks[0])


def test_a_field_is_chosen_with_its_fallback_and_changed_by_its_chip(writer: Person) -> None:
    line = editor(writer).subject
    click_into(writer, line.text)
    line.text.selectAll()
    type_text(line.text, "For ")
    writer.click(line.insert)
    popup = line.popup
    assert popup is not None
    type_text(popup.search, "last n")
    popup.other.setText("you")
    writer.click(popup.use)
    assert subject(writer) == 'For {{ last_name | default: "you" }}'
    rect = line.text.chip_rect(4)
    writer.click(line.text.viewport(), rect.center())
    changed = line.popup
    assert changed is not None
    assert changed is not popup
    assert changed.other.text() == "you"
    type_text(changed.search, "city")
    writer.press(changed.search, Qt.Key.Key_Return)
    assert subject(writer) == 'For {{ city | default: "you" }}'
    writer.click(line.text.viewport(), line.text.chip_rect(4).center())
    last = line.popup
    assert last is not None
    writer.click(last.out)
    assert subject(writer) == "For "


def test_fields_of_the_event_are_offered_too(writer: Person) -> None:
    writer.until(lambda: editor(writer)._fields().event)
    press_block(writer, 1)
    view = editor(writer).sheet.frames[1].view
    assert isinstance(view, TextView)
    click_into(writer, view.text)
    writer.click(editor(writer).fill_in)
    popup = editor(writer).popup
    assert popup is not None
    type_text(popup.search, "basket url")
    writer.click(popup.use)
    text = blocks(writer)[1]
    assert isinstance(text, b.Text)
    assert "{{ event.basket_url }}" in "".join(run.text for run in text.paragraphs[0].runs)


def test_a_field_typed_by_hand_becomes_a_chip(writer: Person) -> None:
    line = editor(writer).subject.text
    click_into(writer, line)
    line.selectAll()
    for letter in "Hi {{ city }}!":
        type_text(line, letter)
    assert subject(writer) == "Hi {{ city }}!"
    assert len(line.toPlainText()) == 5


def test_the_phone_and_the_product_show_what_the_chosen_person_gets(writer: Person) -> None:
    product = editor(writer).sheet.frames[2].view
    assert isinstance(product, ProductView)
    writer.until(lambda: product._cards[0].title == "Peony bouquet “Clara”")
    assert writer.window.editor.editing.preview.content["subject"] == "Still thinking it over, Anna?"
    writer.click(writer.window.editor.person)
    people = writer.window.editor.people
    assert people is not None
    people.list.setCurrentRow(1)
    writer.press(people.search, Qt.Key.Key_Return)
    writer.until(lambda: writer.window.editor.editing.preview.content["subject"].endswith("over, ?"))
    assert writer.window.editor.person.text() == "ben@example.com"
    assert writer.window.editor.editing.person is not None
    assert writer.window.editor.editing.person.id == BEN.id


def test_what_is_to_mend_is_listed_jumped_to_and_mended(writer: Person) -> None:
    editor_ = editor(writer)
    assert editor_.findings.chip.text() == "All well"
    click_into(writer, editor_.subject.text)
    editor_.subject.text.selectAll()
    type_text(editor_.subject.text, "LAST CHANCE")
    assert editor_.findings.chip.text() == "1 to mend"
    writer.click(writer.button_in(editor_.findings, "Use small letters"))
    assert subject(writer) == "Last chance"
    press_block(writer, 3)
    link = editor_.sheet.frames[3].settings
    assert link is not None
    line = link.findChild(FieldLine, "link")
    assert isinstance(line, FieldLine)
    click_into(writer, line.text)
    line.text.selectAll()
    type_text(line.text, "example.org")
    assert blocks(writer)[3] == b.Button("Back", "example.org", "#a92656")
    writer.click(writer.button_in(editor_.findings, "Make it https://example.org"))
    assert blocks(writer)[3] == b.Button("Back", "https://example.org", "#a92656")
    writer.click(editor_.rows["picture"])
    writer.click(writer.button_in(editor_.findings, "Choose one"))
    frame = editor_.sheet.frame
    assert frame is not None
    assert isinstance(frame.block, b.Picture)


def test_a_picture_of_this_machine_is_put_in_small_enough(writer: Person, tmp_path: Path) -> None:
    path = tmp_path / "big.png"
    image = QImage(3000, 1500, QImage.Format.Format_RGB32)
    for x in range(0, 3000, 3):
        for y in range(0, 1500, 5):
            image.setPixel(x, y, (x * y * 2654435761) & 0xFFFFFF)
    assert image.save(str(path))
    writer.click(editor(writer).rows["picture"])
    frame = editor(writer).sheet.frame
    assert frame is not None
    assert frame.settings is not None
    frame.settings.take_file(str(path))
    picture = next(one for one in blocks(writer) if isinstance(one, b.Picture))
    assert picture.source.startswith("data:image/jpeg;base64,")
    assert len(base64.b64decode(picture.source.partition(",")[2])) <= 200_000


def test_colours_and_sides_are_chosen_beside_the_words(writer: Person) -> None:
    press_block(writer, 3)
    frame = editor(writer).sheet.frames[3]
    assert frame.settings is not None
    writer.click(writer.button_in(frame.settings, "Middle"))
    swatch = next(
        one for one in frame.settings.findChildren(QToolButton) if "#167545" in one.accessibleName()
    )
    writer.click(swatch)
    assert blocks(writer)[3] == b.Button("Back", "https://example.org/basket", "#167545", "center")
    assert isinstance(frame.view, ButtonView)


def test_the_footer_is_written_where_it_stands(writer: Person) -> None:
    view = editor(writer).sheet.frames[4].view
    assert isinstance(view, FooterView)
    editor(writer)._area.ensureWidgetVisible(view)
    click_into(writer, view.leave)
    view.leave.selectAll()
    type_text(view.leave, "Keine Briefe mehr")
    assert blocks(writer)[4] == b.Footer(leave="Keine Briefe mehr")


def test_a_plain_letter_stays_plain_until_it_is_turned_into_blocks(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    before = person.flow
    person.double_click("letter1")
    editor_ = editor(person)
    assert person.flow is before
    assert not editor_.sheet.isVisible()
    assert editor_.plain.text.toPlainText() == "Your basket is waiting.\n\nCome back when you like."
    click_into(person, editor_.plain.text)
    person.key(Qt.Key.Key_End, CTRL)
    type_text(editor_.plain.text, " Soon.")
    assert (
        person.flow.by_id["letter1"].settings["body"]
        == "Your basket is waiting.\n\nCome back when you like. Soon."
    )
    person.click(editor_.to_blocks)
    assert [type(one) for one in blocks(person)] == [b.Text, b.Footer]
    assert editor_.sheet.isVisible()
    person.click(person.window.editor.undo)
    assert not editor_.sheet.isVisible()


def test_foreign_mjml_is_shown_as_such_and_kept(open_window: Opener, desk: MemoryDesk) -> None:
    inside = "<mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section>"
    own = f"<mjml><mj-body> {inside} </mj-body></mjml>"
    flow = basket_flow()
    node = flow.by_id["letter1"]
    changed = type(node)(node.id, node.kind, node.title, node.x, node.y, {**node.settings, "body": own})
    desk.put(flow.with_node(changed))
    person = open_window("Abandoned basket")
    person.double_click("letter1")
    assert [type(frame.block) for frame in editor(person).sheet.frames] == [b.Own]
    person.click(person.button_in(editor(person).findings, "Add the footer"))
    body = person.flow.by_id["letter1"].settings["body"]
    assert body.startswith(own.removesuffix(" </mj-body></mjml>"))
    assert body.endswith(" </mj-body></mjml>")


def test_the_letter_is_sent_to_me_as_the_person_would_get_it(
    writer: Person, desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(_parent: QWidget, _title: str, words: str, _mode: object, kept: str) -> tuple[str, bool]:
        asked.extend((words, kept))
        return "me@example.org", True

    QSettings().remove("editor/me-email")
    monkeypatch.setattr(QInputDialog, "getText", answer)
    writer.click(writer.window.editor.test)
    writer.until(lambda: desk.sent_to_me)
    assert desk.sent_to_me == [("letter1", ANNA.id, "me@example.org")]
    assert "Anna Weber" in asked[0]
    writer.settle()
    writer.click(writer.window.editor.test)
    assert asked[3] == "me@example.org"
    writer.settle()


def test_why_it_cannot_be_sent_is_said_in_a_sentence(
    writer: Person, desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_given: ("nowhere", True))
    writer.click(writer.window.editor.test)
    writer.until(writer.window.notice.isVisible)
    assert writer.window.notice.text.text() == "The e-mail address cannot be used."


def test_a_node_that_goes_away_closes_its_editor(writer: Person) -> None:
    writer.window.session.document.undo_stack.clear()
    from app.canvas.commands import RemoveParts

    writer.window.session.document.do(RemoveParts(writer.window.session.document, ["letter1"]))
    assert writer.window.page == "flow"


def test_in_the_smallest_window_the_paper_keeps_its_width(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket", (1024, 640))
    person.window.edit_message("letter1")
    editor_ = editor(person)
    assert not editor_.phone.isVisible()
    assert editor_.sheet.width() > 640
    person.click(editor_.rows["heading"])
    assert isinstance(blocks(person)[-2], b.Heading)
    person.until(lambda: editor_._area.horizontalScrollBar().maximum() == 0)
