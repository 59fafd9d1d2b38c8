"""Runs the commands of a page one after the other, until one fails: run-page.py PAGE PROGRAM...

Commands are the lines of code blocks that start with one of the programs; others are left out.
"""

import pathlib
import re
import subprocess
import sys


def main():
    page, *programs = sys.argv[1:]
    for block in re.findall(r"```\n(.*?)```", pathlib.Path(page).read_text(), re.S):
        for line in block.splitlines():
            if line.split(" ")[0] in programs:
                print(f"$ {line}", flush=True)
                if subprocess.run(line, shell=True).returncode != 0:
                    sys.exit(f"failed: {line}")


if __name__ == "__main__":
    main()
