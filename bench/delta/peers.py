"""How each peer makes and applies an update. A method gets a Case and a scratch folder and returns a Result."""

import dataclasses
import filecmp
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess

import timed

BLOCK = 4096
BUNDLE_BLOCK = 128 * 1024
LARGEST_FOR_BSDIFF = 32 << 20


@dataclasses.dataclass(frozen=True)
class Case:
    """One pair on one filesystem; for the methods that work on files, `old` and `new` are trees."""

    pair: str
    filesystem: str
    old: pathlib.Path
    new: pathlib.Path
    tools: pathlib.Path
    evenkeel: pathlib.Path


@dataclasses.dataclass(frozen=True)
class Result:
    bytes: int
    make: timed.Cost | None = None
    apply: timed.Cost | None = None
    exact: bool | None = None
    note: str = ""


def size(path):
    return os.stat(path).st_size


def same(one, other):
    return filecmp.cmp(one, other, shallow=False)


# ---- The whole image -------------------------------------------------------------------------------------------------


def full_zstd(case, work):
    packed, back = work / "full.zst", work / "back"
    make, _ = timed.run("zstd", "-q", "-19", "-T1", case.new, "-o", packed)
    apply, _ = timed.run("zstd", "-q", "-d", packed, "-o", back)
    return Result(size(packed), make, apply, same(back, case.new))


def full_xz(case, work):
    packed, back = work / "full.xz", work / "back"
    with open(packed, "wb") as out:
        make, _ = timed.run("xz", "-6", "-T1", "-c", case.new, stdout=out)
    with open(back, "wb") as out:
        apply, _ = timed.run("xz", "-d", "-T1", "-c", packed, stdout=out)
    return Result(size(packed), make, apply, same(back, case.new))


def packing_alone(case, work):
    """What packing the new tree costs by itself, to be set beside what applying a delta to such an image costs."""
    level = {"sqzst3": ("zstd", "-Xcompression-level", "3"), "sqzst15": ("zstd", "-Xcompression-level", "15"), "sqxz": ("xz",)}
    image = work / "packed"
    tree = case.new.with_suffix(".tree")
    make, _ = timed.run(*mksquashfs(case), tree, image, *SQUASHFS, "-comp", *level[case.filesystem], environment=EPOCH)
    return Result(size(image), make, None, same(image, case.new), "the image as it is, unpacked by nobody")


EPOCH = {"SOURCE_DATE_EPOCH": "1700000000", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
SQUASHFS = ("-noappend", "-quiet", "-no-progress", "-b", "128K", "-processors", "2")


def mksquashfs(case):
    usr = case.tools / "usr"
    loader = usr / "lib64/ld-linux-x86-64.so.2"
    return loader, "--library-path", usr / "lib/x86_64-linux-gnu", usr / "bin/mksquashfs"


# ---- Differs ---------------------------------------------------------------------------------------------------------


def xdelta3(case, work):
    patch, back = work / "patch", work / "back"
    window = str(512 << 20)
    make, _ = timed.run("xdelta3", "-f", "-e", "-9", "-S", "lzma", "-B", window, "-s", case.old, case.new, patch)
    apply, _ = timed.run("xdelta3", "-f", "-d", "-B", window, "-s", case.old, patch, back)
    return Result(size(patch), make, apply, same(back, case.new))


def zstd_patch_from(case, work):
    patch, back, old = work / "patch", work / "back", case.old
    if old == case.new:
        old = shutil.copyfile(case.old, work / "old")  # zstd refuses the same file as both
    make, _ = timed.run("zstd", "-q", "-19", "-T1", "--long=31", f"--patch-from={old}", case.new, "-o", patch)
    apply, _ = timed.run("zstd", "-q", "-d", "--long=31", f"--patch-from={old}", patch, "-o", back)
    return Result(size(patch), make, apply, same(back, case.new))


def bsdiff_by_file(case, work):
    """bsdiff of each changed file against its namesake; it needs too much memory and time for whole images."""
    sent, make, apply, exact = 0, timed.NOTHING, timed.NOTHING, True
    changed = without_base = too_large = 0
    for old, new in changed_files(case.old, case.new):
        changed += 1
        patch, back = work / "patch", work / "back"
        if old is None or size(new) > LARGEST_FOR_BSDIFF:
            without_base, too_large = without_base + (old is None), too_large + (old is not None)
            cost, _ = timed.run("zstd", "-q", "-f", "-19", "-T1", new, "-o", patch)
            make += cost
        else:
            cost, _ = timed.run("bsdiff", old, new, patch)
            make += cost
            cost, _ = timed.run("bspatch", old, back, patch)
            apply += cost
            exact = exact and same(back, new)
        sent += size(patch)
    note = f"{changed} changed files, {without_base} without a base and {too_large} too large went as zstd -19"
    return Result(sent, make, apply, exact, note + "; metadata not counted")


def changed_files(old_tree, new_tree):
    """Each regular file of the new tree that the old one has not at the same place, with its likeliest base or None."""
    old_files = {relative: path for relative, path in regular_files(old_tree)}
    unversioned = {re.sub(r"[0-9]+", "#", relative): path for relative, path in old_files.items()}
    by_name = {path.name: path for path in old_files.values()}
    for relative, new in regular_files(new_tree):
        old = old_files.get(relative)
        if old is not None and same(old, new):
            continue
        named = by_name.get(new.name) if new.suffix in (".ko", ".xz", ".gz", ".so") else None
        yield old or named or unversioned.get(re.sub(r"[0-9]+", "#", relative)) or by_name.get(new.name), new


def regular_files(tree):
    for folder, _, names in sorted(os.walk(tree)):
        for name in sorted(names):
            path = pathlib.Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield str(path.relative_to(tree)), path


# ---- Chunks and blocks -----------------------------------------------------------------------------------------------


def casync(case, work):
    store, missing, back = work / "store", work / "missing", work / "back"
    make = ("casync", "make", "--compression=zstd", f"--store={store}")
    timed.run(*make, work / "old.caibx", case.old)
    had = set(store.glob("*/*.cacnk"))
    cost, _ = timed.run(*make, work / "new.caibx", case.new)
    for chunk in set(store.glob("*/*.cacnk")) - had:
        (missing / chunk.parent.name).mkdir(parents=True, exist_ok=True)
        chunk.rename(missing / chunk.parent.name / chunk.name)
    missing.mkdir(exist_ok=True)
    sent = size(work / "new.caibx") + sum(size(chunk) for chunk in missing.glob("*/*"))
    apply, _ = timed.run(
        "casync", "extract", f"--store={missing}", f"--seed={case.old}", "--reflink=no", work / "new.caibx", back
    )
    return Result(sent, cost, apply, same(back, case.new), "index included, apply cuts the old image into chunks first")


def zchunk(case, work):
    """What SWUpdate's delta handler fetches: the header, and each chunk that the old image has not."""
    old, new = work / "old.zck", work / "new.zck"
    timed.run("zck", "-u", "-h", "sha256", "-o", old, case.old)
    make, _ = timed.run("zck", "-u", "-h", "sha256", "-o", new, case.new)
    had = {chunk for chunk, _ in zchunk_chunks(old)}
    chunks = zchunk_chunks(new)
    packed = sum(length for _, length in chunks)
    missing = sum(length for chunk, length in dict(chunks).items() if chunk not in had)
    return Result(size(new) - packed + missing, make, None, None, f"header of {size(new) - packed} bytes included")


def zchunk_chunks(file):
    """The digest of each chunk's plain bytes and its packed length, in order."""
    _, said = timed.run("zck_read_header", "-c", file)
    rows = (line.split() for line in said.splitlines() if re.match(r"\s+[0-9]+( [0-9a-f]{32,}){2}\s", line))
    return [(plain, int(packed)) for _, _, plain, _, packed, _ in rows]


def rauc_bundle(case, work):
    """RAUC's block-hash-index by its published rule, streamed from a bundle whose squashfs has zstd blocks of 128 KiB."""
    missing, index = rauc_missing_blocks(case)
    needed = sorted({block * BLOCK // BUNDLE_BLOCK for block in missing})
    content = work / "content"
    content.mkdir()
    with open(case.new, "rb") as image, open(content / "blocks", "wb") as blocks:
        for block in needed:
            image.seek(block * BUNDLE_BLOCK)
            blocks.write(image.read(BUNDLE_BLOCK))
    timed.run(*mksquashfs(case), content, work / "bundle", *SQUASHFS, "-comp", "zstd", environment=EPOCH)
    note = f"computed, not run: index of {index} bytes, {len(missing)} blocks in {len(needed)} of the bundle"
    return Result(index + size(work / "bundle"), note=note)


def rauc_raw(case, work):
    missing, index = rauc_missing_blocks(case)
    return Result(index + len(missing) * BLOCK, note=f"computed, not run: index of {index} bytes, {len(missing)} blocks")


def rauc_missing_blocks(case):
    """The blocks found neither in the active slot, nor among those already written, nor all zero; and the index's bytes."""
    had = {block_hash(bytes(BLOCK))}
    had.update(block_hash(block) for block in blocks(case.old))
    missing, count = [], 0
    for count, block in enumerate(blocks(case.new), 1):
        name = block_hash(block)
        if name not in had:
            had.add(name)
            missing.append(count - 1)
    return missing, count * hashlib.sha256().digest_size


def blocks(image):
    with open(image, "rb") as file:
        while block := file.read(BLOCK):
            yield block.ljust(BLOCK, b"\0")


def block_hash(block):
    return hashlib.sha256(block).digest()


# ---- OSTree ----------------------------------------------------------------------------------------------------------


def ostree_static_delta(case, work):
    repository, device, delta, back = work / "repository", work / "device", work / "delta", work / "back"
    old, new, _, _ = ostree_commits(case, repository)
    make, _ = timed.run(
        "ostree", f"--repo={repository}", "static-delta", "generate", f"--from={old}", f"--to={new}",
        "--min-fallback-size=0", "--inline", f"--filename={delta}",
    )  # fmt: skip
    timed.run("ostree", f"--repo={device}", "init", "--mode=bare")
    timed.run("ostree", f"--repo={device}", "pull-local", repository, old)
    apply, _ = timed.run("ostree", f"--repo={device}", "static-delta", "apply-offline", delta)
    timed.run("ostree", f"--repo={device}", "checkout", "--require-hardlinks", new, back)
    parts = [delta] if delta.is_file() else [part for part in delta.rglob("*") if part.is_file()]
    return Result(sum(map(size, parts)), make, apply, same_tree(back, case.new), "all in one file, no fallback objects")


def ostree_objects(case, work):
    repository = work / "repository"
    _, _, objects, make = ostree_commits(case, repository)
    return Result(objects, make, None, None, "archive repository, object by object; make is the commit")


def ostree_commits(case, repository):
    """Both trees as commits; with them the bytes of the objects that the second added, and what that commit cost."""
    timed.run("ostree", f"--repo={repository}", "init", "--mode=archive")
    commit = ("ostree", f"--repo={repository}", "commit", "--branch=bench", "--timestamp=@1700000000")
    _, old = timed.run(*commit, f"--tree=dir={case.old}")
    before = tree_bytes(repository / "objects")
    cost, new = timed.run(*commit, f"--tree=dir={case.new}")
    return old.strip(), new.strip(), tree_bytes(repository / "objects") - before, cost


def tree_bytes(folder):
    return sum(size(path) for _, path in regular_files(folder))


def same_tree(one, other):
    return subprocess.run(["diff", "-rq", "--no-dereference", one, other], stdout=subprocess.DEVNULL).returncode == 0


# ---- Evenkeel --------------------------------------------------------------------------------------------------------


def evenkeel(case, work):
    delta, back = work / "delta", work / "back"
    make, said = timed.run(case.evenkeel, "delta", "make", case.old, case.new, "-o", delta, "--json")
    apply, _ = timed.run(case.evenkeel, "delta", "apply", case.old, delta, "-o", back)
    return Result(last_bytes(said, delta), make, apply, same(back, case.new))


def last_bytes(said, delta):
    """What the last line of JSON calls `bytes`; it must be the file's length."""
    told = json.loads(next(line for line in reversed(said.splitlines()) if line.startswith("{")))["bytes"]
    if told != size(delta):
        raise timed.Failed(f"evenkeel says the delta has {told} bytes, the file has {size(delta)}")
    return told


# ---- Which is used where ---------------------------------------------------------------------------------------------

# In the order of their time, so that an interrupted run has most of them.
ON_FILES = {
    "OSTree objects": ostree_objects,
    "OSTree static delta": ostree_static_delta,
    "bsdiff by file": bsdiff_by_file,
}
METHODS = {
    "Evenkeel": evenkeel,
    "casync": casync,
    "zchunk": zchunk,
    "RAUC adaptive, raw blocks": rauc_raw,
    "RAUC adaptive, bundle": rauc_bundle,
    "OSTree objects": ostree_objects,
    "OSTree static delta": ostree_static_delta,
    "xdelta3": xdelta3,
    "zstd --patch-from": zstd_patch_from,
    "packing alone": packing_alone,
    "full image, zstd -19": full_zstd,
    "full image, xz": full_xz,
    "bsdiff by file": bsdiff_by_file,
}


def applies(method, pair, filesystem):
    return method != "packing alone" or (filesystem.startswith("sq") and pair != "nothing")
