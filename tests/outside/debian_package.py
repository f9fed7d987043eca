#!/usr/bin/env python3
"""The Debian package, installed on this machine: the set-up of docs/operations.md, the command of the unit, an upgrade, and the end.

The package is made by cargo-deb from the program under test. Only root can install it: elsewhere, and where a `noroshi` is installed
already, what the package holds is looked at and the line says that nothing was installed. What was installed is purged again, and what
the hub kept (which no purge takes away) is removed if it was not there before.

Called with the path of a running demo's demo.json, which it does not need. CARGO_DEB names cargo-deb.
"""

import os
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests
from _suite import Suite, free_port

ROOT = Path(__file__).resolve().parents[2]
HOME = Path("/var/lib/noroshi")
UNIT = "usr/lib/systemd/system/noroshi.service"
PATHS = "/usr/sbin:/usr/bin:/sbin:/bin"
PASSWORD = "a password for this suite"


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **more)


def make(folder):
    """The package of the program under test. `--no-build` takes it from the folder of its profile."""
    made = folder / "noroshi.deb"
    cargo_deb = Path(os.environ["CARGO_DEB"])
    target = Path(os.environ["NOROSHI_BIN"]).parents[1]
    paths = f"{cargo_deb.parent}:{os.environ['PATH']}"
    done = run("cargo", "deb", "--quiet", "-p", "noroshi", "--no-build", "--profile", "dev", "--fast", "--no-dbgsym", "-o", made, cwd=ROOT,
               env={**os.environ, "PATH": paths, "CARGO_TARGET_DIR": str(target)})
    if not made.exists():
        sys.exit(f"cargo deb: {done.stderr}\n0 passed, 1 failed")
    return made


def contents(count, package, folder):
    """What it would install, without installing it."""
    tree = folder / "tree"
    run("dpkg-deb", "-x", package, tree)
    control = run("dpkg-deb", "--field", package).stdout
    count.holds("it depends on libc6 and adduser", "adduser" in control and "libc6" in control, control)
    count.holds("the program runs", run(tree / "usr/bin/noroshi", "--version").stdout.startswith("noroshi "))
    named = [tree / "etc/default/noroshi", tree / "usr/share/noroshi/noroshi.toml", tree / "usr/share/doc/noroshi/operations.md"]
    count.holds("settings, environment and manual are in it", all(one.is_file() for one in named))
    if shutil.which("systemd-analyze"):
        unit = tree / UNIT
        unit.write_text(unit.read_text().replace("/usr/bin/noroshi", str(tree / "usr/bin/noroshi")))
        verified = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit)
        count.holds("systemd has nothing to say of the unit", verified.returncode == 0, verified.stdout + verified.stderr)


def of_unit(name):
    lines = Path("/", UNIT).read_text().splitlines()
    return [line.split("=", 1)[1] for line in lines if line.startswith(name + "=")]


class Service:
    """The command of the unit, as its user and with its environment: what systemd would start."""

    def __init__(self, listen):
        user = of_unit("User")[0]
        command = shlex.split(of_unit("ExecStart")[0])
        self.url = f"http://{listen}"
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *command], cwd="/",
                                        env={"PATH": PATHS, "NOROSHI_LISTEN": listen}, stdout=self.log, stderr=self.log)

    def ready(self):
        end = time.monotonic() + 40
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if requests.get(self.url + "/readyz", timeout=5).status_code == 200:
                    return True
            except requests.ConnectionError:
                time.sleep(0.2)
        self.log.seek(0)
        print(self.log.read()[-800:])
        return False

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=int(of_unit("TimeoutStopSec")[0])) == 0


def admin(*words, typed=None):
    """As the manual says: as the user of the hub, with its two folders."""
    told = {"PATH": PATHS, "NOROSHI_DATA": str(HOME / "data"), "NOROSHI_KEYS": str(HOME / "keys")}
    return run("runuser", "-u", "noroshi", "--", "noroshi", "admin", *words, env=told, input=typed)


def set_up(count):
    steps = [
        (("org", "add", "--slug", "hub", "--role", "hub", "--name-ja", "共有センター", "--name-en", "Sharing centre"), None),
        (("sector", "add", "--slug", "energy", "--name-ja", "エネルギー", "--name-en", "Energy"), None),
        (("user", "add", "--login", "op1", "--name", "Op", "--role", "hub:operator", "--role", "hub:triager"), PASSWORD + "\n"),
        (("org", "add", "--slug", "grid-a", "--role", "member", "--sector", "energy", "--name-ja", "甲電力", "--name-en", "Grid A"), None),
        (("user", "invite", "--org", "grid-a", "--name", "Y. Kita", "--role", "org-admin"), None),
    ]
    for words, typed in steps:
        done = admin(*words, typed=typed)
        count.holds(f"admin {' '.join(words[:2])}", done.returncode == 0, done.stderr)


def signs_in(service):
    answer = requests.post(service.url + "/api/v1/session", json={"login": "op1", "password": PASSWORD}, timeout=30)
    return answer.status_code == 201


def modes():
    folders = [HOME, HOME / "data", HOME / "keys"]
    return [(path.owner(), oct(stat.S_IMODE(path.stat().st_mode))) for path in folders]


def installed(count, package):
    """The life of an installation, from its first day to its last."""
    apt = run("apt-get", "install", "-y", "--no-install-recommends", package, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    count.holds("apt installs it", apt.returncode == 0, apt.stdout[-400:] + apt.stderr[-400:])
    count.holds("only the hub reads its folders", modes() == [("noroshi", "0o700")] * 3, modes())
    page = HOME / "data/noroshi.toml"
    count.holds("the settings page is there", page.is_file() and page.owner() == "noroshi")
    set_up(count)
    listen = f"127.0.0.1:{free_port()}"
    service = Service(listen)
    count.holds("the unit's command answers as ready", service.ready())
    count.holds("somebody signs in", signs_in(service))
    doctor = admin("doctor")
    # how full the disk is says nothing of the package
    missing = [line for line in doctor.stdout.splitlines() if line.startswith("✗") and "disk" not in line]
    of_people = all("analyst" in line or "releaser" in line or "operators" in line or "administrator" in line for line in missing)
    count.holds("the doctor names the people who are missing and nothing else", len(missing) == 4 and of_people, doctor.stdout)
    count.holds("it stops when it is told to", service.stop())
    page.write_text(page.read_text() + "\n# a line of ours\n")
    again = run("dpkg", "-i", package)
    kept = page.read_text().endswith("# a line of ours\n") and modes() == [("noroshi", "0o700")] * 3
    count.holds("an upgrade keeps settings and folders", again.returncode == 0 and kept, again.stderr)
    service = Service(listen)
    count.holds("and the hub starts on what it kept", service.ready() and signs_in(service) and service.stop())


def end(count):
    removed = run("dpkg", "--purge", "noroshi")
    count.holds("it is purged", removed.returncode == 0 and not Path("/usr/bin/noroshi").exists(), removed.stderr)
    kept = (HOME / "keys").is_dir() and any((HOME / "data").iterdir())
    count.holds("what is evidence stays, whatever is purged", kept)


def main():
    count = Suite()
    with tempfile.TemporaryDirectory() as folder:
        # apt reads it as its own user
        os.chmod(folder, 0o755)
        package = make(Path(folder))
        contents(count, package, Path(folder))
        if os.geteuid() != 0:
            print("not installed: only root can; as root this suite installs, runs and purges it")
        elif shutil.which("noroshi") or HOME.exists():
            print(f"not installed: there is a noroshi on this machine, or {HOME}")
        else:
            try:
                installed(count, package)
                end(count)
            finally:
                run("dpkg", "--purge", "noroshi")
                shutil.rmtree(HOME, ignore_errors=True)
                run("deluser", "--quiet", "noroshi")
    count.end()


main()
