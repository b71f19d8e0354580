"""Prints the kept results as tables and draws their picture: report.py RESULTS PICTURE"""

import pathlib
import sys
import xml.sax.saxutils

import measure
import peers

FILESYSTEMS = ["ext4", "erofs", "sqzst3", "sqzst15", "sqxz", measure.FILES]
TITLES = {
    "security": "Security updates of Debian 12",
    "app": "An application's next version",
    "major": "Debian 12 to 13",
    "nothing": "Nothing changed",
}
HDIFFPATCH = "HDiffPatch, as 0.97 of OSTree's"
HDIFFPATCH_SHARE = 0.97
METHODS = [HDIFFPATCH, *peers.METHODS]
AIMS = {"security": 0.68, "app": 0.28, "major": 0.92}
CHUNKED = ["casync", "zchunk", "RAUC adaptive, raw blocks", "RAUC adaptive, bundle", "OSTree objects"]


def main():
    results, picture = map(pathlib.Path, sys.argv[1:])
    table = latest(measure.rows(results))
    for pair in TITLES:
        measured = {at[1:]: row for at, row in table.items() if at[0] == pair}
        if measured:
            print(f"\n### {TITLES[pair]} (`{pair}`)\n\nBytes that travel:\n")
            print_bytes(measured)
            print("\nWhat they cost (CPU seconds and peak MB to make and to apply; an x: the new image came back, byte by byte):\n")
            print_costs(measured)
            print_aims(pair, measured)
    picture.write_text(draw(table))


def latest(rows):
    """By pair, filesystem and method the last result; with HDiffPatch as the share of OSTree's delta that stands for it."""
    table = {(row["pair"], row["filesystem"], row["method"]): row for row in rows}
    for (pair, filesystem, method), row in list(table.items()):
        if method == "OSTree static delta":
            table[pair, filesystem, HDIFFPATCH] = {"bytes": round(HDIFFPATCH_SHARE * row["bytes"])}
    return table


def print_bytes(measured):
    filesystems = [name for name in FILESYSTEMS if any(at[0] == name for at in measured)]
    print_row("", *filesystems)
    print_row("---", *["---:"] * len(filesystems))
    for method in sorted(METHODS, key=lambda method: smallest(measured, method)):
        cells = [measured.get((filesystem, method)) for filesystem in filesystems]
        if any(cells):
            print_row(method, *(f"{row['bytes']:,}" if row else "" for row in cells))


def smallest(measured, method):
    return min((row["bytes"] for at, row in measured.items() if at[1] == method), default=0)


def print_costs(measured):
    print_row("", "on", "make s", "make MB", "apply s", "apply MB", "exact")
    print_row("---", "---", *["---:"] * 4, "---")
    for method in peers.METHODS:
        for filesystem in FILESYSTEMS:
            row = measured.get((filesystem, method))
            if row and "make_cpu_s" in row:
                exact = {True: "x", False: "**no**", None: ""}[row["exact"]]
                print_row(method, filesystem, *cost(row, "make"), *cost(row, "apply"), exact)


def cost(row, step):
    if f"{step}_cpu_s" not in row:
        return "", ""
    return f"{row[f'{step}_cpu_s']:.1f}", f"{row[f'{step}_rss_bytes'] / 1e6:.0f}"


def print_row(*cells):
    print("| " + " | ".join(cells) + " |")


def print_aims(pair, measured):
    """Sets Evenkeel's figures beside what issue and README ask for, as far as both were measured."""
    ours = {at[0]: row for at, row in measured.items() if at[1] == "Evenkeel"}
    best = measured.get((measure.FILES, HDIFFPATCH))
    made = measured.get((measure.FILES, "OSTree static delta"))
    for filesystem, row in ours.items():
        claims = [f"apply peak {row['apply_rss_bytes'] / 2**20:.0f} MiB"]
        if best and pair in AIMS:
            claims.append(f"{row['bytes'] / best['bytes']:.2f} of HDiffPatch (aim {AIMS[pair]})")
        if made:
            claims.append(f"make {row['make_cpu_s'] / made['make_cpu_s']:.1f} x the CPU of OSTree's (aim 2)")
        full = measured.get((filesystem, "full image, zstd -19"))
        if full:
            claims.append(f"apply {row['apply_cpu_s'] / max(full['apply_cpu_s'], 0.01):.1f} x the CPU of zstd -d (aim 3)")
        alone = measured.get((filesystem, "packing alone"))
        if alone:
            claims.append(f"packing alone takes {alone['make_cpu_s']:.0f} CPU s")
        print(f"\nEvenkeel on {filesystem}: " + "; ".join(claims) + ".")


# ---- The picture -----------------------------------------------------------------------------------------------------

SHOWN = {"ext4": ("#2b6cb0", "plain (ext4, or its files)"), "sqzst15": ("#dd6b20", "squashfs, zstd level 15")}
LEFT, RIGHT, BAR, WIDTH = 250, 860, 9, 960


def draw(table):
    """Bars of bytes for each method, on a plain and on a packed filesystem; one part of the picture for each pair."""
    parts, y = [], 64
    for pair in ("security", "app", "major"):
        bars = pair_bars(table, pair)
        if bars:
            part, y = draw_pair(TITLES[pair], bars, y)
            parts += part
    legend = []
    for place, (colour, words) in enumerate(SHOWN.values()):
        legend += [f'<rect x="{LEFT + 240 * place}" y="36" width="12" height="12" fill="{colour}"/>']
        legend += [text(LEFT + 240 * place + 18, 46, words)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" font-family="sans-serif" font-size="13" fill="#1f2933">'
    back = f'<rect width="{WIDTH}" height="{y}" fill="#ffffff"/>'
    title = text(20, 24, "What an update costs on the line, by method", 'font-size="18" font-weight="bold"')
    return "\n".join([head, back, title, *legend, *parts, "</svg>", ""])


def pair_bars(table, pair):
    """(method, {filesystem: bytes}) with the smallest first."""
    bars = []
    for method in METHODS:
        plain = table.get((pair, "ext4", method)) or table.get((pair, measure.FILES, method))
        packed = table.get((pair, "sqzst15", method))
        found = {name: row["bytes"] for name, row in (("ext4", plain), ("sqzst15", packed)) if row}
        if found and method != "packing alone":
            bars.append((method, found))
    return sorted(bars, key=lambda bar: min(bar[1].values()))


def draw_pair(title, bars, y):
    largest = max(max(found.values()) for _, found in bars)
    lines = [text(20, y + 14, title + ", MB", 'font-weight="bold"')]
    y += 26
    for method, found in bars:
        weight = 'font-weight="bold"' if method == "Evenkeel" else ""
        lines.append(text(LEFT - 10, y + BAR * len(found) / 2 + 5, method, f'text-anchor="end" {weight}'))
        for filesystem, count in found.items():
            length = (RIGHT - LEFT) * count / largest
            lines.append(f'<rect x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{SHOWN[filesystem][0]}"/>')
            lines.append(text(LEFT + length + 5, y + BAR, f"{count / 1e6:.1f}", 'font-size="10"'))
            y += BAR + 1
        y += 9
    return lines, y + 18


def text(x, y, words, more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{xml.sax.saxutils.escape(words)}</text>'


if __name__ == "__main__":
    main()
