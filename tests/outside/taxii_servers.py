"""`noroshi submit --taxii` and `noroshi pull --taxii` against a foreign server: medallion, in which `next` dies with its session and a page
is forgotten once it was asked for; through a line that is cut in the middle of a page; and against the running example.

argv[1] is demo.json, NOROSHI_BIN the program. Closes with the counts.
"""
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

from _suite import Suite, free_port

suite = Suite()
check = suite.holds

demo = json.load(open(sys.argv[1]))
program = os.environ["NOROSHI_BIN"]
folder = tempfile.mkdtemp(prefix="taxii-servers-")
user, password = "member", "a password for tests"
collection = "9cfa669c-ee94-4ece-afd2-f8edac37d8fd"
page_size = 20


def medallion():
    """The reference server on a free port, with one empty collection."""
    port = free_port()
    root = "http://127.0.0.1:%d/shared/" % port
    data = {"/discovery": {"title": "t", "default": root, "api_roots": [root]},
            "shared": {"information": {"title": "r", "versions": ["application/taxii+json;version=2.1"], "max_content_length": 20000},
                       "status": [],
                       "collections": [{"id": collection, "title": "Shared", "can_read": True, "can_write": True,
                                        "media_types": ["application/stix+json;version=2.1"], "objects": [], "manifest": []}]}}
    config = {"backend": {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend", "filename": folder + "/data.json"}, "users": {user: password},
              "taxii": {"max_page_size": page_size}}
    for name, value in (("data", data), ("config", config)):
        with open("%s/%s.json" % (folder, name), "w") as out:
            json.dump(value, out)
    run = [os.path.join(os.path.dirname(sys.executable), "medallion"), "--host", "127.0.0.1", "--port", str(port), folder + "/config.json"]
    server = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server, port
        except OSError:
            time.sleep(0.1)
    raise SystemExit("medallion did not start")


class Cut:
    """A line to the server that is cut in the middle of an answer, once so many answers went through."""

    def __init__(self, port, whole):
        self.port, self.whole, self.answers = port, whole, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            near, _ = self.listener.accept()
            threading.Thread(target=self.carry, args=(near,), daemon=True).start()

    def carry(self, near):
        with near, socket.create_connection(("127.0.0.1", self.port)) as far:
            threading.Thread(target=self.pump, args=(near, far), daemon=True).start()
            while piece := far.recv(1000):
                if b"HTTP/1." in piece:
                    self.answers += 1
                if self.answers > self.whole:
                    near.sendall(piece[:-5])
                    near.shutdown(socket.SHUT_RDWR)
                    return
                near.sendall(piece)

    @staticmethod
    def pump(near, far):
        try:
            while piece := near.recv(65536):
                far.sendall(piece)
        except OSError:
            pass


def indicator(n):
    return {"type": "indicator", "spec_version": "2.1", "id": "indicator--%s" % uuid.uuid4(), "created": "2026-01-04T00:00:00.000Z",
            "modified": "2026-01-04T00:00:00.000Z", "pattern": "[domain-name:value = 'c%d.attacker.test']" % n, "pattern_type": "stix",
            "valid_from": "2026-01-04T00:00:00Z"}


def bundle(objects):
    path = "%s/%s.json" % (folder, uuid.uuid4())
    with open(path, "w") as out:
        json.dump({"type": "bundle", "id": "bundle--%s" % uuid.uuid4(), "objects": objects}, out)
    return path


def noroshi(*args, token=None):
    env = {k: v for k, v in os.environ.items() if not k.startswith("NOROSHI_")}
    env["NOROSHI_TAXII_PASSWORD"] = password
    if token:
        env["NOROSHI_TAXII_TOKEN"] = token
    return subprocess.run([program, *args], capture_output=True, text=True, timeout=120, env=env)


def pull(port, state):
    """What came, and whether the pull ended well."""
    done = noroshi("pull", "--taxii", "http://127.0.0.1:%d/shared/" % port,
                   "--user", user, "--format", "jsonl", "--state", state)
    return [json.loads(line) for line in done.stdout.splitlines()], done


def ids(objects):
    return {o["id"] for o in objects}


server, port = medallion()
try:
    sent = [indicator(n) for n in range(130)]
    done = noroshi("submit", "--taxii", "http://127.0.0.1:%d/taxii2/" % port, "--user", user, "--format", "jsonl", bundle(sent))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    check("medallion takes everything, in envelopes below its limit",
          done.returncode == 0 and len(lines) > 1 and sum(line["taken"] for line in lines) == len(sent), done.stdout + done.stderr)

    state = folder + "/state.json"
    got, done = pull(port, state)
    check("a pull brings everything", done.returncode == 0 and ids(got) == ids(sent), (len(got), done.stderr))
    check("each object once", len(got) == len(sent), len(got))
    check("objects come as they were sent", sorted(got, key=lambda o: o["id"]) == sorted(sent, key=lambda o: o["id"]))
    got, done = pull(port, state)
    check("a second pull brings nothing", done.returncode == 0 and got == [], (len(got), done.stderr))
    more = [indicator(n) for n in range(200, 230)]
    noroshi("submit", "--taxii", "http://127.0.0.1:%d/shared/" % port, "--user", user, "--collection", "Shared", bundle(more))
    got, done = pull(port, state)
    check("a third one brings what is new", done.returncode == 0 and ids(got) == ids(more), (len(got), done.stderr))

    everything = ids(sent) | ids(more)
    for whole in range(2, 9):
        cut, state = Cut(port, whole), "%s/cut-%d.json" % (folder, whole)
        before, broken = pull(cut.address, state)
        check("a cut line is an error (%d)" % whole, broken.returncode != 0 and "noroshi:" in broken.stderr, broken.stderr)
        after, done = pull(port, state)
        check("nothing is lost by a cut (%d)" % whole, done.returncode == 0 and ids(before) | ids(after) == everything,
              (len(before), len(after), done.stderr))
    wrong = subprocess.run([program, "pull", "--taxii", "http://127.0.0.1:%d/shared/" % port, "--user", user, "--format", "jsonl"],
                           capture_output=True, text=True, env={"NOROSHI_TAXII_PASSWORD": "wrong", "PATH": os.environ["PATH"]})
    check("a wrong password is said", wrong.returncode != 0 and wrong.stderr and not wrong.stdout, wrong.stderr)
finally:
    server.kill()

reader = next(o for o in demo["organisations"] if o["slug"] == "ibuki")
url = demo["url"].rstrip("/") + "/taxii2/"
mine = [indicator(n) for n in range(5)]
done = noroshi("submit", "--taxii", url, "--collection", "own", bundle(mine), token=reader["token"])
check("the same against a hub: sent", done.returncode == 0, done.stderr)
done = noroshi("pull", "--taxii", url, "--collection", "own", "--format", "jsonl", token=reader["token"])
check("the same against a hub: read back", ids(mine) <= {json.loads(line)["id"] for line in done.stdout.splitlines()}, done.stderr)

suite.end()
