"""The list of expected failures, the list of tolerances, and what contradicts them.

Lines of expected-failures.txt are `pattern: category: reason`; of tolerances.txt
`pattern: rtol atol: reason`. Patterns are those of shells; the first that matches counts.
`native` before the category says that only compiling is not supported.
"""

import dataclasses
import fnmatch

# ONNX's own, onnx/backend/test/runner/__init__.py.
RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE = 1e-3, 1e-7

# Why something is not supported. Only what is `different` computes other numbers.
CATEGORIES = {
    "training": "inference only",
    "strings": "tensors of strings",
    "sequences": "sequences and optional values at run time",
    "control flow": "branches and loops that depend on run-time data",
    "dynamic shape": "shapes that depend on run-time data",
    "random": "random numbers",
    "malformed": "test data that contradict their model",
    "different": "numbers that differ on purpose",
    "not yet": "could be supported",
}


@dataclasses.dataclass
class Expectation:
    pattern: str
    category: str
    reason: str
    native_only: bool = False
    is_used: bool = False

    def allows(self, engine, outcome):
        if self.native_only and engine == "reference":
            return outcome.status == "passed"
        if self.category == "different":
            return outcome.status == "differs"
        return outcome.status == "refused"


def read_lines(path):
    """The lines split at colons into three parts."""
    with open(path) as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            parts = [part.strip() for part in line.split(":", 2)]
            if len(parts) != 3 or not all(parts):
                raise SystemExit(f"{path}:{number}: expected three parts between colons")
            yield f"{path}:{number}", parts


def read(path):
    entries = []
    for place, (pattern, category, reason) in read_lines(path):
        native_only = category.startswith("native ")
        category = category.removeprefix("native ")
        if category not in CATEGORIES:
            known = ", ".join(CATEGORIES)
            raise SystemExit(f"{place}: expected a category of {known}; got '{category}'")
        entries.append(Expectation(pattern, category, reason, native_only))
    return entries


class Tolerances:
    def __init__(self, entries):
        self.entries = entries

    def get(self, case):
        """The relative and the absolute tolerance; integers are exact."""
        for pattern, tolerances in self.entries:
            if fnmatch.fnmatch(case.name, pattern):
                return tolerances
        return (0, 0) if case.is_exact else (RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE)


def read_tolerances(path):
    return Tolerances(
        [
            (pattern, tuple(map(float, numbers.split())))
            for _, (pattern, numbers, _) in read_lines(path)
        ]
    )


def check(results, expected, is_complete):
    """A line for each result that is not expected and each expectation without a case."""
    problems = []
    for result in results:
        name = result.case.name
        entry = next((one for one in expected if fnmatch.fnmatch(name, one.pattern)), None)
        if entry:
            entry.is_used = True
        for engine, outcome in result.outcomes.items():
            if entry and entry.allows(engine, outcome):
                continue
            if outcome.status != "passed":
                problems.append(f"UNEXPECTED {outcome.status} {engine}: {name}: {outcome.reason}")
            elif entry and not (entry.native_only and engine == "reference"):
                problems.append(f"UNEXPECTED pass {engine}: {name}: listed as {entry.pattern}")
    groups = {result.case.name.split("/")[0] for result in results}
    if is_complete:
        problems += [
            f"UNUSED {entry.pattern}: matches no case"
            for entry in expected
            if not entry.is_used and entry.pattern.split("/")[0] in groups
        ]
    return problems
