"""Adds up JUnit result files and prints "N passed, N failed, N skipped".

Both lit and pytest write such files. Exits with 1 when a test failed or none ran.
"""

import sys
import xml.etree.ElementTree as ElementTree


def count(path):
    """The number of passed, failed and skipped test cases of one file."""
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main(paths):
    if not paths:
        sys.exit("count-results.py expects the names of JUnit result files")
    passed, failed, skipped = map(sum, zip(*map(count, paths)))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
