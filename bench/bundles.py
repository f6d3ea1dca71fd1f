# SPDX-License-Identifier: Apache-2.0
"""What is measured: the programs of the bench, one root filesystem, and a bundle for each contestant and variant.

Everything lies below one folder, on a tmpfs of the bench's own mount namespace, so that no disk is measured
and nothing stays. Bundles differ only in the name of their cgroup.
"""
import copy
import itertools
import json
import os
import shutil
import subprocess
import time

import seccomp_filter

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)

VARIANTS = {
    "plain": "the default bundle",
    "seccomp": "with the engines' default seccomp profile",
    "cold": "the same with nothing in the caches (run only)",
    "userns": "with a user namespace",
    "mounts": "with 100 bind mounts",
    "hooks": "with 20 createRuntime hooks",
    "tty": "with a terminal",
}
CGROUPS = "/sys/fs/cgroup"
MOUNTS = 100
HOOKS = 20


def compile_programs(to):
    """The clock, the floor and the busybox of the containers, all static."""
    flags = [os.environ.get("CC", "cc"), "-O2", "-static", "-I", TOP]
    for name, sources in {"spawn": ["spawn.c"], "floor": ["floor.c", "floor_inside.c"]}.items():
        subprocess.run(flags + ["-o", f"{to}/{name}"] + [f"{HERE}/{s}" for s in sources], check=True)


def profile():
    """The default profile of Docker, as it writes it into config.json."""
    with open(f"{TOP}/tests/data/seccomp/docker-20.10.json", encoding="utf-8") as file:
        return json.load(file)["linux"]["seccomp"]


def busybox():
    for path in ("/bin/busybox", "/usr/bin/busybox"):
        if os.access(path, os.X_OK):
            return path
    raise SystemExit("bench: there is no busybox; scripts/packages test installs it")


class Place:
    """The folder with everything in it, and one on a disk for the programs that are measured."""

    def __init__(self, folder, programs, mark, clock_options=()):
        self.folder = folder
        self.programs = programs
        self.clock_options = clock_options  # of spawn.c, for all samples
        self.numbers = itertools.count()
        self.mark = mark  # the cgroup that all cgroups of the bench are in
        self.cgroup = f"{CGROUPS}/{mark}"
        self.rootfs = f"{folder}/rootfs"
        self.source = f"{folder}/source"
        self.hook = f"{folder}/bin/true"
        self.spawn = f"{folder}/bin/spawn"
        self.floor = f"{programs}/floor"

    def fill(self):
        os.chmod(self.folder, 0o711)  # the ids of user namespaces walk in
        for name in ("bin", "proc", "sys", "dev", "mnt", "tmp", "etc"):
            os.makedirs(f"{self.rootfs}/{name}")
        for i in range(MOUNTS):
            os.mkdir(f"{self.rootfs}/mnt/{i}")
        os.mkdir(self.source)
        os.mkdir(f"{self.folder}/bin")
        for path in (f"{self.rootfs}/bin/true", f"{self.rootfs}/bin/sleep", self.hook):
            shutil.copy(busybox(), path)
        compile_programs(f"{self.folder}/bin")
        self.install(f"{self.folder}/bin/floor", "floor")
        seccomp_filter.write(profile(), f"{self.folder}/filter")
        os.mkdir(self.cgroup)

    def install(self, program, name):
        """A copy as an installation leaves it. What a linker wrote lies in small pieces in the page cache, and starts
        slower."""
        return shutil.copy(program, f"{self.programs}/{name}")

    def kill_all(self):
        """All processes in cgroups of the bench."""
        if os.path.exists(f"{self.cgroup}/cgroup.kill"):
            with open(f"{self.cgroup}/cgroup.kill", "w", encoding="utf-8") as file:
                file.write("1")

    def remove(self):
        """The cgroups, with whatever still runs in them. The mounts go with the namespace."""
        self.kill_all()
        self.remove_groups([folder for folder, _, _ in os.walk(self.cgroup, topdown=False)])

    def remove_groups(self, folders):
        """In this order; a process of one may need a moment to go."""
        deadline = time.monotonic() + 10
        for folder in folders:
            while os.path.isdir(folder) and time.monotonic() < deadline:
                try:
                    os.rmdir(folder)
                except OSError:
                    time.sleep(0.02)

    def bundle(self, name, variant, args, change=None):
        """Writes the bundle NAME, whose cgroup has the same name. Returns its folder."""
        with open(f"{HERE}/config.json", encoding="utf-8") as file:
            config = json.load(file)
        config["root"]["path"] = self.rootfs
        config["process"]["args"] = args
        config["linux"]["cgroupsPath"] = f"/{self.mark}/{name}"
        self.vary(config, variant)
        if change:
            change(config)
        folder = f"{self.folder}/bundles/{name}"
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/config.json", "w", encoding="utf-8") as file:
            json.dump(config, file)
        return folder

    def vary(self, config, variant):
        if variant in ("seccomp", "cold"):
            config["linux"]["seccomp"] = profile()
        elif variant == "userns":
            config["linux"]["namespaces"].append({"type": "user"})
            ids = [{"containerID": 0, "hostID": 100000, "size": 65536}]
            config["linux"].update(uidMappings=ids, gidMappings=copy.deepcopy(ids))
        elif variant == "mounts":
            config["mounts"] += self.binds(MOUNTS)
        elif variant == "hooks":
            config["hooks"] = {"createRuntime": [{"path": self.hook, "args": ["true"]}] * HOOKS}
        elif variant == "tty":
            config["process"]["terminal"] = True

    def binds(self, count):
        return [{"destination": f"/mnt/{i}", "type": "bind", "source": self.source,
                 "options": ["bind", "ro", "nosuid", "nodev"]} for i in range(count)]
