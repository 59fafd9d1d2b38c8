"""A bar chart as SVG, without a plotting library."""

from xml.sax.saxutils import escape

ROW, LEFT, WIDTH, BARS = 34, 190, 860, 420
TOP, BOTTOM = 64, 46
COLOURS = ("#3b6fb6", "#9dbfe6", "#d98c3f", "#5c9e6b")


def text(x, y, content, anchor="start", size=13, weight="normal", colour="#222"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
            f'font-weight="{weight}" fill="{colour}">{escape(content)}</text>')


def box(x, y, width, height, colour):
    return (f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" '
            f'fill="{colour}"/>')


def choose_step(largest):
    """A round distance of grid lines, of which about five are wanted."""
    for step in (0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10):
        if largest / step <= 7:
            return step
    return largest / 5


def draw_axis(largest, bottom):
    """Grid lines with their numbers, and a strong one at 1, where both are equally fast."""
    step, value, parts = choose_step(largest), 0.0, []
    while value <= largest + 1e-9:
        x = LEFT + BARS * value / largest
        is_one = abs(value - 1) < 1e-9
        parts.append(f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{bottom}" '
                     f'stroke="{"#444" if is_one else "#ddd"}" stroke-width="{1.5 if is_one else 1}"/>')
        parts.append(text(x, bottom + 16, f"{value:g}", "middle", 12, colour="#555"))
        value += step
    if largest >= 1 and 1 % step > 1e-9:
        x = LEFT + BARS / largest
        parts.append(f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{bottom}" stroke="#444"/>')
    return parts


def draw_ratios(title, rows):
    """`rows` are (network, [(series, ratio, note)]): a group of bars for each network."""
    names = list(dict.fromkeys(bar[0] for _, bars in rows for bar in bars))
    largest = max(1.0, *(bar[1] for _, bars in rows for bar in bars)) * 1.05
    thickness = (ROW - 8) / max(len(names), 1)
    bottom = TOP + ROW * len(rows)
    height = bottom + BOTTOM
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
             f'width="{WIDTH}" height="{height}" font-family="sans-serif">',
             box(0, 0, WIDTH, height, "white"), text(12, 24, title, size=16, weight="bold")]
    for i, name in enumerate(names):
        parts.append(box(LEFT + 130 * i, 36, 12, 12, COLOURS[i % len(COLOURS)]))
        parts.append(text(LEFT + 18 + 130 * i, 47, name, colour="#444"))
    parts += draw_axis(largest, bottom)
    for row, (network, bars) in enumerate(rows):
        y = TOP + ROW * row
        parts.append(text(LEFT - 10, y + ROW / 2, network, "end"))
        for name, ratio, note in bars:
            i = names.index(name)
            length = BARS * ratio / largest
            parts.append(box(LEFT, y + thickness * i, length, thickness - 1, COLOURS[i % len(COLOURS)]))
            parts.append(text(LEFT + BARS + 14, y + thickness * (i + 1) - 2,
                              f"{ratio:.2f}   {note}", size=11, colour="#333"))
    parts.append(text(LEFT + BARS / 2, bottom + 36,
                      "time of ONNX Runtime / time of cnnc: beyond 1 cnnc is faster", "middle", 12))
    return "\n".join([*parts, "</svg>"]) + "\n"
