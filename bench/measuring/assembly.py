"""Loops of ARM assembly, and what llvm-mca expects of them."""

import dataclasses
import json
import re
import shutil
import subprocess

# What instructions multiply and add up.
MULTIPLY_ADDS = [(re.compile(rf"\s({pattern})"), count) for pattern, count in (
    (r"fmla\s+v\d+\.8h", 8), (r"fmla\s+v\d+\.(4s|4h)", 4), (r"fmla\s+v\d+\.2s", 2),
    (r"fmadd\s+s", 1), (r"u?s?mmla\s", 32), (r"[us]+dot\s+v\d+\.4s", 16),
    (r"[us](mull|mlal)2?\s+v\d+\.8h", 8), (r"[us](mull|mlal)2?\s+v\d+\.4s", 4),
    (r"v(mla|fma)\.f32\s+q", 4), (r"v(mla|fma)\.f32\s+d", 2), (r"v(mla|fma)\.f32\s+s", 1),
    (r"v(mull|mlal)\.[us]8\s", 8), (r"v(mull|mlal)\.[us]16\s", 4))]
LABEL = re.compile(r"\s*(\.LBB\w+):")
BRANCH = re.compile(r"\s+(?:b|b\.\w+|cbn?z|tbn?z|b(?:eq|ne|l[teos]|g[te]|h[is]|cc|cs|mi|pl))"
                    r"\s.*?(\.LBB\w+)")
LOAD = re.compile(r"\s(ldp|ldu?r|ld1r?|vld\w+)[.\s]")
# An ARM address in the stack has a register of its own.
STACK_ADDRESS = re.compile(r"\s(?:add|sub|mov)\s+(\w+), sp\b")
VECTOR_ACCESS = re.compile(r"\s(?:ldp|stp|ldu?r|stu?r)\s+[qds]\d+.*\[(sp)\b"
                           r"|\sv(?:ld|st)\w+(?:\.\d+)?\s.*?\[?\b(sp|r\d+|lr)\b")


def count_multiply_adds(line):
    return next((count for pattern, count in MULTIPLY_ADDS if pattern.search(line)), 0)


@dataclasses.dataclass
class Loop:
    """The instructions of a loop that has no other in it."""
    function: str
    body: list
    depth: int

    def __post_init__(self):
        counts = [count_multiply_adds(line) for line in self.body]
        self.multiply_adds = sum(counts)
        self.products = sum(count > 0 for count in counts)
        self.loads = sum(bool(LOAD.search(line)) for line in self.body)
        self.spills = self.count_spills()

    def count_spills(self):
        """Vectors that are loaded from the stack or stored there."""
        count, addresses = 0, {"sp"}
        for line in self.body:
            if address := STACK_ADDRESS.search(line):
                addresses.add(address[1])
            elif access := VECTOR_ACCESS.search(line):
                count += (access[1] or access[2]) in addresses
        return count

    def get_weight(self):
        """Which loop of a function takes the time: the innermost of most loops, and there the one
        that does most. Transforms and the like have other instructions than products."""
        is_product = 3 * self.products >= len(self.body)
        return is_product, self.multiply_adds * 8 ** self.depth

    def get_main_product(self):
        """The instruction that multiplies most."""
        lines = [line for line in self.body if count_multiply_adds(line)]
        names = [line.split()[0] for line in lines]
        return max(lines, key=lambda line: names.count(line.split()[0]))


def split_functions(text):
    """Names and lines of the functions."""
    for part in re.split(r"\n(?=[A-Za-z_]\w*:)", text):
        lines = part.splitlines()
        yield lines[0].split(":")[0], lines[1:]


def find_loops(text):
    """All loops that have no other in them."""
    innermost = []
    for name, lines in split_functions(text):
        labels, loops = {}, []
        for number, line in enumerate(lines):
            if label := LABEL.match(line):
                labels[label[1]] = number
            elif (branch := BRANCH.match(line)) and branch[1] in labels:
                loops.append((labels[branch[1]], number))
        for first, last in loops:
            if any(first <= start and end <= last and (start, end) != (first, last)
                   for start, end in loops):
                continue
            depth = sum(start <= first and last <= end for start, end in loops)
            body = [line for line in lines[first:last + 1] if re.match(r"\t[a-z]", line)]
            innermost.append(Loop(name, body, depth))
    return innermost


def find_hot_loops(text):
    """Of each function that has products, the loop that takes the time."""
    hottest = {}
    for loop in find_loops(text):
        if loop.multiply_adds == 0:
            continue
        known = hottest.get(loop.function)
        if not known or loop.get_weight() > known.get_weight():
            hottest[loop.function] = loop
    return list(hottest.values())


class Analyser:
    """llvm-mca for one processor: loops whose data are in the first cache."""

    def __init__(self, triple, model, features):
        self.tool = shutil.which("llvm-mca-22") or shutil.which("llvm-mca")
        if not self.tool:
            raise RuntimeError("no llvm-mca-22 in PATH; the package llvm-22 has it")
        self.command = [self.tool, f"-mtriple={triple}", f"-mcpu={model}", f"-mattr={features}",
                        "--json"]

    def measure(self, lines, iterations=100):
        """Cycles that the lines take each time when they are repeated; None if the model breaks
        down, as that of 32-bit ARM does over some loads."""
        # LLVM's models of 32-bit ARM do not know loads of several registers.
        lines = [re.sub(r"\sv(ld|st)mia\t(\w+)!?, ({d\d+, d\d+})", r"\tv\g<1>1.64\t\3, [\2]", line)
                 for line in lines]
        done = subprocess.run([*self.command, f"--iterations={iterations}"], text=True,
                              input="\n".join(lines) + "\n", capture_output=True)
        if done.returncode < 0:
            return None
        if done.returncode:
            raise RuntimeError(f"llvm-mca: {done.stderr.strip()}")
        summary = json.loads(done.stdout)["CodeRegions"][0]["SummaryView"]
        return summary["TotalCycles"] / iterations

    def measure_peak(self, product):
        """Multiply-adds in a cycle of nothing but this instruction, with sums of their own."""
        registers = re.search(r"\s+(?P<kind>[vqds])\d+", product)
        kind = registers["kind"]
        sums = range(16, 32) if kind == "v" else range(8, 16)
        lines = [re.sub(rf"{kind}\d+", f"{kind}{number}", product, count=1) for number in sums]
        # Factors that are no sums.
        lines = [re.sub(rf"(?<=, ){kind}\d+", f"{kind}1", line) for line in lines]
        lines *= 16
        return sum(map(count_multiply_adds, lines)) / self.measure(lines)
