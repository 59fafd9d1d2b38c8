"""Checks that two networks computed the same but for rounding: check-low-rank.py FILE,
which `cnn-run --compare-with --json` has written."""

import json
import sys

with open(sys.argv[1]) as file:
    compared = json.load(file)
for layer in compared["layers"] + compared["outputs"]:
    if not layer["sqnr_db"] is None and layer["sqnr_db"] < 100:
        sys.exit(f"{layer['name']}: {layer['sqnr_db']} dB")
