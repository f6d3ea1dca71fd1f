# SPDX-License-Identifier: Apache-2.0
"""The smallest memory limit under which `run` of /bin/true succeeds 20 times of 20.

Needs a memory controller. A host that has it in v1 does not show it in the bench's namespace with cgroup2 alone:
there the runtimes see the host's hierarchies of v1, and nothing else, for these runs.
"""
import subprocess

from bundles import CGROUPS, HERE
from contestants import Floor

TIMES = 20
STEP_KIB = 32
LARGEST_KIB = 65536


def hold_v1():
    """A process in a namespace with v1 alone; the others enter it."""
    holder = subprocess.Popen([f"{HERE}/v1-alone", "sh", "-c", "echo; exec sleep 100000"], stdout=subprocess.PIPE)
    holder.stdout.readline()
    return holder


class Smallest:
    def __init__(self, place, taking_part):
        self.place = place
        self.runtimes = [one for one in taking_part if not isinstance(one, Floor)]
        with open(f"{CGROUPS}/cgroup.controllers", encoding="utf-8") as file:
            self.holder = None if "memory" in file.read().split() else hold_v1()
        self.prefix = ["nsenter", f"--mount=/proc/{self.holder.pid}/ns/mnt"] if self.holder else []
        self.why = ""

    def where(self):
        return "cgroup v1 alone" if self.prefix else "cgroup2"

    def works(self, runtime, limit_kib, times=TIMES):
        """Whether so many runs in a row succeed; self.why is what the first failure said."""
        name = f"{runtime.name}-limit"
        bundle = self.place.bundle(name, "plain", ["/bin/true"], lambda config: limit(config, limit_kib))
        for _ in range(times):
            done = subprocess.run(self.prefix + runtime.run(bundle, name, "plain"), stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
            if done.returncode != 0:
                self.why = " ".join(done.stderr.split())[:150]
                subprocess.run(self.prefix + runtime.call("delete", "--force", name), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
                return False
        return True

    def find(self, runtime):
        """In KiB, or what it says with any limit."""
        if not self.works(runtime, LARGEST_KIB, 1):
            return self.why
        fails, works = 0, STEP_KIB
        while not self.works(runtime, works):
            fails, works = works, works * 2
            if works > LARGEST_KIB:
                return self.why
        while works - fails > STEP_KIB:
            middle = (fails + works) // 2 // STEP_KIB * STEP_KIB
            if self.works(runtime, middle):
                works = middle
            else:
                fails = middle
        return works

    def measure(self):
        try:
            return {runtime.name: self.find(runtime) for runtime in self.runtimes}
        finally:
            self.clean_up()

    def clean_up(self):
        """Our folder in the hierarchies of v1, which the runtimes made and did not remove."""
        if self.prefix:
            # What a name of ours matches is ours.
            script = f'find {CGROUPS} -depth -type d -path "*/$1*" -exec rmdir {{}} + 2>/dev/null || :'
            subprocess.run([*self.prefix, "sh", "-c", script, "sh", self.place.mark], check=False)
            self.holder.kill()
            self.holder.wait()


def limit(config, kib):
    config["linux"].setdefault("resources", {})["memory"] = {"limit": kib * 1024}


def print_results(results, where):
    print(f"\nsmallest memory limit with which /bin/true starts {TIMES} times of {TIMES}, {where}, KiB")
    for name, result in results.items():
        print(f"{name:<20}{result:>10}" if isinstance(result, int) else f"{name:<20} refused: {result}")
