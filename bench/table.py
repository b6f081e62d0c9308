"""Prints one table from one run: what each operation costs waybill, and the peers that are there.

    table.py [--only REGEX] [--rounds N] [--no-instructions] OURS [PEER...]

OURS and each PEER is a command of which this holds:
    COMMAND                     prints its name and version, then the operations it has, a line each
    COMMAND OPERATION TIMES     does one so many times and prints nanoseconds, allocations and bytes of them, in all;
                                a peer that cannot count allocations prints nanoseconds alone
Beside OURS stands OURS-uncounted, the same without counting allocations: that is the one whose instructions are counted.
A PEER is given as one argument, its words separated by blanks.

ns: the median of the rounds. Rounds go over all programs in turn, so that whatever else the machine does hits all of them.
instr: instructions in user space, counted by valgrind's callgrind: the difference of a long and a short run, divided by the
difference of their lengths, so that start and end of the program fall out. The number hardly changes from run to run. It
is not counted for Go and Python: their collectors and interpreters do their own work under valgrind.
"""
import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

SHORT, LONG = 1024, 5120  # whole batches of 512, so that the exporter's share is in them in full
FEWEST = 20 * 512  # the memory that a process takes once must not look like a cost of each
ROUND_NS = 20_000_000  # about as long as one measurement takes


class Program:
    def __init__(self, command, counts_instructions, uncounted=None):
        self.command = command
        self.uncounted = uncounted or command
        lines = self.run()
        self.name, self.operations = lines[0], lines[1:]
        self.counts_instructions = counts_instructions

    def run(self, *arguments):
        done = subprocess.run([*self.command, *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(self.command)} {' '.join(arguments)} failed: {done.stderr.strip()}")
        return done.stdout.splitlines()

    def measure(self, operation, times):
        numbers = [int(word) / times for word in self.run(operation, str(times))[0].split()]
        return numbers + [None] * (3 - len(numbers))

    def times_for(self, operation):
        times = FEWEST
        while times < 1 << 22:
            took = self.measure(operation, times)[0] * times
            if took >= ROUND_NS / 4:
                return max(FEWEST, int(times * ROUND_NS / took) // 512 * 512)
            times *= 8
        return times

    def instructions(self, operation):
        def counted(times):
            with tempfile.NamedTemporaryFile() as out:
                done = subprocess.run(
                    ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", *self.uncounted, operation,
                     str(times)], capture_output=True, text=True)  # fmt: skip
            found = re.search(r"Collected : (\d+)", done.stderr)
            return int(found.group(1)) if found else None

        short, long = counted(SHORT), counted(LONG)
        return None if None in (short, long) else (long - short) / (LONG - SHORT)


def is_native(command):
    with open(shutil.which(command[0]), "rb") as program:
        head = program.read()
    return head.startswith(b"\x7fELF") and len(command) == 1 and b"\xff Go buildinf:" not in head


def number(value, digits=0):
    return "" if value is None else f"{value:,.{digits}f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="only operations whose names this regular expression finds")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--no-instructions", action="store_true", help="do not run valgrind")
    parser.add_argument("programs", nargs="+")
    wanted = parser.parse_args()
    commands = [program.split() for program in wanted.programs]
    with_valgrind = not wanted.no_instructions and shutil.which("valgrind") is not None
    if not with_valgrind and not wanted.no_instructions:
        print("Instructions: left out, there is no valgrind.")
    ours = Program(commands[0], with_valgrind, [commands[0][0] + "-uncounted"])
    peers = [Program(command, with_valgrind and is_native(command)) for command in commands[1:]]
    programs = [ours, *peers]
    operations = [name for name in ours.operations if re.search(wanted.only, name)]
    if not operations:
        sys.exit(f'No operation has a name with "{wanted.only}" in it.')

    print(f"{ours.name}; beside it " + (", ".join(peer.name for peer in peers) or "nobody") + ".")
    print("allocs (bytes): taken from malloc, by all threads. ×: how many times our ns and our instructions the peer takes.\n")
    width = max(map(len, operations))
    head = f"{'':{width}} {'ns':>8} {'allocs':>7} {'(bytes)':>8} {'instr':>7}"
    for peer in peers:
        short = peer.name.replace("OpenTelemetry for ", "")
        head += f" | {short + ' ns':>13} {'×':>6} {'allocs':>6}"
        if peer.counts_instructions:
            head += f" {'instr':>7} {'×':>6}"
    print(head, flush=True)

    with ThreadPoolExecutor(2) as pool:
        for operation in operations:
            having = [program for program in programs if operation in program.operations]
            times = {program: program.times_for(operation) for program in having}
            rounds = {program: [] for program in having}
            for _ in range(wanted.rounds):
                for program in having:
                    rounds[program].append(program.measure(operation, times[program]))
            counted = {
                program: pool.submit(program.instructions, operation)
                for program in having if program.counts_instructions}  # fmt: skip
            median = {program: statistics.median(one[0] for one in rounds[program]) for program in having}
            exact = {program: counted[program].result() for program in counted}
            _, allocations, size = rounds[ours][-1]
            line = f"{operation:{width}} {number(median[ours]):>8} {number(allocations, 2):>7} {number(size):>8}"
            line += f" {number(exact.get(ours)):>7}"
            for peer in peers:
                here = peer in having
                ratio = median[peer] / median[ours] if here else None
                line += f" | {number(median.get(peer)):>13} {number(ratio, 1):>6}"
                line += f" {number(rounds[peer][-1][1] if here else None):>6}"
                if peer.counts_instructions:
                    ratio = exact[peer] / exact[ours] if here and exact.get(ours) else None
                    line += f" {number(exact.get(peer)):>7} {number(ratio, 1):>6}"
            print(line.rstrip(), flush=True)


main()
