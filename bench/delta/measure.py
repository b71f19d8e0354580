"""Measures every method on every pair and filesystem, one after the other, and keeps each result as a line of JSON.

A result that is there already, of the same two images, is not measured again: an interrupted run goes on.
"""

import argparse
import dataclasses
import hashlib
import json
import pathlib
import sys
import tempfile

import peers
import timed

FILES = "files"


def main():
    options = arguments()
    results = pathlib.Path(options.results)
    done = {key(row) for row in rows(results)}
    failures = 0
    for method, case in cases(options):
        started = {"pair": case.pair, "filesystem": case.filesystem, "method": method, **identity(case)}
        if key(started) in done:
            continue
        print(f"{case.pair} {case.filesystem}: {method}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(dir=options.corpora, prefix="work-") as work:
            try:
                row = started | flat(peers.METHODS[method](case, pathlib.Path(work)))
            except timed.Failed as failed:
                print(f"delta: {method} on {case.pair} {case.filesystem} failed: {failed}", file=sys.stderr)
                failures += 1
                continue
        if row["exact"] is False:
            print(f"delta: {method} on {case.pair} {case.filesystem} did not give the new image back", file=sys.stderr)
            failures += 1
        with open(results, "a") as out:
            out.write(json.dumps(row) + "\n")
    sys.exit(1 if failures else 0)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpora", type=pathlib.Path, required=True)
    parser.add_argument("--results", required=True)
    parser.add_argument("--evenkeel", type=pathlib.Path, required=True)
    parser.add_argument("--pairs", type=names, required=True)
    parser.add_argument("--filesystems", type=names, required=True)
    parser.add_argument("--methods", type=str.splitlines, default=list(peers.METHODS))
    return parser.parse_args()


def names(text):
    return text.split(",")


def cases(options):
    """Pair by pair; in a pair first what is quick, so that an interrupted run has something of everything."""
    for pair in options.pairs:
        for method in options.methods:
            for filesystem in [FILES] if method in peers.ON_FILES else options.filesystems:
                if peers.applies(method, pair, filesystem):
                    yield method, case(options, pair, filesystem)


def case(options, pair, filesystem):
    folder = options.corpora / ("security" if pair == "nothing" else pair)
    end = "tree" if filesystem == FILES else filesystem
    new = folder / f"new.{end}"
    old = new if pair == "nothing" else folder / f"old.{end}"
    return peers.Case(pair, filesystem, old, new, options.corpora / "tools", options.evenkeel)


def identity(case):
    return {"old_sha256": digest(case.old), "new_sha256": digest(case.new)}


known = {}


def digest(path):
    if path not in known:
        if path.is_dir():
            known[path] = path.with_suffix(".tree.sha256").read_text().strip()
        else:
            with open(path, "rb") as file:
                known[path] = hashlib.file_digest(file, "sha256").hexdigest()
    return known[path]


def flat(result):
    row = {"bytes": result.bytes}
    for name, cost in (("make", result.make), ("apply", result.apply)):
        for field, value in dataclasses.asdict(cost).items() if cost else ():
            row[f"{name}_{field}"] = value
    return row | {"exact": result.exact, "note": result.note}


def rows(results):
    if not results.exists():
        return []
    return [json.loads(line) for line in results.read_text().splitlines()]


def key(row):
    return tuple(row[name] for name in ("pair", "filesystem", "method", "old_sha256", "new_sha256"))


if __name__ == "__main__":
    main()
