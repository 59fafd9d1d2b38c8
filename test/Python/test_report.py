"""Module.report."""

import json
import os
import subprocess

import numpy
import pytest

import cnnc


def test_is_what_cnn_report_prints(lenet, lenet_file, build):
    text = subprocess.run(
        [os.path.join(build, "bin", "cnn-report"), lenet_file, "--format=json"],
        capture_output=True,
        check=True,
    ).stdout
    expected = json.loads(text)
    report = lenet.report()
    assert list(report) == expected["layers"] and report.total == expected["total"]
    assert report.model == "lenet"
    assert report.summary["peak"] == expected["peak"]


def test_is_a_table_of_pandas(lenet):
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(lenet.report())
    assert table["macs"].sum() == lenet.report().total["macs"]
    assert table.loc[0, "layer"] == "/conv1/Conv"
    assert len(table) == len(lenet.report())


def test_shows_as_html(lenet):
    html = lenet.report()._repr_html_()
    assert html.startswith("<table>") and html.endswith("</table>")
    assert html.count("<tr>") == len(lenet.report()) + 2
    assert "<td" in html and "1x16x28x28" in html and "3,484,224" in html
    assert "linear-gradient" in html


def test_html_of_names_that_are_no_html():
    report = cnnc.Report('{"model": "<b>", "layers": [{"layer": "<script>", "macs": 1}], "total": {}}')
    assert "<script>" not in report._repr_html_() and "&lt;script&gt;" in report._repr_html_()
    assert cnnc.Report('{"layers": []}')._repr_html_().startswith("<table>")


def test_sizes_of_constants(lenet):
    report = lenet.report(sizes=True)
    assert len(report) > 0 and "dense" in report.total or "dense_bytes" in report.total


def test_reports_for_other_machines(lenet):
    small = lenet.report(target="aarch64-linux-gnu", cpu="cortex-a53")
    large = lenet.report(cpu="x86-64-v3")
    assert small.total["predicted_ms"] > large.total["predicted_ms"]
    assert "algorithm" in large[0] and large[0]["algorithm"]
    assert lenet.report(compile=False)[0].get("algorithm") in (None, "")
    with pytest.raises(cnnc.Error, match="unknown cpu 'toaster'"):
        lenet.report(cpu="toaster")
