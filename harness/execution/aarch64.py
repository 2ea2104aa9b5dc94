"""Numbers of system calls on 64-bit ARM, by the names that the x86-64 table has.

Checked against the kernel's generic header; not yet run on such a machine. A name that is left
out is a call that ARM never had.
"""

AUDIT_ARCH = 0xC00000B7

NUMBERS = {
    "acct": 89, "add_key": 217, "adjtimex": 171, "bpf": 280, "cachestat": 451, "chroot": 51,
    "clock_adjtime": 266, "clock_settime": 112, "clone": 220, "clone3": 435, "delete_module": 106,
    "fanotify_init": 262, "fanotify_mark": 263, "fchmodat": 53, "fchmodat2": 452, "fchownat": 54,
    "fcntl": 25, "file_setattr": 469, "finit_module": 273, "fsconfig": 431, "fsmount": 432,
    "fsopen": 430, "fspick": 433, "init_module": 105, "inotify_add_watch": 27, "inotify_init1": 26,
    "io_uring_enter": 426, "io_uring_register": 427, "io_uring_setup": 425, "ioctl": 29,
    "ioprio_set": 30, "kcmp": 272, "kexec_file_load": 294, "kexec_load": 104, "keyctl": 219,
    "listmount": 458, "listns": 470, "lookup_dcookie": 18, "lremovexattr": 15, "lsetxattr": 6,
    "memfd_create": 279, "memfd_secret": 447, "migrate_pages": 238, "mount": 40,
    "mount_setattr": 442, "move_mount": 429, "move_pages": 239, "mq_open": 180, "msgget": 186,
    "name_to_handle_at": 264, "nfsservctl": 42, "open_by_handle_at": 265, "open_tree": 428,
    "open_tree_attr": 467, "perf_event_open": 241, "personality": 92, "pidfd_getfd": 438,
    "pivot_root": 41, "prlimit64": 261, "process_madvise": 440, "process_vm_readv": 270,
    "process_vm_writev": 271, "ptrace": 117, "quotactl": 60, "quotactl_fd": 443, "reboot": 142,
    "removexattr": 14, "removexattrat": 466, "request_key": 218, "sched_setaffinity": 122,
    "sched_setattr": 274, "sched_setparam": 118, "sched_setscheduler": 119, "setdomainname": 162,
    "sethostname": 161, "setns": 268, "setpgid": 154, "setpriority": 140, "setsid": 157,
    "settimeofday": 170, "setxattr": 5, "setxattrat": 463, "shmat": 196, "shmget": 194,
    "socket": 198, "socketpair": 199, "statmount": 457, "swapoff": 225, "swapon": 224,
    "syslog": 116, "umount2": 39, "unshare": 97, "userfaultfd": 282, "utimensat": 88, "vhangup": 58,
}  # fmt: skip
