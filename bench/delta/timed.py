"""Runs one program and says what it cost."""

import dataclasses
import os
import subprocess
import tempfile


@dataclasses.dataclass(frozen=True)
class Cost:
    """CPU seconds of a program with its children, and the largest resident memory of one process among them."""

    cpu_s: float
    rss_bytes: int

    def __add__(self, other):
        return Cost(self.cpu_s + other.cpu_s, max(self.rss_bytes, other.rss_bytes))


NOTHING = Cost(0.0, 0)


class Failed(Exception):
    """A program ended with an error; the message holds its last words."""


def run(*command, folder=None, stdin=None, stdout=None, environment=None):
    """Runs the command under GNU time, whose own memory is small enough not to hide that of the program."""
    command = [os.fspath(part) for part in command]
    with tempfile.NamedTemporaryFile("r") as costs, tempfile.TemporaryFile("w+") as words:
        ended = subprocess.run(
            ["/usr/bin/time", "--quiet", "-f", "%U %S %M", "-o", costs.name, *command],
            cwd=folder,
            stdin=stdin or subprocess.DEVNULL,
            stdout=stdout or words,
            stderr=words,
            env={**os.environ, **(environment or {})},
        )
        words.seek(0)
        said = words.read()
        if ended.returncode != 0:
            raise Failed(f"{' '.join(command)}\nended with {ended.returncode}: {said[-2000:]}")
        user, system, kibibytes = costs.read().split()
    return Cost(float(user) + float(system), int(kibibytes) * 1024), said
