#!/usr/bin/env python3
"""Mail that lies in a mailbox elsewhere: a real server (dovecot), a hub of its own that reads it.

What is checked: over TLS whose authority the settings name, a forward becomes a submission, a stranger's mail waits, both are moved away;
what is for nobody and what is too large stays and is named; a line that breaks after a mail was kept and before it was moved brings
nobody the same mail twice; a server that is away comes back.

Called with the path of a running demo's demo.json, which it does not need.
"""

import getpass
import grp
import imaplib
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import threading

from _mail_hub import DOMAIN, HubOfItsOwn, forward, until
from _suite import Suite, free_port

USER, SECRET = "hub", "a password of the mailbox"
TOO_LARGE_BYTES = 64 * 1024 * 1024


def certificates(folder):
    """An authority of its own and what it says of 127.0.0.1."""
    (folder / "leaf.ext").write_text("subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    for command in (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -keyout imap.key -out imap.csr",
        "x509 -req -in imap.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile leaf.ext -out imap.pem",
    ):
        subprocess.run(["openssl", *command.split()], check=True, capture_output=True, cwd=folder)


class Dovecot:
    """The server, whoever runs the suite: as root it keeps mails as another user, for it refuses to do so as root."""

    def __init__(self, folder):
        self.folder, self.plain, self.tls = folder, free_port(), free_port()
        owner = "mail" if os.getuid() == 0 else getpass.getuser()
        entry = pwd.getpwnam(owner)
        group = grp.getgrgid(entry.pw_gid).gr_name
        mails = folder / "mails"
        mails.mkdir()
        os.chown(mails, entry.pw_uid, entry.pw_gid)
        for parent in (folder, folder.parent):
            if parent.stat().st_uid == os.getuid():
                parent.chmod(parent.stat().st_mode | 0o011)
        (folder / "passwd").write_text(f"{USER}:{{PLAIN}}{SECRET}:{entry.pw_uid}:{entry.pw_gid}::{mails}::\n")
        unprivileged = ""
        if os.getuid() != 0:
            unprivileged = f"default_internal_user = {owner}\ndefault_login_user = {owner}\ndefault_internal_group = {group}\n"
            for service in ("anvil", "imap-login", "stats"):
                unprivileged += f"service {service} {{\n  chroot =\n}}\n"
        (folder / "dovecot.conf").write_text(
            f"""protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = yes
ssl_cert = <{folder}/imap.pem
ssl_key = <{folder}/imap.key
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{mails}/dir
mail_max_userip_connections = 50
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/passwd
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/passwd
}}
service imap-login {{
  inet_listener imap {{
    port = {self.plain}
  }}
  inet_listener imaps {{
    port = {self.tls}
  }}
}}
{unprivileged}"""
        )

    def start(self):
        command = [shutil.which("dovecot") or "/usr/sbin/dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        return until(20, self.answers)

    def answers(self):
        try:
            self.sign_in().logout()
            return True
        except OSError:
            return False

    def sign_in(self):
        line = imaplib.IMAP4("127.0.0.1", self.plain, timeout=20)
        line.login(USER, SECRET)
        return line

    def put(self, *mails):
        line = self.sign_in()
        for raw in mails:
            line.append("INBOX", None, None, raw)
        line.logout()

    def count(self, folder):
        line = self.sign_in()
        said, found = line.select(folder, readonly=True)
        line.logout()
        return int(found[0]) if said == "OK" else 0

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


class Cutting:
    """Passes on what is said, and cuts the line once when a word is said by the client."""

    def __init__(self, to, word):
        self.to, self.word, self.cuts = to, word, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.to))
            threading.Thread(target=self.back, args=(server, client), daemon=True).start()
            threading.Thread(target=self.forth, args=(client, server), daemon=True).start()

    def forth(self, client, server):
        try:
            while piece := client.recv(65536):
                if self.cuts == 0 and self.word in piece:
                    self.cuts = 1
                    break
                server.sendall(piece)
        except OSError:
            pass
        for one in (client, server):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    @staticmethod
    def back(server, client):
        try:
            while piece := server.recv(65536):
                client.sendall(piece)
        except OSError:
            pass


def delivered(sender, to, raw):
    """A mail as the server that delivered it leaves it."""
    return f"Return-Path: <{sender}>\r\nDelivered-To: {to}\r\n".encode() + raw


def settle(hub, lines):
    """The same hub with another mailbox in its settings."""
    path = hub.data / "noroshi.toml"
    text = path.read_text().split("[imap]")[0]
    path.write_text(text + "[imap]\n" + "\n".join(lines) + f'\nuser = "{USER}"\nevery_seconds = 5\npassword_file = "imap.password"\n')


def held(session, hub):
    return len(re.findall(r"x\[@\]else\[\.\]example", session.get(hub.url + "/quarantine", timeout=30).text))


def rows(session, hub):
    return session.get(hub.url + "/api/v1/submissions", timeout=30).json()["rows"]


def story(count, hub, server, folder):
    (hub.data / "imap.password").write_text(SECRET + "\n")
    count.holds("the hub starts without a mailbox", hub.start())
    reporter = hub.sign_in("mei")
    contact = {"address": "mei@kita.example", "phone": "", "notify": "at-once"}
    reporter.put(hub.url + "/api/v1/account/contact", json=contact, timeout=30)
    page = reporter.get(hub.url + "/quarantine", timeout=30).text
    address = re.search(r"in-[a-z2-7]{16}@in\.hub\.example", page).group(0)
    hub.process.terminate()
    hub.process.wait(30)

    huge = b"From: mei@kita.example\r\nSubject: huge\r\n\r\n" + (b"x" * 998 + b"\r\n") * (TOO_LARGE_BYTES // 1000)
    server.put(
        delivered("mei@kita.example", address, forward("mei@kita.example")),
        delivered("x@else.example", address, forward("x@else.example")),
        delivered("mei@kita.example", f"nobody@{DOMAIN}", forward("mei@kita.example")),
        delivered("mei@kita.example", address, huge),
    )
    settle(hub, ['host = "127.0.0.1"', f"port = {server.tls}", f'authorities = "{folder}/ca.pem"'])
    count.holds("the hub starts", hub.start())
    reporter = hub.sign_in("mei")
    count.holds("a forward is a submission", until(40, lambda: len(rows(reporter, hub)) == 1), rows(reporter, hub))
    count.holds("that came by mail", rows(reporter, hub)[0]["door"] == "mail")
    raw = reporter.get(hub.url + f"/api/v1/submissions/{rows(reporter, hub)[0]['id']}/raw", timeout=30).content
    count.holds("what was attached is kept as it came", b"a very special invoice" in raw and b"is this one bad" not in raw)
    count.holds("a stranger's mail waits", until(20, lambda: held(reporter, hub) == 1), held(reporter, hub))
    count.holds("both are moved away", until(20, lambda: server.count("Taken") == 2), server.count("Taken"))
    count.holds("the others stay", server.count("INBOX") == 2, server.count("INBOX"))
    log = lambda: pathlib.Path(hub.errors.name).read_text()
    count.holds("and are named", until(20, lambda: "too-large" in log() and "nobody" in log()), log())
    count.holds("once", log().count("too-large") == 1, log())
    count.holds("the log says nothing of a mail", "invoice" not in log() and "else.example" not in log() and SECRET not in log())
    hub.process.terminate()
    hub.process.wait(30)

    cutting = Cutting(server.plain, b"UID MOVE")
    settle(hub, ['host = "127.0.0.1"', f"port = {cutting.port}", "plain = true"])
    server.put(delivered("x@else.example", address, forward("x@else.example")))
    count.holds("the hub starts again", hub.start())
    reporter = hub.sign_in("mei")
    # another port is another mailbox: what lay there before is looked at anew, and stays
    count.holds("the mail is moved", until(60, lambda: server.count("INBOX") == 2 and server.count("Taken") == 3))
    count.holds("after the line was cut in between", cutting.cuts == 1)
    count.holds("and waits once", held(reporter, hub) == 2, held(reporter, hub))

    server.stop()
    count.holds("the server is away and the hub serves", until(30, lambda: "could not be read" in log()) and rows(reporter, hub))
    server.start()
    server.put(delivered("mei@kita.example", address, forward("mei@kita.example")))
    count.holds("it comes back", until(90, lambda: len(rows(reporter, hub)) == 2), rows(reporter, hub))


def main():
    count = Suite()
    with tempfile.TemporaryDirectory(prefix="noroshi-imap-") as name:
        folder = pathlib.Path(name)
        certificates(folder)
        server = Dovecot(folder)
        count.holds("the mail server starts", server.start())
        hub = HubOfItsOwn(folder, free_port())
        hub.people()
        try:
            story(count, hub, server, folder)
        except Exception as why:  # what was counted so far is said
            count.holds(f"the story went to its end: {type(why).__name__}: {why}", False)
        finally:
            hub.stop()
            server.stop()
    count.end()


if __name__ == "__main__":
    main()
