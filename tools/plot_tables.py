#!/usr/bin/env python3
"""Draws the figures of the documentation's tables as small SVGs in docs/images.

Usage: plot_tables.py [--check]
  --check  write nothing; exit with 1 and a line for each picture that is not what its table says

  docs/images/speed.svg    the live frames of dfn3 in bench/RESULTS.md
  docs/images/quality.svg  SI-SDR at each level, the first table of docs/quality.md

The pictures follow the reader's theme, light or dark. Standard library only.
"""

import math
import re
import sys
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence, Tuple
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 760
LABEL = 300  # room for the names of the rows
RIGHT = 96  # room for the numbers behind the bars
BAR = 13
GAP = 12
TOP = 62

# Light and dark; text has a contrast of at least 4.5 to 1 on either page, bars of 3 to 1.
STYLE = """
text { font: 13px system-ui, Helvetica, Arial, sans-serif; fill: #1b1b1f; }
.page { fill: #fff; }
.title { font-weight: 600; font-size: 15px; }
.quiet { fill: #55565e; }
.axis { stroke: #85868e; }
.a { fill: #a3237f; } .b { fill: #3f6fb5; } .c { fill: #8a7b12; }
@media (prefers-color-scheme: dark) {
  .page { fill: #17171b; } text { fill: #ececf1; } .quiet { fill: #aeafb9; } .axis { stroke: #7d7e88; }
  .a { fill: #f08cd0; } .b { fill: #8db4f0; } .c { fill: #cfc04e; }
}
"""


class Bar(NamedTuple):
    series: int
    value: float
    text: str


class Chart(NamedTuple):
    title: str
    unit: str
    series: Sequence[str]
    rows: Sequence[Tuple[str, Sequence[Bar]]]


def table_after(text: str, heading: str) -> List[List[str]]:
    """The cells of the first table behind a heading, without the line of dashes."""
    found = re.search(rf"^{re.escape(heading)}$(.*?)(^\|.*?)(?:\n\n|\Z)", text, re.M | re.S)
    if not found:
        raise SystemExit(f"no table behind {heading!r}")
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in found.group(2).splitlines()]
    rows = [row for row in rows if not set("".join(row)) <= set("-: ")]
    return rows


def speed() -> Chart:
    text = (ROOT / "bench/RESULTS.md").read_text(encoding="utf-8")
    dfn3 = text[text.index("\n## dfn3\n") :]
    table = table_after(dfn3, "### Live: one frame a call")
    head = [cell.lower() for cell in table[0]]
    median = head.index("median") - len(head)
    rows = []
    for row in table[1:]:
        bars = []
        for series, column in enumerate((median, median + 1)):
            value = float(row[column])
            bars.append(Bar(series, value, f"{value:.0f}"))
        rows.append((row[0], bars))
    return Chart("One live frame of 10 ms, dfn3", "microseconds; 10000 are real time", ("median", "99th percentile"), rows)


def quality() -> Chart:
    text = (ROOT / "docs/quality.md").read_text(encoding="utf-8")
    table = table_after(text, "## What it brings")
    rows = []
    for row in table[1:]:
        bars: List[Bar] = []
        for series, cell in enumerate(row[-3:]):
            # "the same bits" are those of keep.
            value = bars[0].value if cell == "the same bits" else float(cell.split("/")[0])
            bars.append(Bar(series, value, f"{value:.1f}"))
        rows.append((row[0], bars))
    return Chart("Speech at any level, dfn3", "SI-SDR in dB; more is better", ("--level keep", "file", "stream"), rows)


def round_step(span: float) -> float:
    power = 10 ** math.floor(math.log10(span / 4))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= span / 4)


def place(value: float, low: float, high: float) -> float:
    return LABEL + (value - low) / (high - low) * (WIDTH - LABEL - RIGHT)


def draw(chart: Chart) -> str:
    values = [bar.value for _, bars in chart.rows for bar in bars]
    low, high = min(0.0, *values), max(values)
    height = TOP + sum(len(bars) * BAR + GAP for _, bars in chart.rows) + 34
    names = ", ".join(chart.series)
    words = "; ".join(f"{name}: " + ", ".join(bar.text for bar in bars) for name, bars in chart.rows)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(chart.title)}</title>",
        f"<desc>{escape(f'{chart.unit}. {names}. {words}.')}</desc>",
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{WIDTH}" height="{height}" rx="6"/>',
        f'<text class="title" x="8" y="22">{escape(chart.title)}</text>',
        f'<text class="quiet" x="8" y="44">{escape(chart.unit)}</text>',
    ]
    x = float(LABEL)
    for series, name in enumerate(chart.series):
        out.append(f'<rect class="{"abc"[series]}" x="{x:.0f}" y="34" width="12" height="12"/>')
        out.append(f'<text x="{x + 17:.0f}" y="44">{escape(name)}</text>')
        x += 17 + 7.2 * len(name) + 22
    y = float(TOP)
    for name, bars in chart.rows:
        middle = y + len(bars) * BAR / 2 + 4.5
        for number, line in enumerate(wrapped(name)):
            shift = 15 * number - 7.5 * (len(wrapped(name)) - 1)
            out.append(f'<text x="{LABEL - 10}" y="{middle + shift:.1f}" text-anchor="end">{escape(line)}</text>')
        for bar in bars:
            left, right = sorted((place(0.0, low, high), place(bar.value, low, high)))
            out.append(
                f'<rect class="{"abc"[bar.series]}" x="{left:.1f}" y="{y:.1f}" '
                f'width="{max(right - left, 1):.1f}" height="{BAR - 2}"/>'
            )
            out.append(f'<text class="quiet" x="{right + 5:.1f}" y="{y + 10:.1f}">{bar.text}</text>')
            y += BAR
        y += GAP
    step = round_step(high - low)
    tick = math.ceil(low / step) * step
    while tick <= high:
        at = place(tick, low, high)
        out.append(f'<line class="axis" x1="{at:.1f}" x2="{at:.1f}" y1="{y:.1f}" y2="{y + 5:.1f}"/>')
        out.append(f'<text class="quiet" x="{at:.1f}" y="{y + 19:.1f}" text-anchor="middle">{tick:g}</text>')
        tick += step
    zero = place(0.0, low, high)
    out.append(f'<line class="axis" x1="{zero:.1f}" x2="{zero:.1f}" y1="{TOP - 4}" y2="{y:.1f}"/>')
    out.append(f'<line class="axis" x1="{LABEL}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
    return "\n".join(out) + "\n</svg>\n"


def wrapped(name: str) -> List[str]:
    """A name in lines of 42 characters at most, where it has spaces."""
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > 42:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def main() -> int:
    if sys.argv[1:] not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    check = bool(sys.argv[1:])
    pictures: Dict[str, Chart] = {"speed.svg": speed(), "quality.svg": quality()}
    status = 0
    for name, chart in pictures.items():
        path = ROOT / "docs/images" / name
        text = draw(chart)
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            print(f"{path.relative_to(ROOT)}: is not what its table says; make pictures draws it")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
