# SPDX-License-Identifier: Apache-2.0
"""The operations that are measured, and the rounds."""
import subprocess

from contestants import Floor, reap
from measure import Case

OPERATIONS = {
    "run": "run /bin/true",
    "life": "create + start + kill + delete",
    "exec": "exec /bin/true",
    "state": "state",
}


class Bench:
    """All cases of one call, and the containers that they need."""

    def __init__(self, place, taking_part):
        self.place = place
        self.taking_part = taking_part
        self.cases = []
        self.live = []  # (runtime, name) of containers that run

    def prepare(self, operations, variants):
        for operation in operations:
            for variant in variants:
                for contestant in self.taking_part:
                    self.add(contestant, operation, variant)

    def add(self, contestant, operation, variant):
        if isinstance(contestant, Floor) and operation not in ("run", "exec"):
            return
        if variant == "cold" and operation != "run":
            return
        case = getattr(self, f"make_{operation}")(contestant, variant)
        if operation in ("run", "life"):
            case.leftover = f"{contestant.name}-{variant}-{operation}"
        self.cases.append(case)
        case.try_out()

    def make_run(self, contestant, variant):
        name = f"{contestant.name}-{variant}-run"
        bundle = self.place.bundle(name, variant, ["/bin/true"])
        options = ["-t"] if variant == "tty" else []
        before = None
        if variant == "cold":
            contestant, before = contestant.forgetful()
        return Case(contestant, "run", variant, [contestant.run(bundle, name, variant)], options, before)

    def make_life(self, runtime, variant):
        name = f"{runtime.name}-{variant}-life"
        bundle = self.place.bundle(name, variant, ["/bin/sleep", "1000"])
        pid_file = f"{bundle}/pid"
        socket = f"{bundle}/socket" if variant == "tty" else None
        steps = [runtime.create(bundle, name, pid_file, socket), ["@memory"], runtime.call("start", name),
                 runtime.call("kill", name, "KILL"), ["@gone"], runtime.call("delete", name)]
        options = ["-p", pid_file] + (["-q", socket] if socket else [])
        return Case(runtime, "life", variant, steps, options)

    def make_exec(self, contestant, variant):
        options = ["-t"] if variant == "tty" else []
        # The floor program joins a container of the first runtime.
        owner = contestant
        if isinstance(contestant, Floor):
            owner = next(one for one in self.taking_part if one is not contestant)
        name, pid = self.start(owner, variant)
        return Case(contestant, "exec", variant, [contestant.exec(name, variant, pid)], options)

    def make_state(self, runtime, variant):
        name, _ = self.start(runtime, variant)
        return Case(runtime, "state", variant, [runtime.call("state", name)])

    def start(self, runtime, variant):
        """A container of this variant that runs; its name and the pid of its first process."""
        name = f"{runtime.name}-{variant}-live"
        bundle = f"{self.place.folder}/bundles/{name}"
        pid_file = f"{bundle}/pid"
        if (runtime, name) not in self.live:
            # The terminal of the container itself is of no matter here.
            self.place.bundle(name, "plain" if variant == "tty" else variant, ["/bin/sleep", "100000"])
            self.live.append((runtime, name))
            for words in (runtime.create(bundle, name, pid_file), runtime.call("start", name)):
                subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
        try:
            with open(pid_file, encoding="utf-8") as file:
                return name, int(file.read())
        except (OSError, ValueError):
            return name, 0

    def count_calls(self):
        for case in self.cases:
            if case.refused is None:
                case.count_calls()

    def clean_up(self):
        for runtime, name in self.live:
            subprocess.run(runtime.call("delete", "--force", name), stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=False)
        reap()
