"""Is the block of weights of one object at most a part of that of another?

usage: check-weights-size.py OBJECT OTHER PART
"""

import subprocess
import sys


def get_size(path):
    symbols = subprocess.run(["llvm-nm", "-S", path], stdout=subprocess.PIPE, text=True, check=True)
    for line in symbols.stdout.splitlines():
        words = line.split()
        if words[-1].endswith("_weights") and len(words) == 4:
            return int(words[1], 16)
    sys.exit(f"{path} has no weights")


size, other = get_size(sys.argv[1]), get_size(sys.argv[2])
if size > float(sys.argv[3]) * other:
    sys.exit(f"{size} bytes of {other} are more than {sys.argv[3]} of them")
