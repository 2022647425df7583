#!/usr/bin/env python3
"""Starts Chainwright from this folder and installs what is missing, with nothing but Python 3.11 or newer.

    python3 run.py                    opens the desktop
    python3 run.py demo               the whole product on a sample shop
    python3 run.py COMMAND ...        the same as: chainwright COMMAND ...
    python3 run.py test [--system] [--nightly] [PYTEST ARGUMENTS]
                                      the whole suite, or with pytest arguments those tests;
                                      --system installs the servers they talk to (Debian, as root)
    python3 run.py build              a folder under dist/ that runs without Python

On Windows write `py` instead of `python3`.
"""

import contextlib
import ctypes
import glob
import hashlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit(
        f"Chainwright needs Python 3.11 or newer; this is {sys.version.split()[0]}. Get one at python.org."
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "chainwright.json"
"""Says what is completely installed. Written last, so what stopped half-way is done again."""

QT = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""The libraries that Qt loads, and the Debian packages that have them."""
QT_ON_A_SCREEN = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
SERVERS = {
    "/usr/bin/chromium*": "chromium",
    "/usr/lib/*/libatomic.so.1": "libatomic1",
    "/usr/sbin/postfix": "postfix",
    "/usr/lib/dovecot/imap": "dovecot-imapd",
    "/usr/lib/dovecot/lmtp": "dovecot-lmtpd",
    "/usr/lib/postgresql/*/bin/initdb": "postgresql",
    "/usr/bin/Xvfb": "xvfb",
    "/usr/bin/xdotool": "xdotool",
    "/usr/bin/gnome-keyring-daemon": "gnome-keyring",
    "/usr/bin/dbus-run-session": "dbus",
    "/usr/bin/secret-tool": "libsecret-tools",
    "/usr/bin/strace": "strace",
    "/usr/share/fonts/opentype/noto/NotoSansCJK*": "fonts-noto-cjk",
    "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf": "fonts-noto-color-emoji",
}
"""What the tests talk to with --system: a file that shows it is there, and its Debian package."""
POSTFIX_ANSWER = "postfix postfix/main_mailer_type select No configuration\n"
NOTHING_COLLECTED = 5


class Stop(Exception):
    """Ends the program with one plain sentence."""


def main(arguments: list[str]) -> int:
    """Does what the command line says; the answer is the exit code."""
    command = arguments[0] if arguments else ""
    try:
        if command in ("-h", "--help"):
            print(__doc__)
            return 0
        if command == "test":
            return test(arguments[1:])
        if command == "build":
            return build(arguments[1:])
        prepare(extras=[], servers=False)
        return start([str(venv_python()), "-P", "-m", "app", *arguments])
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. The next start goes on from here.", file=sys.stderr)
        return 130


# -- what is there, and what has to come ------------------------------------------------------------------


def prepare(extras: list[str], *, servers: bool) -> None:
    """Makes the system and .venv complete for these extras; does nothing when the stamp says they are."""
    stamp = read_stamp()
    wanted = fingerprint()
    system = system_sets(servers=servers)
    valid = venv_python().exists() and all(stamp.get(name) == value for name, value in wanted.items())
    if valid and set(extras) <= set(stamp["extras"]) and set(system) <= set(stamp["system"]):
        return
    install_system(missing_packages(system))
    extras = sorted({*extras, *stamp.get("extras", [])})
    if not (valid and extras == stamp["extras"]):
        STAMP.unlink(missing_ok=True)
        install_project(extras)
    STAMP.write_text(
        json.dumps(wanted | {"extras": extras, "system": sorted({*system, *stamp.get("system", [])})}),
        encoding="utf-8",
    )


def read_stamp() -> dict[str, list[str]]:
    """The stamp, or an empty one where nothing was completed or the file is damaged."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        return {name: [str(value) for value in stamp[name]] for name in ("for", "extras", "system")}
    return {}


def fingerprint() -> dict[str, list[str]]:
    """What an installation depends on: the project file, this Python, and the folder (scripts name it)."""
    project = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return {"for": [project, f"{sys.version_info.major}.{sys.version_info.minor}", str(ROOT)]}


def system_sets(*, servers: bool) -> list[str]:
    """Which groups of system packages this start needs."""
    if not sys.platform.startswith("linux"):
        return []
    screen = ["screen"] if servers or os.environ.get("DISPLAY") else []
    return ["qt", *screen, *(["servers"] if servers else [])]


def missing_packages(system: list[str]) -> list[str]:
    """The Debian packages that these groups need and this machine lacks."""
    missing: list[str] = []
    if "qt" in system:
        missing += [package for library, package in QT.items() if not loads(library)]
        if importlib.util.find_spec("ensurepip") is None and not shutil.which("uv"):
            missing.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    if "screen" in system:
        missing += [package for library, package in QT_ON_A_SCREEN.items() if not loads(library)]
    if "servers" in system:
        missing += [package for sign, package in SERVERS.items() if not glob.glob(sign)]
    return missing


def loads(library: str) -> bool:
    """Whether the system's loader finds the library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


# -- installing ---------------------------------------------------------------------------------------------


def install_system(packages: list[str]) -> None:
    """Installs Debian packages as root or by sudo, or says which line does it."""
    if not packages:
        return
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        raise Stop(
            "Chainwright needs some system packages, and there is no apt-get here. Please install, by your"
            f" system's own means, what Debian calls: {names}"
        )
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    once = f"Please type once:\n  sudo sh -c {shlex.quote('apt-get update && ' + ' '.join(install))}"
    become = as_root()
    if become is None:
        raise Stop(f"Chainwright needs some system packages. {once}")
    with progress(f"System packages {names}"):
        quiet = [*become, "env", "DEBIAN_FRONTEND=noninteractive"]
        if "postfix" in packages:
            call([*become, "debconf-set-selections"], given=POSTFIX_ANSWER, hint=once)
        call([*quiet, "apt-get", "update", "-qq"], hint=once)
        call([*quiet, *install], hint=once)


def as_root() -> list[str] | None:
    """What to put before a command that needs root; None where there is no way without asking a person."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    if sys.stdin is not None and sys.stdin.isatty():
        return ["sudo"]
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return None if asked.returncode else ["sudo", "-n"]


def install_project(extras: list[str]) -> None:
    """Makes .venv, or mends it, and installs the project with its extras into it."""
    target = f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT)
    hint = "Chainwright could not be installed. Is the network there? The next start tries again."
    uv = shutil.which("uv")
    if not venv_works(needs_pip=not uv):
        with progress("Python environment in .venv"):
            shutil.rmtree(VENV, ignore_errors=True)
            make = [uv, "venv", "-q", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
            call([*make, str(VENV)], hint=hint)
    with progress(" ".join(["Python packages", *extras])):
        if uv:
            install = [uv, "pip", "install", "-q", "--compile-bytecode", "--python", str(venv_python())]
        else:
            install = [str(venv_python()), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        call([*install, "-e", target], hint=hint)


def venv_python() -> Path:
    """The Python of .venv."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def venv_works(*, needs_pip: bool) -> bool:
    """Whether .venv is whole and of this Python's version."""
    wanted = f"sys.version_info[:2] == {sys.version_info[:2]}"
    check = f"import sys{', pip' if needs_pip else ''}; sys.exit(not {wanted})"
    with contextlib.suppress(OSError):
        return subprocess.run([venv_python(), "-c", check], capture_output=True, check=False).returncode == 0
    return False


@contextlib.contextmanager
def progress(what: str) -> Iterator[None]:
    """One line on standard error, finished with the seconds it took."""
    print(f"{what} ... ", end="", file=sys.stderr, flush=True)
    began = time.monotonic()
    yield
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def call(command: list[str], *, hint: str, given: str = "") -> None:
    """Runs an installer in silence; where it fails its last lines are shown, and the hint."""
    done = subprocess.run(
        command,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-12:])
        raise Stop(f"\n{last}\n{hint}")


def start(command: list[str]) -> int:
    """Becomes the command, where the system can; else runs it and answers its exit code."""
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


# -- test and build -----------------------------------------------------------------------------------------


def build(arguments: list[str]) -> int:
    """Builds the folder that runs without Python."""
    prepare(extras=["build"], servers=False)
    command = [str(venv_python()), "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", *arguments]
    code = subprocess.run([*command, str(ROOT / "build.spec")], cwd=ROOT, check=False).returncode
    if code == 0:
        print(f"Built: {ROOT / 'dist' / 'chainwright'}", file=sys.stderr)
    return code


def test(arguments: list[str]) -> int:
    """Runs the suite in steps and ends with one line of sums; 1 when anything failed."""
    system = "--system" in arguments
    if system and not (sys.platform.startswith("linux") and os.geteuid() == 0):
        raise Stop("--system starts mail servers: on Linux, as root: sudo python3 run.py test --system")
    prepare(extras=["test", "build"] if "--nightly" in arguments else ["test"], servers=system)
    environment = os.environ | {"CHAINWRIGHT_SYSTEM": str(int(system)), "PYTHONUNBUFFERED": "1"}
    sums = dict.fromkeys(("passed", "failed", "skipped"), 0)
    well = True
    for name, command in test_steps([argument for argument in arguments if argument != "--system"]):
        print(f"\n== {name}", flush=True)
        began = time.monotonic()
        code, counted = run_step(command, environment)
        print(f"== {name}: {'FAILED' if code else 'well'}, {time.monotonic() - began:.0f} s", flush=True)
        well = well and code == 0
        sums = {word: number + counted.get(word, 0) for word, number in sums.items()}
    print("\n" + ", ".join(f"{number} {word}" for word, number in sums.items()), flush=True)
    return 0 if well and any(sums.values()) else 1


def test_steps(arguments: list[str]) -> list[tuple[str, list[str]]]:
    """The names and commands of the steps: the checks of the source, tests two at a time, tests alone."""
    python = str(venv_python())
    tools = str(venv_python().parent)
    pytest = [python, "-m", "pytest", *arguments]
    steps = [
        ("ruff", [f"{tools}/ruff", "check"]),
        ("ruff format", [f"{tools}/ruff", "format", "--check"]),
        ("mypy", [python, "-m", "mypy"]),
        ("import contracts", [f"{tools}/lint-imports"]),
    ]
    if "-m" in arguments:
        return [("tests", pytest)]
    return [
        *(steps if set(arguments) <= {"--nightly"} else []),
        ("tests, two at a time", [*pytest, "-n", "2", "--dist", "worksteal", "-m", "not alone"]),
        ("tests, alone", [*pytest, "-m", "alone"]),
    ]


def run_step(command: list[str], environment: dict[str, str]) -> tuple[int, dict[str, int]]:
    """Runs one step in the open; the answer is its exit code (0 well) and what it counted."""
    last = ""
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=nothing, stdout=pipe, text=True, errors="replace"
    ) as running:
        for line in running.stdout or ():
            print(line, end="", flush=True)
            last = line if line.strip() else last
    if "pytest" not in command:
        return running.returncode, {"failed" if running.returncode else "passed": 1}
    code = 0 if running.returncode == NOTHING_COLLECTED else running.returncode
    counted = count(last)
    if code and not counted.get("failed") and not counted.get("skipped"):
        counted["failed"] = 1
    return code, counted


def count(line: str) -> dict[str, int]:
    """What pytest's last line counted; an error is a failure."""
    found = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", line)}
    found["failed"] = found.get("failed", 0) + found.pop("error", 0)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
