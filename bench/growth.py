# SPDX-License-Identifier: Apache-2.0
"""How `run` grows: with containers that live, with starts at the same time, with mounts of the host, with rules of
seccomp. Each is a table of its own, one line for each size."""
import ctypes
import os
import shutil
import statistics
import subprocess

import seccomp_filter
from bundles import profile
from contestants import Floor, reap
from measure import Case, Failed, take_turns

KINDS = {
    "live": "containers of the same runtime that live: run /bin/true, ms",
    "parallel": "runs at the same time: containers a second",
    "host-mounts": "further mounts of the host: run /bin/true, ms",
    "rules": "seccomp rules, in the caches: run /bin/true, ms",
    "rules-cold": "seccomp rules, nothing in the caches: run /bin/true, ms",
}
SIZES = {
    "live": [0, 1, 10, 100, 1000],
    "parallel": [1, 16, 64],
    "host-mounts": [0, 10, 100, 1000, 10000],
    "rules": [10, 100, 1000, 5000],
    "rules-cold": [10, 100, 1000, 5000],
}
AT_ONCE = 8  # how many commands make containers that are not measured


class Growth:
    def __init__(self, place, taking_part, rounds):
        self.place = place
        self.taking_part = taking_part
        self.rounds = rounds
        self.results = {}  # kind -> name -> [(size, value)]
        self.cpu = {}      # the same for the CPU time, which a machine with other work changes less

    def measure(self, kind, largest):
        for size in SIZES[kind]:
            self.results.setdefault(kind, {})
            self.cpu.setdefault(kind, {})
            if size <= largest:
                getattr(self, "measure_" + kind.replace("-", "_"))(size)

    def keep(self, kind, name, size, value, cpu=None):
        self.results[kind].setdefault(name, []).append((size, value))
        self.cpu[kind].setdefault(name, []).append((size, cpu))

    def finish(self, kind, size, cases, value=lambda case: statistics.median(s.wall_ms for s in case.samples)):
        for case in cases:
            case.try_out()
        take_turns(cases, self.rounds)
        for case in cases:
            known = bool(case.samples)
            self.keep(kind, case.variant, size, value(case) if known else None, cpu_of(case) if known else None)

    def run_case(self, contestant, label, variant="plain", change=None, filter_file=None):
        name = f"{contestant.name}-{next(self.place.numbers)}"
        bundle = self.place.bundle(name, variant, ["/bin/true"], change)
        before = None
        if variant == "cold":
            contestant, before = contestant.forgetful()
        case = Case(contestant, "growth", label, [contestant.run(bundle, name, "plain", filter_file)], before=before)
        case.leftover = name
        return case

    # Containers that live, of one runtime after the other: their number is that in the kernel and in the state root.
    def measure_live(self, size):
        for runtime in self.taking_part:
            if not isinstance(runtime, Floor):
                self.live_of(runtime, size)

    def live_of(self, runtime, size):
        names = [f"{runtime.name}-live-{number}" for number in range(size)]
        try:
            self.in_batches([self.detached(runtime, name) for name in names])
            cases = [self.run_case(runtime, runtime.name)]
            cases += [self.run_case(one, f"floor beside {runtime.name}")
                      for one in self.taking_part if isinstance(one, Floor)]
            self.finish("live", size, cases)
        except Failed as why:
            print(f"bench: {runtime.name}: {size} live containers: {why}")
            self.keep("live", runtime.name, size, None)
        finally:
            self.remove(runtime, names)

    def detached(self, runtime, name):
        bundle = self.place.bundle(name, "plain", ["/bin/sleep", "100000"])
        return runtime.call("run", "--detach", "--bundle", bundle, name)

    def in_batches(self, commands):
        for begin in range(0, len(commands), AT_ONCE):
            batch = commands[begin:begin + AT_ONCE]
            words = [word for command in batch for word in [";", *command]][1:]
            done = subprocess.run([self.place.spawn, "-a", "-k", *words], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
            if not done.stdout.startswith(f"all {len(batch)} 0 "):
                raise Failed(done.stdout or f"status {done.returncode}")

    def remove(self, runtime, names):
        """By hand, since a thousand calls of delete take minutes."""
        self.place.kill_all()
        for name in names:
            shutil.rmtree(f"{runtime.state}/{name}", ignore_errors=True)
        self.place.remove_groups([f"{self.place.cgroup}/{name}" for name in names])
        reap()

    def measure_parallel(self, size):
        cases = []
        for contestant in self.taking_part:
            commands = []
            for number in range(size):
                name = f"{contestant.name}-at-once-{number}"
                bundle = self.place.bundle(name, "plain", ["/bin/true"])
                commands.append(contestant.run(bundle, name, "plain"))
            cases.append(Case(contestant, "growth", contestant.name, commands, ["-a"]))
        self.finish("parallel", size, cases,
                    lambda case: size / statistics.median(s.wall_ms for s in case.samples) * 1000)

    def measure_host_mounts(self, size):
        host = HostMounts(f"{self.place.folder}/host", self.place.source)
        try:
            host.make(size)
            self.finish("host-mounts", size, [self.run_case(one, one.name) for one in self.taking_part])
        finally:
            host.remove()

    def measure_rules(self, size, kind="rules", variant="plain"):
        profile_of_size = many_rules(size)
        filter_file = f"{self.place.folder}/filter-{size}"
        seccomp_filter.write(profile_of_size, filter_file)

        def change(config):
            config["linux"]["seccomp"] = profile_of_size
        self.finish(kind, size, [self.run_case(one, one.name, variant, change, filter_file)
                                 for one in self.taking_part])

    def measure_rules_cold(self, size):
        self.measure_rules(size, "rules-cold", "cold")


def cpu_of(case):
    return statistics.median(s.user_ms + s.system_ms for s in case.samples)


def many_rules(count):
    """Different rules on 100 system calls, none of which is ever met: their sixth argument has an unlikely value."""
    names = [name for rule in profile()["syscalls"] for name in rule["names"]][:100]
    return {
        "defaultAction": "SCMP_ACT_ALLOW",
        "architectures": ["SCMP_ARCH_X86_64" if os.uname().machine == "x86_64" else "SCMP_ARCH_AARCH64"],
        "syscalls": [{"names": [names[i % 100]], "action": "SCMP_ACT_ERRNO",
                      "args": [{"index": 5, "value": 0x7FEE0000 + i // 100, "op": "SCMP_CMP_EQ"}]}
                     for i in range(count)],
    }


class HostMounts:
    """Bind mounts in the bench's own namespace, all below one."""

    def __init__(self, folder, source):
        self.folder = folder
        self.source = source.encode()
        self.libc = ctypes.CDLL(None, use_errno=True)

    def mount(self, source, target, kind, flags):
        if self.libc.mount(source, target.encode(), kind, ctypes.c_ulong(flags), None) != 0:
            raise SystemExit(f"bench: mount {target}: {os.strerror(ctypes.get_errno())}")

    def make(self, count):
        os.makedirs(self.folder, exist_ok=True)
        self.mount(b"tmpfs", self.folder, b"tmpfs", 0)
        for number in range(count):
            os.mkdir(f"{self.folder}/{number}")
            self.mount(self.source, f"{self.folder}/{number}", None, 4096)  # MS_BIND

    def remove(self):
        self.libc.umount2(self.folder.encode(), 2)  # MNT_DETACH takes all below with it


def print_results(growth, kind):
    print(f"\n{KINDS[kind]}")
    sizes = [size for size, _ in next(iter(growth.results[kind].values()), [])]
    print(f"{'':<26}" + "".join(f"{size:>10}" for size in sizes))
    for name, values in growth.results[kind].items():
        print_line(name, values)
    for name, values in growth.cpu[kind].items():
        print_line(f"{name}, cpu ms", values)


def print_line(name, values):
    print(f"{name:<26}" + "".join("   refused" if value is None else f"{value:>10.2f}" for _, value in values))
