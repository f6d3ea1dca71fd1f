# SPDX-License-Identifier: Apache-2.0
"""Who takes part, and how each is called. The floor program is one of them, where it can do the same."""
import os
import shutil
import subprocess

from bundles import HOOKS, MOUNTS, TOP


def sid_programs():
    """crun and runc of Debian sid, from the root that integration/sid-root makes."""
    script = f"{TOP}/integration/sid-root"
    if not os.access(script, os.X_OK):
        return {}
    made = subprocess.run([script], stdout=subprocess.PIPE, text=True, check=False)
    root = made.stdout.strip()
    if made.returncode != 0:
        return {}
    return {name: f"{root}/outside/{name}" for name in ("crun", "runc")}


def our_own(options):
    found = []
    for index, given in enumerate(options.rt or [f"{TOP}/build/release/rt"]):
        name, _, path = given.rpartition("=")
        found.append((name or f"rt{index + 1 if index else ''}", os.path.abspath(path)))
    return found


def find(options):
    """The list of (name, path): what the options name, else our release build, then sid's, then the installed."""
    found = our_own(options)
    sid = {} if options.crun and options.runc else sid_programs()
    for name in ("crun", "runc"):
        path = getattr(options, name) or sid.get(name) or shutil.which(name)
        if path and path != "none":
            found.append((name, os.path.abspath(path)))
    for name, path in found:
        if not os.access(path, os.X_OK):
            raise SystemExit(f"bench: {name}: no such program: {path}")
    return found


def reap():
    """The first processes of containers that were left to us."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            continue
    except ChildProcessError:
        pass


class Runtime:
    """A runtime: its command lines."""

    def __init__(self, place, name, path, state=None):
        self.place = place
        self.name = name
        self.path = path
        self.state = f"{place.folder}/state/{state or name}"
        os.makedirs(self.state)

    def version(self):
        text = subprocess.run([self.path, "--version"], capture_output=True, text=True, check=False).stdout
        lines = text.splitlines() or ["?"]
        return ", ".join(lines[:1] + [line for line in lines[1:] if line.startswith("commit: ")])

    def forgetful(self):
        """The same with a state root of its own, and how to empty it, and so what the runtime caches there."""
        twin = Runtime(self.place, self.name, self.path, f"{self.name}-cold-{next(self.place.numbers)}")

        def empty():
            shutil.rmtree(twin.state)
            os.mkdir(twin.state)
        return twin, empty

    def call(self, *words):
        return [self.path, "--root", self.state, *words]

    def run(self, bundle, name, _variant, _filter=None):
        return self.call("run", "--bundle", bundle, name)

    def create(self, bundle, name, pid_file, socket=None):
        terminal = ["--console-socket", socket] if socket else []
        return self.call("create", "--bundle", bundle, "--pid-file", pid_file, *terminal, name)

    def exec(self, name, variant, _pid):
        return self.call("exec", *(["--tty"] if variant == "tty" else []), name, "/bin/true")


class Floor:
    """The floor program: run and exec only, and what it is asked to make is in its arguments."""

    name = "floor"

    def __init__(self, place):
        self.place = place
        self.path = place.floor

    def version(self):
        return "the kernel's own work, bench/floor.c"

    def forgetful(self):
        return self, None

    def options(self, variant):
        return {
            "cold": ["-f", f"{self.place.folder}/filter"],
            "userns": ["-u"],
            "mounts": ["-m", str(MOUNTS), "-d", self.place.source],
            "hooks": ["-k", str(HOOKS), "-x", self.place.hook],
            "tty": ["-t"],
            "seccomp": ["-f", f"{self.place.folder}/filter"],
        }.get(variant, [])

    def run(self, _bundle, name, variant, filter_file=None):
        further = ["-f", filter_file] if filter_file else []
        return [self.path, "run", self.place.rootfs, f"{self.place.cgroup}/{name}", *self.options(variant), *further]

    def exec(self, name, variant, pid):
        same = self.options(variant) if variant in ("userns", "tty", "seccomp") else []
        return [self.path, "exec", str(pid), f"{self.place.cgroup}/{name}", *same]
