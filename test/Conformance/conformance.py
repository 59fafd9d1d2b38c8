"""Runs ONNX's own test cases in both engines and compares with what is expected.

A case is a folder with a model and test data. It is compiled and run, and interpreted. In each
engine it passes, is refused with a message, or fails: wrong numbers, a crash, no message. What
does not pass must be in the list of expected failures, and what is there must not pass.
"""

import argparse
import concurrent.futures
import os
import sys

import cases
import expectations
import exported
import report

HERE = os.path.dirname(os.path.abspath(__file__))
TEST_DATA = "/usr/share/libonnx-testdata/data"
FOLDERS = ["node", "pytorch-converted", "pytorch-operator", "simple"]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folders",
        nargs="*",
        metavar="FOLDER",
        help=f"folders of cases; by default {', '.join(FOLDERS)} of --data",
    )
    parser.add_argument("--data", default=TEST_DATA, help=f"by default {TEST_DATA}")
    parser.add_argument(
        "--filter", default="", metavar="TEXT", help="only cases whose name has TEXT"
    )
    parser.add_argument(
        "--per-operator",
        type=int,
        metavar="N",
        help="at most N cases of each operator and folder, always the same",
    )
    parser.add_argument("--list", action="store_true", help="print the cases, run none")
    parser.add_argument("-v", action="store_true", help="print a line for each case")
    parser.add_argument(
        "-j", type=int, default=os.cpu_count(), help="how many cases run at a time"
    )
    parser.add_argument("--cnn-run", default="cnn-run", help="by default the one in PATH")
    parser.add_argument(
        "--export", action="store_true", help="run what cnn-translate --emit=onnx writes of a case"
    )
    parser.add_argument("--cnn-translate", default="cnn-translate", help="for --export")
    parser.add_argument(
        "--expected",
        default=os.path.join(HERE, "expected-failures.txt"),
        help="the list of expected failures",
    )
    parser.add_argument(
        "--tolerances",
        default=os.path.join(HERE, "tolerances.txt"),
        help="cases that need more than ONNX's tolerances",
    )
    parser.add_argument("--json", metavar="FILE", help="write each case and the totals")
    parser.add_argument("--markdown", metavar="FILE", help="write the table")
    return parser.parse_args()


def make_runner(arguments):
    tolerances = expectations.read_tolerances(arguments.tolerances)
    if not arguments.export:
        return cases.Runner(arguments.cnn_run, tolerances)
    return exported.ExportingRunner(arguments.cnn_run, arguments.cnn_translate, tolerances)


def run_all(found, runner, jobs):
    """The results in the order of the cases; ^C ends after the cases that run."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(runner.run, found))


def main():
    arguments = parse_arguments()
    folders = arguments.folders or [os.path.join(arguments.data, name) for name in FOLDERS]
    found = cases.find(folders, arguments.filter)
    if not found:
        sys.exit(f"no case whose name has '{arguments.filter}' in {', '.join(folders)}")
    if arguments.per_operator:
        found = cases.choose(found, arguments.per_operator)
    expected = expectations.read(arguments.expected)
    if arguments.export:
        expected = expectations.read(os.path.join(HERE, "export-failures.txt")) + expected
    if arguments.list:
        for case in found:
            print(case.name, f"({case.operator})")
        return 0
    results = run_all(found, make_runner(arguments), arguments.j)
    is_complete = not (arguments.filter or arguments.per_operator)
    problems = expectations.check(results, expected, is_complete)
    if arguments.v:
        report.print_cases(results)
    report.print_table(results)
    if arguments.json:
        report.write_json(results, arguments.json)
    if arguments.markdown:
        report.write_markdown(results, arguments.markdown)
    for problem in problems:
        print(problem)
    print(report.summarize(results, problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
