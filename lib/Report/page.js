
"use strict";
// Sorts and filters the table of layers. Without it the table is in the order of
// the network.
(() => {
  const table = document.querySelector("table.layers");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const headers = [...table.tHead.rows[0].cells];

  const getKey = (row, column, isNumber) => {
    const text = row.cells[column].dataset.value;
    return isNumber && text !== "" ? Number(text) : text;
  };

  // Cells without a value are last, whichever the direction; equal ones stay in
  // the order of the network.
  const sort = (column, direction) => {
    const isNumber = headers[column].dataset.kind === "number";
    const sign = direction === "ascending" ? 1 : -1;
    const compare = (a, b) => {
      const first = getKey(a, column, isNumber), second = getKey(b, column, isNumber);
      if (first === "" || second === "")
        return (first === "") - (second === "");
      if (isNumber)
        return sign * (first - second);
      return sign * first.localeCompare(second, "en", {numeric: true});
    };
    body.append(...[...rows].sort(compare));
    for (const header of headers)
      header.setAttribute("aria-sort", header === headers[column] ? direction : "none");
  };

  headers.forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    header.replaceChildren(button);
    header.setAttribute("aria-sort", column === 0 ? "ascending" : "none");
    // Of numbers the largest are asked for first, except for the order itself.
    const isDescendingFirst = header.dataset.kind === "number" && column > 0;
    button.addEventListener("click", () => {
      const now = header.getAttribute("aria-sort");
      if (now === "none")
        sort(column, isDescendingFirst ? "descending" : "ascending");
      else
        sort(column, now === "ascending" ? "descending" : "ascending");
    });
  });

  const filter = document.createElement("div");
  filter.className = "filter";
  const label = document.createElement("label");
  const field = document.createElement("input");
  const count = document.createElement("output");
  field.type = "search";
  field.placeholder = "name or operation";
  label.append("Show only ", field);
  filter.append(label, count);
  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(word => word);
    let shown = 0;
    for (const row of rows) {
      const text = (row.cells[1].textContent + " " + row.cells[2].textContent).toLowerCase();
      row.hidden = !words.every(word => text.includes(word));
      shown += !row.hidden;
    }
    count.textContent = shown === rows.length ? "" : `${shown} of ${rows.length} layers`;
  };
  field.addEventListener("input", show);
  table.parentElement.before(filter);

  // A plot's mark leads to a row, which a filter may hide.
  addEventListener("hashchange", () => {
    const row = document.getElementById(location.hash.slice(1));
    if (!row || !row.hidden)
      return;
    field.value = "";
    show();
    row.scrollIntoView({block: "center"});
  });
})();
