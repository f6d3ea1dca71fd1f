// SPDX-License-Identifier: Apache-2.0
//
// generate FOLDER: configurations by the library that is the whole of "oci-runtime-tool generate", one file for
// each group of its flags. Built by record.runtime-tools from the Go packages of the distribution.
package main

import (
	"os"
	"path/filepath"

	rspec "github.com/opencontainers/runtime-spec/specs-go"
	"github.com/opencontainers/runtime-tools/generate"
	"github.com/opencontainers/runtime-tools/generate/seccomp"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func number(n int64) *int64           { return &n }
func mode(m os.FileMode) *os.FileMode { return &m }
func id(n uint32) *uint32             { return &n }
func seconds(n int) *int              { return &n }

var groups = map[string]func(g *generate.Generator){
	"default":    func(g *generate.Generator) {},
	"privileged": func(g *generate.Generator) { g.SetupPrivileged(true) },
	"process": func(g *generate.Generator) {
		g.SetProcessUID(1000)
		g.SetProcessGID(1001)
		g.AddProcessAdditionalGid(5)
		g.AddProcessAdditionalGid(2000)
		g.SetProcessUmask(0o27)
		g.SetProcessCwd("/tmp")
		g.SetProcessArgs([]string{"/bin/sh", "-c", "exit 3"})
		g.AddProcessEnv("A", "b")
		g.SetProcessOOMScoreAdj(500)
		g.SetProcessNoNewPrivileges(false)
		g.SetProcessConsoleSize(100, 30)
		g.AddAnnotation("org.example.key", "value")
		g.SetHostname("box")
	},
	"terminal": func(g *generate.Generator) { g.SetProcessTerminal(true) },
	"rlimits": func(g *generate.Generator) {
		g.AddProcessRlimits("RLIMIT_NOFILE", 2048, 1024)
		g.AddProcessRlimits("RLIMIT_CORE", 0, 0)
		g.AddProcessRlimits("RLIMIT_AS", ^uint64(0), ^uint64(0))
	},
	"capabilities": func(g *generate.Generator) {
		g.ClearProcessCapabilities()
		check(g.AddProcessCapability("CAP_NET_BIND_SERVICE"))
		check(g.AddProcessCapability("CAP_KILL"))
		check(g.AddProcessCapabilityBounding("CAP_CHOWN"))
		check(g.AddProcessCapabilityAmbient("CAP_KILL"))
	},
	"no-capabilities": func(g *generate.Generator) { g.ClearProcessCapabilities() },
	"namespaces": func(g *generate.Generator) {
		g.ClearLinuxNamespaces()
		for _, kind := range []string{"pid", "network", "ipc", "uts", "mount", "cgroup"} {
			check(g.AddOrReplaceLinuxNamespace(kind, ""))
		}
	},
	"namespaces-of-the-host": func(g *generate.Generator) {
		check(g.RemoveLinuxNamespace("network"))
		check(g.RemoveLinuxNamespace("pid"))
		check(g.RemoveLinuxNamespace("ipc"))
		check(g.RemoveLinuxNamespace("uts"))
		g.RemoveHostname()
	},
	"namespaces-joined": func(g *generate.Generator) {
		check(g.AddOrReplaceLinuxNamespace("network", "/proc/1/ns/net"))
		check(g.AddOrReplaceLinuxNamespace("ipc", "/proc/1/ns/ipc"))
	},
	"user-namespace": func(g *generate.Generator) {
		check(g.AddOrReplaceLinuxNamespace("user", ""))
		g.AddLinuxUIDMapping(100000, 0, 65536)
		g.AddLinuxGIDMapping(100000, 0, 65536)
	},
	"root": func(g *generate.Generator) {
		g.SetRootReadonly(true)
		check(g.SetLinuxRootPropagation("rshared"))
	},
	"root-private": func(g *generate.Generator) { check(g.SetLinuxRootPropagation("private")) },
	"root-slave":   func(g *generate.Generator) { check(g.SetLinuxRootPropagation("rslave")) },
	"mounts": func(g *generate.Generator) {
		g.AddMount(rspec.Mount{Destination: "/data", Type: "bind", Source: "/srv/data", Options: []string{"rbind", "ro", "nosuid"}})
		g.AddMount(rspec.Mount{Destination: "/t", Type: "tmpfs", Source: "tmpfs", Options: []string{"size=1m", "mode=0700", "noexec"}})
		g.AddMount(rspec.Mount{Destination: "/sys/fs/cgroup", Type: "cgroup", Source: "cgroup", Options: []string{"ro", "nosuid", "noexec", "nodev"}})
		g.RemoveMount("/dev/mqueue")
	},
	"masks": func(g *generate.Generator) {
		g.AddLinuxMaskedPaths("/proc/kcore")
		g.AddLinuxMaskedPaths("/proc/nothing")
		g.AddLinuxMaskedPaths("/home")
		g.AddLinuxReadonlyPaths("/proc/sys")
		g.AddLinuxReadonlyPaths("/etc/passwd")
	},
	"devices": func(g *generate.Generator) {
		g.AddDevice(rspec.LinuxDevice{Path: "/dev/fuse", Type: "c", Major: 10, Minor: 229, FileMode: mode(0o660), UID: id(0), GID: id(5)})
		g.AddDevice(rspec.LinuxDevice{Path: "/dev/own", Type: "c", Major: 1, Minor: 3})
		g.AddDevice(rspec.LinuxDevice{Path: "/dev/loop", Type: "b", Major: 7, Minor: 0, FileMode: mode(0o600)})
		g.AddDevice(rspec.LinuxDevice{Path: "/dev/pipe", Type: "p", FileMode: mode(0o622)})
		g.AddLinuxResourcesDevice(false, "", nil, nil, "rwm")
		g.AddLinuxResourcesDevice(true, "c", number(10), number(229), "rw")
		g.AddLinuxResourcesDevice(true, "b", number(7), nil, "rwm")
	},
	"hooks": func(g *generate.Generator) {
		hook := rspec.Hook{Path: "/bin/true", Args: []string{"true", "word"}, Env: []string{"KEY=value"}, Timeout: seconds(5)}
		g.AddPreStartHook(hook)
		g.AddPostStartHook(hook)
		g.AddPostStopHook(hook)
	},
	"sysctl": func(g *generate.Generator) {
		g.AddLinuxSysctl("net.ipv4.ip_forward", "1")
		g.AddLinuxSysctl("kernel.msgmax", "65536")
	},
	"cgroup": func(g *generate.Generator) { g.SetLinuxCgroupsPath("/tools/cgroup") },
	"resources": func(g *generate.Generator) {
		g.SetLinuxCgroupsPath("/tools/resources")
		g.SetLinuxResourcesCPUShares(512)
		g.SetLinuxResourcesCPUQuota(50000)
		g.SetLinuxResourcesCPUPeriod(100000)
		g.SetLinuxResourcesCPUCpus("0")
		g.SetLinuxResourcesCPUMems("0")
		g.SetLinuxResourcesMemoryLimit(64 << 20)
		g.SetLinuxResourcesMemoryReservation(32 << 20)
		g.SetLinuxResourcesMemorySwap(128 << 20)
		g.SetLinuxResourcesMemorySwappiness(10)
		g.SetLinuxResourcesPidsLimit(100)
	},
	"block-io": func(g *generate.Generator) {
		g.AddLinuxResourcesBlockIOThrottleReadBpsDevice(7, 0, 1<<20)
		g.AddLinuxResourcesBlockIOThrottleWriteBpsDevice(7, 0, 1<<20)
		g.AddLinuxResourcesBlockIOThrottleReadIOPSDevice(7, 0, 100)
		g.AddLinuxResourcesBlockIOThrottleWriteIOPSDevice(7, 0, 100)
	},
	"network": func(g *generate.Generator) {
		g.SetLinuxResourcesNetworkClassID(0x100001)
		g.AddLinuxResourcesNetworkPriorities("lo", 3)
	},
	"hugepages": func(g *generate.Generator) { g.AddLinuxResourcesHugepageLimit("2MB", 4<<20) },
	"unified":   func(g *generate.Generator) { g.AddLinuxResourcesUnified("pids.max", "50") },
	"seccomp": func(g *generate.Generator) {
		check(g.SetDefaultSeccompAction("allow"))
		check(g.SetSeccompArchitecture("amd64"))
		check(g.SetSyscallAction(seccomp.SyscallOpts{Action: "errno", Syscall: "mkdir"}))
		check(g.SetSyscallAction(seccomp.SyscallOpts{Action: "errno", Syscall: "mkdirat"}))
		check(g.SetSyscallAction(seccomp.SyscallOpts{Action: "errno", Syscall: "kill", Index: "1", Value: "10", ValueTwo: "0", Operator: "EQ"}))
	},
	"no-seccomp": func(g *generate.Generator) { g.Config.Linux.Seccomp = nil },
}

func main() {
	for name, change := range groups {
		g, err := generate.New("linux")
		check(err)
		change(&g)
		check(g.SaveToFile(filepath.Join(os.Args[1], name), generate.ExportOptions{}))
	}
}
