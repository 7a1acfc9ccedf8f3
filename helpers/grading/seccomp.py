"""A filter of system calls for the sandbox: what no exercise needs and attacks on kernels do.

Namespaces hide files, processes and the network. This closes what is left: making new namespaces
(the start of most ways out), looking into other processes, memory that belongs to no process and
that the watchdog would therefore not see, and kinds of sockets that no namespace holds back.
"""

from __future__ import annotations

import errno
import platform
import struct

# By machine: the kernel's name for it (AUDIT_ARCH_...), then the numbers of the calls we judge.
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CALLS = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "socket": (41, 198),
}
FORBIDDEN = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "memfd_create": (319, 279),  # memory outside any process and any folder
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
}
NEW_NAMESPACES = 0x7E020000  # clone's flags CLONE_NEWNS, NEWCGROUP, NEWUTS, ... NEWNET together
FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK; not AF_VSOCK, AF_ALG, ...
X32 = 0x40000000  # x86-64 has every call twice; nobody uses the second set

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # where they are in struct seccomp_data
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000


def program(machine: str | None = None) -> bytes | None:
    """Return the filter as the kernel (and ``bwrap --seccomp``) takes it.

    Parameters
    ----------
    machine : str, optional
        The processor, as `platform.machine` names it; by default this one.

    Returns
    -------
    bytes or None
        None for a processor that is not in the table: there, do without.
    """
    machine = machine or platform.machine()
    if machine not in ARCHITECTURES:
        return None
    column = list(ARCHITECTURES).index(machine)
    refuse, absent = _ERROR | errno.EPERM, _ERROR | errno.ENOSYS

    code = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, ARCHITECTURES[machine]),
        (_RETURN, 0, 0, absent),  # another set of calls (32 bits): not here
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        code += [(_AT_LEAST, 0, 1, X32), (_RETURN, 0, 0, absent)]
    for numbers in FORBIDDEN.values():
        code += [(_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, refuse)]
    # The flags of clone3 lie in memory, where a filter cannot look. The C library falls back on
    # clone where clone3 does not exist.
    code += [(_EQUAL, 0, 1, CALLS["clone3"][column]), (_RETURN, 0, 0, absent)]
    code += [
        (_EQUAL, 0, 4, CALLS["clone"][column]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_ANY_BIT, 0, 1, NEW_NAMESPACES),
        (_RETURN, 0, 0, refuse),
        (_RETURN, 0, 0, _ALLOW),
        (_EQUAL, 0, 2 + len(FAMILIES), CALLS["socket"][column]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        *((_EQUAL, len(FAMILIES) - i, 0, family) for i, family in enumerate(FAMILIES)),
        (_RETURN, 0, 0, _ERROR | errno.EAFNOSUPPORT),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
