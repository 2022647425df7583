"""Postfix and Dovecot in a temporary folder: a real way for a letter to go, be refused and come back."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificate import write_certificate
from tests.servers.missing import MissingServer, free_port, open_folder, program

USERS = ("shop@acme.test", "alice@acme.test", "bob@acme.test")
PASSWORD = "pw"


@dataclass(frozen=True)
class MailServer:
    """Submission (STARTTLS, AUTH) on `smtp_port` and IMAP (STARTTLS) on `imap_port`, both on 127.0.0.1."""

    smtp_port: int
    imap_port: int
    certificate: Path
    users: tuple[str, ...] = USERS
    password: str = PASSWORD
    host: str = "localhost"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Starts and stops both: about five seconds. Nothing can ever leave: there is no outside transport."""
    if os.name == "nt" or os.geteuid() != 0:
        raise MissingServer("Postfix can be started by root only")
    dovecot, postfix = program("dovecot", "/usr/sbin"), program("postfix", "/usr/sbin")
    if not Path("/usr/lib/dovecot/lmtp").exists() or not Path("/usr/lib/dovecot/imap").exists():
        raise MissingServer("dovecot-imapd or dovecot-lmtpd is not installed")
    with open_folder("mail") as folder:
        server = MailServer(free_port(), free_port(), write_certificate(folder)[0])
        settings = _write_dovecot(folder, server.imap_port), _write_postfix(folder, server.smtp_port)
        try:
            _run(folder, dovecot, "-c", str(settings[0]))
            _run(folder, postfix, "-c", str(settings[1]), "start")
            yield server
        finally:
            _run(folder, postfix, "-c", str(settings[1]), "stop", check=False)
            _run(folder, dovecot, "-c", str(settings[0]), "stop", check=False)


def _run(folder: Path, *command: str, check: bool = True) -> None:
    """Both daemons keep what they are started with open: a file, never a pipe, or the start never returns."""
    with (folder / "output").open("ab") as output:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=60, check=False
        )
    if check and done.returncode:
        said = (folder / "output").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"{command} answered {done.returncode}: {said}")


DOVECOT = """
base_dir = {t}/dove/run
state_dir = {t}/dove/state
log_path = {t}/dove/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{t}/cert.pem
ssl_key = <{t}/key.pem
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{t}/mail/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = username_format=%u {t}/dove/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {t}/dove/users
  override_fields = uid=mail gid=mail home={t}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener auth-postfix {{
    mode = 0666
  }}
}}
"""


def _write_dovecot(folder: Path, port: int) -> Path:
    for name in ("dove/run", "dove/state", "mail"):
        (folder / name).mkdir(parents=True)
    shutil.chown(folder / "mail", "mail", "mail")
    users = "".join(f"{user}:{{PLAIN}}{PASSWORD}::::::\n" for user in USERS)
    (folder / "dove/users").write_text(users, encoding="ascii")
    settings = folder / "dove/dovecot.conf"
    settings.write_text(DOVECOT.format(t=folder, port=port), encoding="ascii")
    return settings


MAIN = """
compatibility_level = 3.6
queue_directory = {t}/post/queue
data_directory = {t}/post/data
maillog_file = {t}/post/log
maillog_file_prefixes = {t}
myhostname = mail.acme.test
mydestination =
mynetworks =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = acme.test
virtual_mailbox_maps = static:ok
virtual_transport = lmtp:unix:{t}/dove/run/lmtp
smtpd_sasl_type = dovecot
smtpd_sasl_path = {t}/dove/run/auth-postfix
smtpd_sasl_auth_enable = yes
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {t}/cert.pem
smtpd_tls_key_file = {t}/key.pem
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_error_sleep_time = 0
default_transport = error:no outside network
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
local     unix - n n - - local
virtual   unix - n n - - virtual
lmtp      unix - - n - - lmtp
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


def _write_postfix(folder: Path, port: int) -> Path:
    settings = folder / "post/etc"
    for name in ("etc", "queue", "data"):
        (folder / "post" / name).mkdir(parents=True)
    shutil.chown(folder / "post/data", "postfix")
    (settings / "main.cf").write_text(MAIN.format(t=folder), encoding="ascii")
    (settings / "master.cf").write_text(MASTER.format(port=port).lstrip(), encoding="ascii")
    (settings / "dynamicmaps.cf").write_text("", encoding="ascii")
    return settings
