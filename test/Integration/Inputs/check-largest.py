"""Compares the largest numbers that two programs have printed: check-largest.py EXPECTED GOT

Both are files with lines "[index] number", as cnn-run and the examples of packages print them.
"""

import math
import re
import sys


def read(path):
    with open(path) as file:
        return [(int(index), float(number))
                for index, number in re.findall(r"\[(\d+)\] (\S+)", file.read())]


def main():
    expected, got = read(sys.argv[1]), read(sys.argv[2])
    same = len(expected) == len(got) > 0 and all(
        i == j and math.isclose(x, y, rel_tol=1e-3, abs_tol=1e-4)
        for (i, x), (j, y) in zip(expected, got))
    print("same" if same else f"different: expected {expected}, got {got}")
    sys.exit(not same)


if __name__ == "__main__":
    main()
