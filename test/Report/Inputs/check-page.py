"""Reads a page of cnn-report as a browser would and prints what it shows:
check-page.py PAGE. Fails if a tag, a script or an address is none of the page's own.
"""

import base64
import hashlib
import html.parser
import re
import sys
import xml.etree.ElementTree

SVG = "{http://www.w3.org/2000/svg}"
TAGS = set("""html head meta title style body main h1 h2 nav p a dl div dt dd table thead tbody
    tfoot tr th td i figure figcaption section svg g rect circle line path text script""".split())
EMPTY = {"meta", "rect", "circle", "line", "path"}


class Page(html.parser.HTMLParser):
    """Tags that are opened and closed in order, with the text of some."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows, self.columns, self.addresses = [], [], [], set()
        self.texts = {}
        self.policy = None
        self.feed(text)
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        assert tag in TAGS, f"unexpected tag {tag}"
        attributes = dict(attributes)
        for name, value in attributes.items():
            assert not name.startswith("on"), f"unexpected attribute {name}"
            if name in ("href", "src"):
                self.addresses.add(value)
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"{tag} is closed out of order"

    def handle_data(self, data):
        tag = "/".join(self.open[-2:])
        self.texts[tag] = self.texts.get(tag, "") + data
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data


def check_scripts(page, text):
    assert text.count("<script") == 1
    digest = base64.b64encode(hashlib.sha256(page.texts["body/script"].encode()).digest()).decode()
    assert page.policy.startswith("default-src 'none'"), page.policy
    assert page.policy.endswith(f"script-src 'sha256-{digest}'"), page.policy


def get_plots(text):
    """The plots by name, as XML."""
    figures = re.findall(r'<figure id="(\w+)">.*?(<svg.*?</svg>)', text, re.S)
    return {name: xml.etree.ElementTree.fromstring(plot) for name, plot in figures}


def get_marks(plot):
    """What the pointer shows something of."""
    return [mark for mark in plot if mark.find(f"{SVG}title") is not None]


def print_peak(plot):
    marks = get_marks(plot)
    number = next(i for i, mark in enumerate(marks)
                  if mark.find(f"{SVG}circle") is not None)
    circle = marks[number].find(f"{SVG}circle")
    x = float(circle.get("cx"))
    bands = [mark.find(f"{SVG}rect") for mark in marks if mark.find(f"{SVG}rect") is not None]
    band = next(i for i, rect in enumerate(bands)
                if float(rect.get("x")) < x < float(rect.get("x")) + float(rect.get("width")))
    print(f"peak in band {band + 1} of {len(bands)}:", marks[band].find(f"{SVG}title").text
          .replace("\n", ": "))
    print("label:", next(text.text for text in plot.iter(f"{SVG}text")
                         if text.text.startswith("peak")))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    page = Page(text)
    check_scripts(page, text)
    print("title:", page.texts["head/title"])
    plots = get_plots(text)
    for name, plot in plots.items():
        print(f"plot {name}: {len(get_marks(plot))} marks")
    print_peak(plots["live_bytes"])
    table = next(i for i, row in enumerate(page.rows) if row[0] == "#")
    for row in page.rows[table:]:
        print(" | ".join(row))
    elsewhere = [address for address in page.addresses if not address.startswith("#")]
    assert not elsewhere, elsewhere
    assert not re.search(r"url\(|@import", page.texts["head/style"])
    for address in page.addresses:
        assert f'id="{address[1:]}"' in text, f"{address} is nowhere"
    print("addresses: all within the page")


if __name__ == "__main__":
    main()
