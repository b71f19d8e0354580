# SPDX-License-Identifier: Apache-2.0
"""python-tuf's own client against the stages of a repository that Evenkeel made: client.py FOLDER"""

import functools
import http.server
import os
import sys
import tempfile
import threading
from importlib.metadata import version

from tuf.api.exceptions import ExpiredMetadataError, RepositoryError
from tuf.ngclient import Updater

FOLDER = sys.argv[1]
checks = 0


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(
    ("127.0.0.1", 0), functools.partial(Quiet, directory=FOLDER))
threading.Thread(target=server.serve_forever, daemon=True).start()
BASE = "http://127.0.0.1:%d" % server.server_port


def check(claim, good):
    global checks
    checks += 1
    print(("ok  " if good else "NO  ") + claim)
    if not good:
        sys.exit(1)


def root_of(stage):
    with open(os.path.join(FOLDER, stage, "metadata", "1.root.json"), "rb") as file:
        return file.read()


class Client:
    """One device: its metadata stay from stage to stage."""

    def __init__(self, stage):
        self.metadata = tempfile.mkdtemp()
        self.targets = tempfile.mkdtemp()
        self.bootstrap = root_of(stage)

    def refresh(self, stage):
        updater = Updater(
            self.metadata, BASE + "/" + stage + "/metadata/", self.targets,
            BASE + "/" + stage + "/targets/", bootstrap=self.bootstrap)
        updater.refresh()
        return updater

    def get(self, stage, target):
        updater = self.refresh(stage)
        info = updater.get_targetinfo(target)
        if info is None:
            return None
        with open(updater.download_target(info), "rb") as file:
            return file.read()

    def refused(self, stage, error):
        try:
            self.refresh(stage)
        except error as refusal:
            return str(refusal) or type(refusal).__name__
        return None


dev, prod = "channels/dev/qemu-x86/", "channels/prod/qemu-x86/"
device = Client("1-development")
check("development keys: a release through its channel's delegation, consistent snapshots",
      device.get("1-development", dev + "1.0.json") == b"manifest of 1.0")
check("a release that nobody published is not found",
      device.get("1-development", prod + "1.1.json") is None)
check("root 2 of Ed25519, ECDSA and RSA-PSS keys, 2 of 3; prod signed by two people",
      device.get("2-people", prod + "1.1.json") == b"manifest of 1.1")
check("roots 3 and 4: the timestamp's key replaced, one person replaced",
      device.get("3-rotated", prod + "1.2.json") == b"manifest of 1.2")
check("what was released before is still found",
      device.get("3-rotated", dev + "1.0.json") == b"manifest of 1.0")
sleeper = Client("1-development")
check("a device that slept since root 1 follows to root 4",
      sleeper.get("3-rotated", prod + "1.2.json") == b"manifest of 1.2")
check("rollback: the stage before is refused to who saw the later one",
      device.refused("2-people", RepositoryError))
late = Client("4-expired")
check("freeze: an expired timestamp is refused", late.refused("4-expired", ExpiredMetadataError))
check("renewed by the server, it is taken",
      late.get("5-renewed", dev + "1.0.json") == b"manifest of 1.0")
print("python-tuf %s: %d checks passed" % (version("tuf"), checks))
