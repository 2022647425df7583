"""Whatever is asked wrongly or cannot be done: one plain sentence, the right exit code, nothing half done."""

from __future__ import annotations

import ctypes
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from app.bootstrap import workspace as workspaces
from app.model.errors import WorldError
from app.store import sqlite
from app.store.database import open_store
from app.support.log import close_log, open_log
from tests.servers.missing import free_port
from tests.servers.smtp import SmtpCatcher
from tests.unit.bootstrap.said import MASTER, Said, Shell, hello, write

SERVER = ("email.host=127.0.0.1", "email.security=none", "email.from=shop@example.com", "practice=no")
PUBLIC = "site.url=https://go.example.com"
AT_ANY_HOUR = "sending.window.email=always"
NOT_KEPT = (".log", ".lock", ".db-wal", ".db-shm")


def refused(said: Said, words: str, code: int = 2) -> None:
    """One sentence on standard error that holds these words, and nothing on standard output."""
    assert (said.code, said.out) == (code, "")
    assert words in said.sentence
    assert said.sentence.endswith((".", "?", "”"))
    assert "Traceback" not in said.err
    assert "Error" not in said.err, "the name of an exception is no plain word"


def files(folder: Path) -> dict[str, bytes]:
    """Every file that is not the log or a lock, byte for byte; of a database, every row."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in NOT_KEPT)
    return {str(path.relative_to(folder)): content_of(path) for path in found}


def content_of(path: Path) -> bytes:
    if path.suffix != ".db":
        return path.read_bytes()
    connection = sqlite.driver().connect(str(path))
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = [(name, connection.execute(f"SELECT * FROM {name}").fetchall()) for name in sorted(names)]
    connection.close()
    return repr(rows).encode()


# --- the command line itself --------------------------------------------------------------------------

WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "no such command": (("publsh", "x"), "publsh"),
    "no such option": (("run", "--fast"), "--fast"),
    "an option of another command": (("check", "x", "--headless"), "--headless"),
    "nothing to check": (("check",), "FLOW"),
    "nothing to set": (("set",), "NAME=VALUE"),
    "nobody to enter": (("enter", "Hello"), "CONTACT"),
    "no number": (("demo", "--headless", "--visitors", "many"), "many"),
    "too few visitors": (("demo", "--headless", "--visitors", "3"), "at least 20"),
    "too many visitors": (("demo", "--headless", "--visitors", "10000000"), "at most"),
    "a clock that stands": (("demo", "--speed", "0"), "at least 1"),
    "a clock of no number": (("demo", "--headless", "--speed", "nan"), "at least 1"),
    "no such benchmark": (("bench", "nothing"), "check, engine"),
    "a benchmark of less than nothing": (("bench", "check", "--size", "-5"), "at least"),
    "workspace without a folder": (("doctor", "--workspace"), "--workspace"),
    "too many flows": (("publish", "a", "b"), "b"),
    "a picture of no kind": (("picture", "x.flow.json", "out.bmp"), ".png, .svg or .pdf"),
    "a region that is none": (("import", "people.csv", "--region", "Germany"), "two letters"),
}


@pytest.mark.parametrize(("arguments", "words"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("json", [(), ("--json",)])
def test_a_wrong_command_line(
    empty: Shell,
    arguments: tuple[str, ...],
    words: str,
    json: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path / "people.csv", "Email\nada@example.com\n")
    write(tmp_path / "x.flow.json", hello())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    before = files(tmp_path)
    refused(empty.bare(*json, *arguments), words)
    assert files(tmp_path) == before


# --- files --------------------------------------------------------------------------------------------

BROKEN: dict[str, tuple[bytes | str, str]] = {
    "empty": (b"", "is empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8"),
    "cut": (hello()[:200], "not JSON"),
    "another document": ('{"hello": "world"}', "flow"),
    "of a later release": ('{"format": "chainwright.flow", "schema": 99, "nodes": []}', "newer"),
}


@pytest.mark.parametrize(("content", "words"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("command", ["check", "publish"])
def test_a_broken_flow_file(
    empty: Shell, content: bytes | str, words: str, command: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "broken.flow.json", content)
    before = files(tmp_path)
    said = empty.bare(command, str(path)) if command == "check" else empty.ask(command, str(path))
    refused(said, words)
    assert "broken.flow.json" in said.sentence
    assert files(tmp_path) == before, "a workspace was made for nothing"


@pytest.mark.parametrize("arguments", [("enter", "ada@example.com"), ("pause",), ("stop",), ("publish",)])
def test_a_broken_flow_file_changes_no_workspace(
    shell: Shell, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    shell.do("doctor")
    before = files(shell.folder)
    for content, words in BROKEN.values():
        path = write(tmp_path / "broken.flow.json", content)
        refused(shell.ask(arguments[0], str(path), *arguments[1:]), words)
    assert files(shell.folder) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "gone.flow.json"),
        ("publish", "gone.flow.json"),
        ("import", "gone.csv"),
        ("picture", "g.json", "o.png"),
    ],
)
def test_a_missing_file(
    empty: Shell, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bare = arguments[0] in ("check", "picture")
    said = empty.bare(*arguments) if bare else empty.ask(*arguments)
    refused(said, f"There is no file {arguments[1]}.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["check", "publish", "import", "enter"])
def test_a_folder_instead_of_a_file(empty: Shell, command: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder.flow.json"
    folder.mkdir()
    more = ("ada@example.com",) if command == "enter" else ()
    if command == "enter":
        empty.do("set", "practice=yes")
    said = empty.bare(command, str(folder)) if command == "check" else empty.ask(command, str(folder), *more)
    refused(said, "folder.flow.json")


def test_a_picture_that_cannot_be_written(empty: Shell, tmp_path: Path) -> None:
    flow = str(write(tmp_path / "x.flow.json", hello()))
    refused(empty.bare("picture", flow, str(tmp_path / "nowhere" / "x.svg")), "x.svg")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02" * 200, "people.csv"),
        (b"Name;Town\nAda;Berlin\n", "No column of people.csv"),
        (b'Email\nada@example.com\n"never closed', "people.csv"),
    ],
    ids=["empty", "binary", "no addresses", "cut in quotes"],
)
def test_a_file_of_contacts_that_cannot_be_read_to_its_end_leaves_nothing(
    shell: Shell, content: bytes, words: str, tmp_path: Path
) -> None:
    refused(shell.ask("import", str(write(tmp_path / "people.csv", content))), words)
    assert shell.do("run", "--until-idle", "--no-site")["contacts"] == 3


# --- settings -----------------------------------------------------------------------------------------

SETTINGS: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown": (("emial.host=x",), "Did you mean email.host?"),
    "no value": (("email.host",), "email.host=VALUE"),
    "a port of letters": (("email.port=smtp",), "whole number"),
    "a host with https": (("email.host=https://mail.example.com",), "without https://"),
    "a secret in the open": (("email.password=geheim",), "standard input"),
    "no address": (("email.from=shop",), "e-mail address"),
    "no zone": (("workspace.zone=Mars/Base",), "Europe/Berlin"),
    "plain text to the world": (
        ("email.host=mail.example.com", "email.security=none"),
        "email.security=none",
    ),
    "a site in plain text": (("site.url=http://shop.example.com",), "https://"),
    "no shop": (("workspace.url=shop",), "https://example.com/path"),
    "a line break": (("workspace.name=a\nb",), "one line"),
    "neither yes nor no": (("practice=perhaps",), "yes or no"),
}


@pytest.mark.parametrize(("assignments", "words"), SETTINGS.values(), ids=SETTINGS)
def test_a_wrong_setting_makes_no_workspace(
    empty: Shell, assignments: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    said = empty.ask("set", "workspace.region=DE", *assignments)
    refused(said, words)
    assert "geheim" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_setting_sets_nothing_of_its_command(shell: Shell) -> None:
    shell.do("doctor")
    before = files(shell.folder)
    for assignments, words in SETTINGS.values():
        refused(shell.ask("set", "workspace.region=AT", *assignments), words)
    assert files(shell.folder) == before


def test_a_secret_that_is_not_given_sets_nothing(shell: Shell) -> None:
    shell.do("doctor")
    before = files(shell.folder)
    for given in ("", "\n"):
        said = shell.ask("set", "email.host=mail.example.com", "email.password", given=given)
        refused(said, "Nothing was given for email.password")
    said = shell.ask("set", "email.password", "sms.password", given="only one line\n")
    refused(said, "Nothing was given for sms.password")
    assert files(shell.folder) == before


def test_without_a_keyring_a_secret_has_nowhere_to_go(empty: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHAINWRIGHT_MASTER_PASSWORD")
    refused(
        empty.ask("set", "email.host=mail.example.com", "email.password", given="pw\n"), "No keyring is there"
    )
    monkeypatch.setenv("CHAINWRIGHT_MASTER_PASSWORD", MASTER)
    assert not (empty.folder / "secrets.enc").exists()
    assert b"mail.example.com" not in (empty.folder / "workspace.db").read_bytes()


# --- workspaces ---------------------------------------------------------------------------------------

NEEDS_ONE = [
    ("enter", "Hello", "all"),
    ("run", "--until-idle"),
    ("pause", "Hello"),
    ("resume", "Hello"),
    ("stop", "Hello"),
    ("doctor",),
    ("check", "Hello"),
]


@pytest.mark.parametrize("arguments", NEEDS_ONE, ids=[one[0] for one in NEEDS_ONE])
def test_a_workspace_that_is_not_there(empty: Shell, arguments: tuple[str, ...], tmp_path: Path) -> None:
    refused(empty.ask(*arguments), f"There is no workspace in {empty.folder}.")
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_that_is_a_file(empty: Shell) -> None:
    write(empty.folder, "no folder")
    for arguments in (("set", "practice=yes"), ("doctor",)):
        refused(empty.ask(*arguments), str(empty.folder))
    assert empty.folder.read_text() == "no folder"


@pytest.mark.parametrize("content", [b"not a database at all" * 50, b"SQLite format 3\0" + b"\0" * 84, b"x"])
def test_a_database_that_is_none_is_left_as_it_is(shell: Shell, content: bytes) -> None:
    database = write(shell.folder / "workspace.db", content)
    for arguments in (("run", "--until-idle"), ("set", "practice=yes"), ("publish", "Hello")):
        refused(shell.ask(*arguments), str(database))
        assert database.read_bytes() == content


def test_a_database_of_a_newer_release_is_left_as_it_is(shell: Shell) -> None:
    database = shell.folder / "workspace.db"
    connection = sqlite.driver().connect(str(database))
    connection.execute("UPDATE alembic_version SET version_num = '9999_later'")
    connection.commit()
    connection.close()
    content = database.read_bytes()
    for arguments in (("run", "--until-idle"), ("import", __file__), ("doctor",)):
        refused(shell.ask(*arguments), "newer")
    assert database.read_bytes() == content


def test_a_locked_database(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspaces, "open_store", partial(open_store, busy_seconds=0.2))
    connection = sqlite.driver().connect(str(shell.folder / "workspace.db"), isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    for arguments in (("run", "--until-idle"), ("enter", "Hello", "all"), ("set", "practice=no")):
        refused(shell.ask(*arguments), str(shell.folder / "workspace.db"))
    connection.execute("ROLLBACK")
    connection.close()
    assert shell.do("enter", "Hello", "all") == {"entered": 3, "refused": {}}


def _no_more_than_a_user() -> None:
    """Root may write everywhere; without these two capabilities what a folder's owner has said counts."""
    for capability in (1, 2):
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="of capabilities")
@pytest.mark.parametrize(
    "arguments", [("run", "--until-idle"), ("set", "practice=yes"), ("enter", "Hello", "all")]
)
def test_a_workspace_folder_that_may_not_be_written(shell: Shell, arguments: tuple[str, ...]) -> None:
    shell.do("doctor")
    before = files(shell.folder)
    for path in (*shell.folder.rglob("*"), shell.folder):
        path.chmod(0o500 if path.is_dir() else 0o400)
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments, "--workspace", str(shell.folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=Path(__file__).parents[2],
        preexec_fn=_no_more_than_a_user,
    )
    refused(Said(done.returncode, done.stdout, done.stderr), str(shell.folder))
    for path in (shell.folder, *shell.folder.rglob("*")):
        path.chmod(0o700)
    assert files(shell.folder) == before


def test_a_second_engine_is_refused_and_the_first_one_works_on(shell: Shell) -> None:
    with workspaces.open_workspace(shell.folder) as workspace, workspace.engine_lock():
        refused(shell.ask("run", "--until-idle"), "already running this workspace", code=1)
        refused(shell.ask("run", "--no-site"), "already running this workspace", code=1)
    assert shell.ask("run", "--until-idle").code == 0


def test_a_log_that_cannot_be_written_stops_nothing_half_way(shell: Shell) -> None:
    (shell.folder / "logs" / "chainwright.log").unlink()
    (shell.folder / "logs" / "chainwright.log").mkdir()
    before = (shell.folder / "workspace.db").read_bytes()
    refused(shell.ask("enter", "Hello", "all"), "The log file")
    assert (shell.folder / "workspace.db").read_bytes() == before
    with pytest.raises(WorldError):
        close_log(open_log(shell.folder / "logs" / "chainwright.log"))


# --- people and flows ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Hello", "eve@example.com"), "Nobody in this workspace has the address eve@example.com."),
        (("Hello", "ada@example.com", "eve@example.com"), "eve@example.com"),
        (("Hello", "ada@"), "e-mail address"),
        (("Hello", "somebody"), "phone number"),
        (("Nowhere", "ada@example.com"), "There is no published flow “Nowhere”"),
    ],
)
def test_nobody_enters_when_one_is_not_known(shell: Shell, arguments: tuple[str, ...], words: str) -> None:
    refused(shell.ask("enter", *arguments), words)
    assert shell.do("run", "--until-idle", "--no-site")["journeys"]["entered"] == 0


@pytest.mark.parametrize("command", ["pause", "resume", "stop", "publish", "check"])
def test_a_flow_that_is_not_there(shell: Shell, command: str) -> None:
    refused(shell.ask(command, "Nowhere"), "Nowhere")


def test_a_flow_without_a_door_by_hand(shell: Shell, tmp_path: Path) -> None:
    by_event = hello().replace('"entry.manual"', '"entry.event"').replace('"settings": {}}', EVENTS, 1)
    shell.do("publish", str(write(tmp_path / "event.flow.json", by_event.replace('"Hello"', '"Event"', 1))))
    refused(shell.ask("enter", "Event", "all"), "no node “Added by hand”")


EVENTS = '"settings": {"events": ["basket_added"]}}'


def test_a_draft_that_was_never_live(shell: Shell, tmp_path: Path) -> None:
    cut = hello(edges=[("letter", "sent", "end")]).replace('"Hello"', '"Draft"', 1)
    assert shell.ask("publish", str(write(tmp_path / "draft.flow.json", cut))).code == 1
    for arguments in (("enter", "Draft", "all"), ("resume", "Draft"), ("pause", "Draft"), ("stop", "Draft")):
        assert "Draft" in shell.ask(*arguments).sentence
        assert shell.ask(*arguments).code in (1, 2)
    assert shell.ask("check", "Draft").code == 1
    assert [one["flow"] for one in shell.do("run", "--until-idle", "--no-site")["edges"]] == ["Hello"] * 3


def test_a_text_with_an_error_is_not_published(shell: Shell, tmp_path: Path) -> None:
    for body in ("{{ first_name | shout }}", "{% if first_name %}never closed", "{{ frist_name }}"):
        said = shell.ask("publish", str(write(tmp_path / "bad.flow.json", hello(body))), "--json")
        codes = {one["code"] for one in said.document["problems"]}
        assert codes & {"bad-template", "unknown-field"}, body
        assert said.code == 1


def test_a_text_that_fails_for_one_person_fails_for_nobody_else(shell: Shell, tmp_path: Path) -> None:
    rows = "Email;First name;Age;Email consent\na@example.com;Al;12;yes\nb@example.com;Bo;many;yes\n"
    shell.do("import", str(write(tmp_path / "ages.csv", rows)))
    body = "{{ 100 | divided_by: age }}"
    flow = hello(body).replace('"Hello"', '"Ages"', 1)
    shell.do("publish", str(write(tmp_path / "ages.flow.json", flow)))
    shell.do("enter", "Ages", "a@example.com", "b@example.com")
    said = shell.do("run", "--until-idle", "--no-site")
    assert said["messages"] == {"email": {"failed": 1, "sent": 1}}
    assert said["failed"] == {"bad-text": 1}


# --- the world ----------------------------------------------------------------------------------------


def test_a_taken_port(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        shell.do("set", f"site.port={port}")
        refused(shell.ask("run", "--until-idle"), f"Port {port} is taken by another program.")
        assert shell.ask("run", "--until-idle", "--no-site").code == 0
    assert shell.ask("run", "--until-idle").code == 0


def test_a_mail_server_that_is_not_there_keeps_the_letters(
    shell: Shell, smtp_catcher: SmtpCatcher, tmp_path: Path
) -> None:
    shell.do("set", *SERVER, PUBLIC, AT_ANY_HOUR, f"email.port={free_port()}")
    shell.do("publish", "Hello")
    shell.do("enter", "Hello", "ada@example.com")
    said = shell.ask("run", "--until-idle", "--no-site", "--json")
    assert said.code == 0
    assert said.document["messages"] == {"email": {"retry": 1}}
    assert said.sentence == (
        "The engine has come to rest; 1 message could not be sent yet and is tried again later "
        "(email: unreachable)."
    )
    assert smtp_catcher.caught == []


def test_a_wrong_password_keeps_the_letters(
    shell: Shell, make_smtp_catcher: Callable[..., SmtpCatcher]
) -> None:
    catcher = make_smtp_catcher(tls="starttls", user="shop", password="right")
    server = (
        "email.host=127.0.0.1",
        f"email.port={catcher.port}",
        f"email.certificate={catcher.certificate}",
    )
    shell.do("set", *server, "email.user=shop", "email.from=shop@example.com", "practice=no", PUBLIC)
    shell.do("set", AT_ANY_HOUR)
    shell.do("set", "email.password", given="wrong\n")
    shell.do("publish", "Hello")
    shell.do("enter", "Hello", "ada@example.com")
    said = shell.ask("run", "--until-idle", "--no-site", "--json")
    assert (said.code, said.document["messages"]) == (0, {"email": {"retry": 1}})
    assert "1 message could not be sent yet" in said.sentence
    assert catcher.caught == []


def test_contacts_without_an_address_are_named_and_hold_up_nobody(shell: Shell) -> None:
    shell.do("enter", "Hello", "all")
    said = shell.do("run", "--until-idle", "--no-site")
    assert said["failed"] == {"no-address": 1, "no-consent": 1}
    assert said["messages"]["email"]["sent"] == 1


# --- a bug of ours ------------------------------------------------------------------------------------


def test_a_bug_of_ours_is_a_sentence_and_its_traceback_stands_in_the_log(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    def broken(*_arguments: object, **_more: object) -> None:
        raise LookupError("of ada@example.com")

    expect_log("bug in the command doctor")
    monkeypatch.setattr("app.bootstrap.workspace.open_store", broken)
    said = shell.ask("doctor")
    assert (said.code, said.out) == (2, "")
    assert said.sentence.startswith("Chainwright met an error of its own (LookupError).")
    assert "ada@example.com" not in said.err
    log = (shell.folder / "logs" / "chainwright.log").read_text(encoding="utf-8")
    assert "LookupError" in log
    assert "ada@example.com" not in log
