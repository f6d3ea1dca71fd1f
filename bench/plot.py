# SPDX-License-Identifier: Apache-2.0
"""The results as one SVG: a line of dots for each operation and variant, and a panel for each kind of growth.
All axes are logarithmic, so that the same ratio is the same distance."""
import math
from xml.sax.saxutils import escape

from growth import KINDS

COLOURS = ["#1b6ca8", "#d1495b", "#66a182", "#8d6a9f", "#5c5c5c", "#edae49"]
WIDTH, LEFT, RIGHT = 900, 270, 30
ROW = 17
PANEL_WIDTH, PANEL_HEIGHT = 430, 220


class Axis:
    """From values to pixels. Ticks are powers of ten and their 2 and 5."""

    def __init__(self, values, begin, end):
        self.low = math.log10(min(values) * 0.85)
        self.high = math.log10(max(values) * 1.15)
        self.begin, self.end = begin, end

    def at(self, value):
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self.begin + part * (self.end - self.begin), 1)

    def ticks(self):
        values = [digit * 10 ** power for power in range(math.floor(self.low), math.ceil(self.high) + 1)
                  for digit in (1, 2, 5)]
        return [value for value in values if self.low <= math.log10(value) <= self.high]


class Drawing:
    def __init__(self):
        self.parts = []
        self.colours = {}

    def colour(self, name):
        return self.colours.setdefault(name, COLOURS[len(self.colours) % len(COLOURS)])

    def text(self, x, y, text, anchor="start", size=11, fill="#222"):
        self.parts.append(f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" fill="{fill}">'
                          f"{escape(text)}</text>")

    def line(self, x1, y1, x2, y2, stroke="#ddd", width=1.0):
        self.parts.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{stroke}" stroke-width="{width}"/>')

    def dot(self, x, y, fill):
        self.parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="{fill}"/>')

    def legend(self, x, y):
        for name, colour in self.colours.items():
            self.dot(x, y - 4, colour)
            self.text(x + 8, y, name)
            x += 24 + 7 * len(name)

    def document(self, height):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif">\n'
                f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n' + "\n".join(self.parts) + "\n</svg>\n")


def draw_table(drawing, cases, titles, top):
    """Dots at the median, a thin line on to the 95th percentile. Returns where it ends."""
    rows = list(dict.fromkeys((case["operation"], case["variant"]) for case in cases))
    known = [case for case in cases if case["figures"]]
    if not known:
        return top
    bottom = top + ROW * len(rows)
    axis = Axis([case["figures"][key] for case in known for key in ("wall_ms", "p95_ms")], LEFT, WIDTH - RIGHT)
    for tick in axis.ticks():
        drawing.line(axis.at(tick), top, axis.at(tick), bottom)
        drawing.text(axis.at(tick), bottom + 14, f"{tick:g}", "middle", 10)
    for number, (operation, variant) in enumerate(rows):
        drawing.text(LEFT - 10, top + ROW * (number + 0.7), f"{titles[operation]}, {variant}", "end")
    for case in known:
        y = top + ROW * (rows.index((case["operation"], case["variant"])) + 0.5)
        colour = drawing.colour(case["runtime"])
        drawing.line(axis.at(case["figures"]["wall_ms"]), y, axis.at(case["figures"]["p95_ms"]), y, colour, 1.5)
        drawing.dot(axis.at(case["figures"]["wall_ms"]), y, colour)
    drawing.text(WIDTH - RIGHT, bottom + 28, "wall time in ms: median, and on to the 95th percentile", "end", 10)
    return bottom + 50


def draw_growth(drawing, kind, of_names, left, top):
    drawing.text(left, top, KINDS[kind], size=12)
    # A size of 0 has no place on this axis: it stands a little left of 1.
    lines = {name: [(size or 0.5, value) for size, value in points if value] for name, points in of_names.items()}
    lines = {name: points for name, points in lines.items() if points}
    if not lines:
        return
    across = Axis([size for points in lines.values() for size, _ in points], left + 40, left + PANEL_WIDTH - 20)
    up = Axis([value for points in lines.values() for _, value in points], top + PANEL_HEIGHT - 40, top + 12)
    for tick in up.ticks():
        drawing.line(left + 40, up.at(tick), left + PANEL_WIDTH - 20, up.at(tick))
        drawing.text(left + 34, up.at(tick) + 4, f"{tick:g}", "end", 10)
    for size in sorted({size for points in lines.values() for size, _ in points}):
        drawing.text(across.at(size), top + PANEL_HEIGHT - 22, "0" if size == 0.5 else f"{size:g}", "middle", 10)
    for name, points in lines.items():
        colour = drawing.colour(name)
        places = [(across.at(size), up.at(value)) for size, value in points]
        for (x1, y1), (x2, y2) in zip(places, places[1:]):
            drawing.line(x1, y1, x2, y2, colour, 2)
        for x, y in places:
            drawing.dot(x, y, colour)


def draw(results, titles):
    """RESULTS is what --json writes."""
    drawing = Drawing()
    host = results["conditions"]
    drawing.text(20, 22, f"Linux {host['kernel']}, {host['processors']}", size=12)
    end = draw_table(drawing, results["cases"], titles, 60)
    kinds = [kind for kind, of_names in results["growth"].items() if of_names]
    for number, kind in enumerate(kinds):
        draw_growth(drawing, kind, results["growth"][kind], 20 + (number % 2) * PANEL_WIDTH,
                    end + 10 + (number // 2) * PANEL_HEIGHT)
    drawing.legend(24, 44)
    return drawing.document(end + PANEL_HEIGHT * math.ceil(len(kinds) / 2) + 10)
