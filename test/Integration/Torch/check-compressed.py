"""Checks that a network became small enough and not much worse:
check-compressed.py SIZES.json LEAST_RATIO BEFORE.json AFTER.json MOST_POINTS

SIZES.json is from cnn-report --sizes, the others are from cnn-run --dataset."""

import json
import pathlib
import sys

sizes, before, after = (json.loads(pathlib.Path(sys.argv[i]).read_text()) for i in (1, 3, 4))
ratio = sizes["total"]["ratio"]
errors = [100 - run["top1_percent"] for run in (before, after)]
print(f"{ratio:.1f} times smaller, error {errors[0]:.2f} % -> {errors[1]:.2f} %")
assert ratio >= float(sys.argv[2]), f"expected at least {sys.argv[2]} times"
assert errors[1] <= errors[0] + float(sys.argv[5]) + 1e-9, f"expected at most {sys.argv[5]} points more"
