# SPDX-License-Identifier: Apache-2.0
"""The compiled filter of a seccomp profile, for the floor program: libseccomp's binary tree, made beforehand."""
import ctypes

ACTIONS = {"SCMP_ACT_ALLOW": 0x7FFF0000, "SCMP_ACT_ERRNO": 0x00050001}  # EPERM
OPTIMIZE, BINARY_TREE = 8, 2  # SCMP_FLTATR_CTL_OPTIMIZE
COMPARE = {"SCMP_CMP_NE": 1, "SCMP_CMP_LT": 2, "SCMP_CMP_LE": 3, "SCMP_CMP_EQ": 4, "SCMP_CMP_GE": 5,
           "SCMP_CMP_GT": 6, "SCMP_CMP_MASKED_EQ": 7}
ARCHITECTURES = {"SCMP_ARCH_X86": b"x86", "SCMP_ARCH_X32": b"x32", "SCMP_ARCH_ARM": b"arm"}


class Argument(ctypes.Structure):
    _fields_ = [("index", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def add_rule(library, context, rule):
    arguments = [Argument(arg["index"], COMPARE[arg["op"]], arg["value"], arg.get("valueTwo", 0))
                 for arg in rule.get("args", [])]
    array = (Argument * max(1, len(arguments)))(*arguments)
    action = ctypes.c_uint32(ACTIONS[rule["action"]])
    for name in rule["names"]:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number != -1:  # unknown to this libseccomp: the runtimes skip it too
            library.seccomp_rule_add_array(context, action, number, len(arguments), array)


def write(profile, path):
    """For actions allow and EPERM, which is all that the profiles here have. Returns whether it could."""
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return False
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(ACTIONS[profile["defaultAction"]])))
    library.seccomp_attr_set(context, OPTIMIZE, ctypes.c_uint32(BINARY_TREE))
    for word in profile.get("architectures", []):
        if word in ARCHITECTURES:
            library.seccomp_arch_resolve_name.restype = ctypes.c_uint32
            library.seccomp_arch_add(context, ctypes.c_uint32(library.seccomp_arch_resolve_name(ARCHITECTURES[word])))
    for rule in profile["syscalls"]:
        if rule["action"] in ACTIONS:
            add_rule(library, context, rule)
    with open(path, "wb") as file:
        done = library.seccomp_export_bpf(context, file.fileno())
    library.seccomp_release(context)
    return done == 0
