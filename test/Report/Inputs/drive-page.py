"""Uses a page of cnn-report in headless Chromium: drive-page.py CHROMIUM PAGE.

A script is added to a copy of the page, whose policy must go for that: it clicks on headers and types
into the filter, and leaves the names of the rows in the page, which are printed.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

SCRIPT = """
const table = document.querySelector("table.layers");
const lines = [];
const show = what => {
  const rows = [...table.tBodies[0].rows].filter(row => row.checkVisibility());
  lines.push(what + ": " + rows.map(row => row.cells[1].textContent).join(" "));
};
const click = name => {
  const header = [...table.tHead.rows[0].cells].find(cell => cell.textContent === name);
  header.querySelector("button").click();
  show(name + " " + header.getAttribute("aria-sort"));
};
show("at first");
for (const name of ["MACs", "MACs", "layer", "layer", "output", "#"])
  click(name);
const field = document.querySelector("input");
for (const text of ["conv", "CONV 2", ""]) {
  field.value = text;
  field.dispatchEvent(new Event("input"));
  show("filter '" + text + "'" + document.querySelector("output").textContent);
}
document.title = lines.join(";");
"""


def main():
    chromium, path = sys.argv[1:]
    text = pathlib.Path(path).read_text(encoding="utf-8")
    text = re.sub("<meta http-equiv.*?>", "", text)
    text = text.replace("</body>", f"<script>{SCRIPT}</script></body>")
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page.html"
        page.write_text(text, encoding="utf-8")
        shown = subprocess.run(
            [chromium, "--headless", "--no-sandbox", "--disable-gpu",
             f"--user-data-dir={folder}/profile", "--dump-dom", page.as_uri()],
            capture_output=True, text=True, timeout=120, check=True).stdout
    title = re.search("<title>(.*?)</title>", shown).group(1)
    print(title.replace(";", "\n"))


if __name__ == "__main__":
    main()
