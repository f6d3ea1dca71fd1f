# SPDX-License-Identifier: Apache-2.0
"""Samples: one call of the clock (spawn.c) is one sample, with wall time, CPU time and memory."""
import os
import re
import subprocess
import sys


class Failed(Exception):
    """A contestant did not do what was asked; the text is what it said."""


class Sample:
    """What one command, or one sequence of commands, cost."""

    def __init__(self, printed):
        self.steps_ms = []
        self.statuses = []
        self.peak_kib = 0
        self.init_kib = None
        self.user_ms = self.system_ms = 0.0
        for line in printed.splitlines():
            word, *values = line.split()
            if word == "step":
                self.statuses.append(int(values[0]))
                self.steps_ms.append(int(values[1]) / 1e6)
                self.peak_kib = max(self.peak_kib, int(values[2]))
            elif word == "all":
                self.statuses.append(int(values[1]))  # how many failed
                self.steps_ms.append(int(values[2]) / 1e6)
            elif word == "init":
                self.init_kib = int(values[0])
            elif word == "cpu":
                self.user_ms, self.system_ms = int(values[0]) / 1e3, int(values[1]) / 1e3

    @property
    def wall_ms(self):
        return sum(self.steps_ms)

    def as_dict(self):
        return {"wall_ms": round(self.wall_ms, 4), "user_ms": self.user_ms, "system_ms": self.system_ms,
                "steps_ms": [round(step, 4) for step in self.steps_ms], "peak_kib": self.peak_kib,
                "init_kib": self.init_kib}


def join_steps(steps):
    """Commands with ';' between them, as spawn.c wants them."""
    words = []
    for step in steps:
        words += ([";"] if words else []) + step
    return words


class Case:
    """One contestant doing one operation on one variant: a line of the table."""

    def __init__(self, contestant, operation, variant, steps, options=(), before=None):
        self.contestant = contestant
        self.operation = operation
        self.variant = variant
        self.words = [contestant.place.spawn, *contestant.place.clock_options, *options, *join_steps(steps)]
        self.before = before  # called before each sample, not measured
        self.leftover = None  # the container that a failure may leave
        self.samples = []
        self.calls = None
        self.refused = None
        self.failures = 0

    def sample(self):
        if self.before:
            self.before()
        done = subprocess.run(self.words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        sample = Sample(done.stdout)
        if done.returncode != 0 or any(sample.statuses):
            self.remove_leftover()
            said = " ".join(done.stderr.split())[:300]
            raise Failed(said or f"status {done.returncode}, steps {sample.statuses}")
        return sample

    def remove_leftover(self):
        if self.leftover and hasattr(self.contestant, "call"):
            subprocess.run(self.contestant.call("delete", "--force", self.leftover), stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    def try_out(self):
        """A sample that does not count: files come into memory, directories are made."""
        try:
            self.sample()
        except Failed as why:
            self.refuse(why)

    def measure(self):
        try:
            self.samples.append(self.sample())
        except Failed as why:
            self.failures += 1
            complain(self, why)

    def refuse(self, why):
        self.refused = str(why)
        complain(self, why)

    def count_calls(self):
        """System calls of all processes, from the exec of each command on; the clock's own do not count."""
        if self.before:
            self.before()
        log = f"{self.contestant.place.folder}/strace.log"
        subprocess.run(["strace", "-f", "-qq", "-o", log, *self.words], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        self.calls = calls_of(log)


def complain(case, why):
    print(f"bench: {case.contestant.name}: {case.operation}, {case.variant}: {why}", file=sys.stderr)


def take_turns(cases, rounds):
    """Each case is sampled once a round. Who goes after whom changes: the kernel cleans up after the one before."""
    usable = [case for case in cases if case.refused is None]
    for number in range(rounds):
        if sys.stderr.isatty():
            print(f"\rround {number + 1} of {rounds} ", end="\r", file=sys.stderr)
        for case in usable if number % 2 == 0 else reversed(usable):
            case.measure()


def calls_of(log):
    count = 0
    clock = None
    started = set()
    with open(log, encoding="utf-8", errors="replace") as file:
        for line in file:
            pid, _, text = line.partition(" ")
            text = text.lstrip()
            clock = clock or pid
            if pid == clock or not re.match(r"[a-z_0-9]+\(", text):
                continue
            # Before its exec a child of the clock is still the clock.
            if pid not in started and text.startswith("execve("):
                started.add(pid)
            if pid in started or not is_clock_child(text):
                started.add(pid)
                count += 1
    os.unlink(log)
    return count


def is_clock_child(text):
    return text.startswith(("dup2(", "setsid(", "ioctl("))
