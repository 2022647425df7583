from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.model.errors import WorldError
from app.support import log, paths


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Callable[[], list[dict[str, object]]]]:
    path = paths.log_path(tmp_path)
    handler = log.open_log(path)
    yield lambda: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    log.close_log(handler)


def test_a_line_is_json_with_time_level_and_ids(lines: Callable[[], list[dict[str, object]]]) -> None:
    logging.getLogger("app.engine").info("sent %d of %d", 3, 4, extra={"message_id": 123456789012345678})
    (line,) = lines()
    assert line["event"] == "sent 3 of 4"
    assert line["level"] == "info"
    assert line["logger"] == "app.engine"
    assert line["message_id"] == 123456789012345678
    assert str(line["at"]).endswith("Z")


def test_no_contact_data_and_no_secret_reaches_the_file(
    lines: Callable[[], list[dict[str, object]]], tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    log.hide("planted-secret-1")
    private = [
        "anna@example.com",
        "+79161234567",
        "+7 916 123-45-67",
        "79161234567",
        "planted-secret-1",
        "user:pw",
    ]
    logger = logging.getLogger("app.channels")
    for text in private:
        logger.info("could not reach %s at once", text)
        logger.info("data", extra={"note": {"deep": [text]}, "first_name": "Anna Bergström"})
    logger.info("https://user:pw@example.com/x")
    expect_log("bug in dispatch")
    try:
        int(" and ".join(private))
    except ValueError as error:
        log.log_bug("dispatch", error, journey_id=5)
    written = paths.log_path(tmp_path).read_text(encoding="utf-8")
    for text in [*private[:-1], "Bergström"]:
        assert text not in written
    assert "//user:pw" not in written
    bug = lines()[-1]
    assert bug["journey_id"] == 5
    assert "Traceback" in str(bug["exception"])


def test_very_short_words_are_not_hidden() -> None:
    log.hide("ab")
    assert log.redact("about") == "about"


def test_a_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    with pytest.raises(WorldError, match="cannot be written"):
        log.open_log(paths.log_path(tmp_path))


def test_a_workspace_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert paths.make_workspace(folder) == folder
    assert paths.make_workspace(folder) == folder
    if sys.platform != "win32":
        assert folder.stat().st_mode & 0o077 == 0
    (tmp_path / "file").write_text("")
    with pytest.raises(WorldError, match="cannot be made"):
        paths.make_workspace(tmp_path / "file")


def test_resources_lie_beside_the_code_or_in_the_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths.resources() == Path(__file__).parents[3] / "resources"
    monkeypatch.setattr(sys, "_MEIPASS", "/bundle", raising=False)
    assert paths.resources() == Path("/bundle/resources")


def test_the_parts_of_a_workspace_lie_in_it(tmp_path: Path) -> None:
    assert paths.database_path(tmp_path).parent == tmp_path
    assert paths.secrets_path(tmp_path).parent == tmp_path
    assert "chainwright" in str(paths.default_workspace())
