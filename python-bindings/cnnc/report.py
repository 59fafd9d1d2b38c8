"""Figures of a network, for people, pandas and notebooks."""

from __future__ import annotations

import html
import json
import numbers
from typing import Any, Dict, List

_STYLE = (
    "text-align:right;padding:2px 8px;white-space:nowrap;font-variant-numeric:tabular-nums"
)


class Report(List[Dict[str, Any]]):
    """A row for each layer, in the order of the network; `pandas.DataFrame(report)` is its table.

    The columns are those of `cnn-report --format=json`, which docs/Reports.md explains: `macs` are
    multiply-adds and `flops` operations for one image, `parameters` and `activations` elements,
    columns that end in `bytes` bytes, `field` and `stride` pixels of the input.
    """

    model: str
    """The name of the network."""
    total: Dict[str, Any]
    """The sums of all layers; of `live_bytes` the largest."""
    summary: Dict[str, Any]
    """What the report says of the network beside its layers and their sums."""

    def __init__(self, text: str) -> None:
        data = json.loads(text)
        super().__init__(data.pop("layers"))
        self.model = data.pop("model", "")
        self.total = data.pop("total", {})
        self.summary = data

    def _repr_html_(self) -> str:
        columns = list(self[0]) if self else []
        head = "".join(f"<th style='{_STYLE}'>{html.escape(name)}</th>" for name in columns)
        body = "".join(self._make_row(row, columns) for row in self)
        foot = self._make_row(self.total, columns, bold=True)
        return (
            f"<table><caption>{html.escape(self.model)}: {len(self)} layers</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody><tfoot>{foot}</tfoot></table>"
        )

    def _make_row(self, row: Dict[str, Any], columns: List[str], bold: bool = False) -> str:
        weight = ";font-weight:bold" if bold else ""
        cells = (
            f"<td style='{_STYLE}{weight}{'' if bold else self._make_bar(name, row.get(name))}'>"
            f"{html.escape(format_value(row.get(name, '')))}</td>"
            for name in columns
        )
        return f"<tr>{''.join(cells)}</tr>"

    def _make_bar(self, column: str, value: Any) -> str:
        """A bar behind a number, as long as its share of what all layers have."""
        whole = self.total.get(column)
        if not is_number(value) or not is_number(whole) or not 0 < value <= whole:
            return ""
        percent = 100 * value / whole
        return f";background:linear-gradient(90deg,#8ab4f855 {percent:.1f}%,transparent {percent:.1f}%)"


def is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def format_value(value: Any) -> str:
    """A value as a cell shows it: 1,234, 0.25, 1x16x28x28."""
    if value is None:
        return "-"
    if isinstance(value, list):
        separator = ", " if any(isinstance(part, list) for part in value) else "x"
        return separator.join(format_value(part) for part in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}" if abs(value) >= 10000 else str(value)
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)
