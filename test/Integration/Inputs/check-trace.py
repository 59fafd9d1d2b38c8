"""Checks a trace of cnn-run against the rules of Chrome's Trace Event Format and prints what it shows:
check-trace.py TRACE.
"""

import json
import sys


def to_nanoseconds(microseconds):
    nanoseconds = round(microseconds * 1000)
    assert abs(nanoseconds - microseconds * 1000) < 1e-3, microseconds
    assert nanoseconds >= 0, microseconds
    return nanoseconds


def check_nesting(events):
    """Each event of a row lies within the one that is open, or begins after its end."""
    open_ends, last, deepest = [], 0, 0
    for event in events:
        begin = to_nanoseconds(event["ts"])
        end = begin + to_nanoseconds(event["dur"])
        assert begin >= last, f"{event['name']} is out of order"
        last = begin
        while open_ends and open_ends[-1] <= begin and not end == begin == open_ends[-1]:
            open_ends.pop()
        assert not open_ends or end <= open_ends[-1], f"{event['name']} overlaps"
        open_ends.append(end)
        deepest = max(deepest, len(open_ends))
    return deepest


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        trace = json.load(file)
    assert trace["displayTimeUnit"] in ("ms", "ns")
    rows, names = {}, {}
    for event in trace["traceEvents"]:
        assert event["ph"] in ("M", "X", "C"), event
        assert isinstance(event["name"], str) and event["name"], event
        assert event["pid"] == 1 and event["ts"] >= 0, event
        if event["ph"] == "X":
            assert isinstance(event["cat"], str), event
            rows.setdefault(event["tid"], []).append(event)
        elif event["ph"] == "M":
            names[event["name"], event["tid"]] = event["args"]["name"]
        else:
            assert list(event["args"].values())[0] >= 0, event
    print("process:", names["process_name", 0])
    for row, events in sorted(rows.items()):
        print(f"{names['thread_name', row]}: depth {check_nesting(events)},",
              len([event for event in events if event["cat"] != "layer"]), "events")
    for event in rows[0]:
        if event["cat"] == "network":
            continue
        arguments = event.get("args", {})
        print(event["cat"], event["name"], arguments.get("detail", ""),
              arguments.get("shape", ""), arguments.get("flops", ""))
        for key in ("gflops", "percent_of_peak", "gigabytes_per_second", "predicted_us"):
            assert event["cat"] != "kernel" or arguments[key] >= 0, event


if __name__ == "__main__":
    main()
