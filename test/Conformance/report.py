"""Tables of results."""

import collections
import json

from cases import ENGINES

COLUMNS = ["cases", "native", "reference", "with constants", "refused", "failed"]


def count(results):
    """One number for each of COLUMNS.

    native and reference count what passes there; refused and failed what one engine or both
    refuse or compute wrongly; with constants what passes only with its inputs made constants.
    """
    counts = collections.Counter(cases=len(results))
    for result in results:
        statuses = {name: result.outcomes[name].status for name in ENGINES}
        for name, status in statuses.items():
            counts[name] += status == "passed"
        passed = set(statuses.values()) == {"passed"}
        counts["both"] += passed
        counts["with constants"] += passed and result.with_constants
        failed = bool({"differs", "crashed"} & set(statuses.values()))
        counts["failed"] += failed
        counts["refused"] += not failed and not passed
    return counts


def get_rows(results):
    """The name and counts of each operator, of each folder and of all."""
    operators, folders = collections.defaultdict(list), collections.defaultdict(list)
    for result in results:
        operators[result.case.operator].append(result)
        folders[result.case.name.split("/")[0]].append(result)
    rows = [(name, count(group)) for name, group in sorted(operators.items()) if name not in folders]
    rows += [(name, count(group)) for name, group in folders.items()]
    return rows + [("all", count(results))]


def format_cells(counts):
    cells = [str(counts[column]) for column in COLUMNS]
    return [*cells, f"{100 * counts['both'] / counts['cases']:.1f} %"]


def print_table(results):
    rows = [("operator", [*COLUMNS, "in both"])]
    rows += [(name, format_cells(counts)) for name, counts in get_rows(results)]
    width = max(len(name) for name, _ in rows)
    for name, cells in rows:
        print(name.ljust(width), *(cell.rjust(14) for cell in cells))


def print_cases(results):
    for result in results:
        outcomes = ", ".join(
            f"{name} {outcome.status}" + (f" ({outcome.reason})" if outcome.reason else "")
            for name, outcome in result.outcomes.items()
        )
        print(f"{result.case.name}: {outcomes}{', with constants' * result.with_constants}")


def write_markdown(results, path):
    with open(path, "w") as file:
        header = ["operator", *COLUMNS, "in both"]
        print(f"| {' | '.join(header)} |", file=file)
        print(f"|---|{'---:|' * (len(header) - 1)}", file=file)
        for name, counts in get_rows(results):
            print(f"| {name} | {' | '.join(format_cells(counts))} |", file=file)


def write_json(results, path):
    described = {
        result.case.name: {
            "operator": result.case.operator,
            "with_constants": result.with_constants,
            **{
                name: {"status": outcome.status, "reason": outcome.reason}
                for name, outcome in result.outcomes.items()
            },
        }
        for result in results
    }
    table = {name: dict(counts) for name, counts in get_rows(results)}
    with open(path, "w") as file:
        json.dump({"cases": described, "table": table}, file, indent=1)


def summarize(results, problems):
    counts = count(results)
    return (
        f"{counts['cases']} cases: {counts['both']} passed in both engines "
        f"({counts['native']} natively, {counts['reference']} in the reference), "
        f"{counts['refused']} refused, {counts['failed']} failed; {len(problems)} unexpected"
    )
