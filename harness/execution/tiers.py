"""Why a tier of the sandbox was not reached, and exactly what to do about it."""

from __future__ import annotations

from harness.problems import Explanation, Problem

_KNOWN = (
    ("loopback: Failed RTM_NEWADDR", "E6004"),
    ("setting up uid map: Permission denied", "E6004"),
    ("No permissions to create new namespace", "E6005"),
    ("No permissions to creating new namespace", "E6005"),
    ("Creating new namespace failed: Operation not permitted", "E6005"),
    ("(ENOSPC)", "E6006"),
    ("Creating new namespace failed: No space left on device", "E6006"),
    ("Creating new namespace failed: Invalid argument", "E6007"),
    ("Can't mount proc", "E6008"),
    ("Can't read /proc/sys/kernel/overflowuid", "E6008"),
    ("setting up uid map", "E6009"),
    ("Unknown option", "E6010"),
    ("launcher: stage:", "E6011"),
    ("Unexpected capabilities", "E6012"),
    ("seccomp", "E6013"),
    ("execvp /usr/bin/prlimit", "E6014"),
    ("launcher: join:", "E6021"),
    ("confiner: landlock", "E6025"),
    ("source path", "E6015"),
)
"""What bubblewrap or the launcher says, first match first, and the code of its cause."""


def cause_of(said: str) -> Problem:
    """Recognise why the sandbox did not start from what it printed."""
    line = said.strip().splitlines()[-1] if said.strip() else "?"
    code = next((code for text, code in _KNOWN if text in said), "E6019")
    return Problem(code, where="sandbox", found=line)


PROBLEMS = (
    Explanation(
        "E6001",
        "这台机器（{found}）没有可用的沙箱：需要 Linux（x86-64 或 aarch64）。请换用这样的机器；"
        "在 Windows 上可用 WSL2。",
        "No sandbox for this machine ({found}): Linux on x86-64 or aarch64 is needed. Use one, "
        "or WSL2 on Windows.",
    ),
    Explanation(
        "E6002",
        "没有找到 bwrap。请安装：sudo apt install bubblewrap（或 sudo dnf install bubblewrap）。",
        "bwrap was not found. Install it: sudo apt install bubblewrap "
        "(or sudo dnf install bubblewrap).",
    ),
    Explanation(
        "E6003",
        "按要求不使用沙箱：程序以您本人的权限运行，结果不能用于排名。"
        "正式运行请去掉 --unsafe-no-sandbox。",
        "Run without a sandbox as asked: the program has your own rights, and its results are "
        "never ranked. For a real run, leave out --unsafe-no-sandbox.",
    ),
    Explanation(
        "E6004",
        "AppArmor 禁止 bwrap 建立用户命名空间（{found}）。请运行：sudo apt install apparmor-profiles && "
        "sudo cp /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/ && "
        "sudo apparmor_parser -r /etc/apparmor.d/bwrap-userns-restrict",
        "AppArmor keeps bwrap from using user namespaces ({found}). Run: "
        "sudo apt install apparmor-profiles && "
        "sudo cp /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/ && "
        "sudo apparmor_parser -r /etc/apparmor.d/bwrap-userns-restrict",
    ),
    Explanation(
        "E6005",
        "不允许建立命名空间（{found}）。在容器内：以 --security-opt seccomp=unconfined "
        "--security-opt systempaths=unconfined --cap-add SYS_ADMIN 启动容器；在较旧的 Debian 上：sudo sysctl -w "
        "kernel.unprivileged_userns_clone=1。",
        "New namespaces are not permitted ({found}). In a container: start it with --security-opt "
        "seccomp=unconfined --security-opt systempaths=unconfined --cap-add SYS_ADMIN. On an old "
        "Debian: sudo sysctl -w kernel.unprivileged_userns_clone=1.",
    ),
    Explanation(
        "E6006",
        "用户命名空间已关闭或已用尽（{found}）。请运行：sudo sysctl -w user.max_user_namespaces=15000。",
        "User namespaces are switched off or used up ({found}). Run: "
        "sudo sysctl -w user.max_user_namespaces=15000.",
    ),
    Explanation(
        "E6007",
        "内核不支持用户命名空间（{found}）。请换用启用 CONFIG_USER_NS 的内核。",
        "The kernel has no user namespaces ({found}). Use a kernel with CONFIG_USER_NS.",
    ),
    Explanation(
        "E6008",
        "/proc 不完整或被遮盖（{found}）。在容器内：以 --security-opt systempaths=unconfined 启动容器。",
        "/proc is missing or covered ({found}). In a container: start it with "
        "--security-opt systempaths=unconfined.",
    ),
    Explanation(
        "E6009",
        "无法写入 uid 映射（{found}），常见原因是 /proc 以 hidepid 挂载。"
        "请运行：sudo mount -o remount,hidepid=0 /proc。",
        "The uid map cannot be written ({found}), often because /proc is mounted with hidepid. "
        "Run: sudo mount -o remount,hidepid=0 /proc.",
    ),
    Explanation(
        "E6010",
        "bwrap 版本过旧（{found}）。请安装 bubblewrap 0.8 或更新的版本。",
        "bwrap is too old ({found}). Install bubblewrap 0.8 or newer.",
    ),
    Explanation(
        "E6011",
        "以 root 运行但不能建立挂载命名空间（{found}）。请以普通用户运行，或给容器加 "
        "--cap-add SYS_ADMIN。",
        "Run as root, yet without the right to a mount namespace ({found}). Run as an ordinary "
        "user, or start the container with --cap-add SYS_ADMIN.",
    ),
    Explanation(
        "E6012",
        "普通用户带有特权（{found}）。请在没有环境特权（ambient capabilities）的会话中运行。",
        "An ordinary user carries capabilities ({found}). Run in a session without ambient "
        "capabilities.",
    ),
    Explanation(
        "E6013",
        "内核不接受系统调用过滤（{found}）。请换用启用 CONFIG_SECCOMP_FILTER 的内核。",
        "The kernel refuses the system-call filter ({found}). Use a kernel with "
        "CONFIG_SECCOMP_FILTER.",
    ),
    Explanation(
        "E6014",
        "没有找到 /usr/bin/prlimit（{found}）。请安装：sudo apt install util-linux。",
        "/usr/bin/prlimit was not found ({found}). Install it: sudo apt install util-linux.",
    ),
    Explanation(
        "E6015",
        "沙箱读不到要挂载的文件（{found}）。请检查该路径存在，并对当前用户可读。",
        "The sandbox cannot reach what it should mount ({found}). Make that path exist and "
        "readable for the current user.",
    ),
    Explanation(
        "E6019",
        "沙箱没有启动：{found}。请运行 bwrap --ro-bind / / --unshare-all true 查看原因，并附上输出求助。",
        "The sandbox did not start: {found}. Run bwrap --ro-bind / / --unshare-all true, and send "
        "its output with your question.",
    ),
    Explanation(
        "E6020",
        "没有挂载 cgroup，内存与 CPU 只能轮询（B 级）。请在启用 cgroup v2 的系统上运行。",
        "No control groups are mounted, so memory and CPU are only polled (tier B). Run on a "
        "system with cgroup v2.",
    ),
    Explanation(
        "E6021",
        "无权在 {where} 下建立 cgroup（{found}），内存与 CPU 只能轮询（B 级）。请以 root 运行，或用 "
        "systemd-run --user --scope -p Delegate=yes 启动。",
        "No right to make control groups below {where} ({found}), so memory and CPU are only "
        "polled (tier B). Run as root, or start by systemd-run --user --scope -p Delegate=yes.",
    ),
    Explanation(
        "E6022",
        "{where} 缺少 cgroup 控制器 {found}（B 级）。请用 systemd-run --user --scope -p Delegate=yes "
        "启动，或以 root 运行。",
        "The control group {where} lacks the controllers {found} (tier B). Start by systemd-run "
        "--user --scope -p Delegate=yes, or run as root.",
    ),
    Explanation(
        "E6023",
        "{where} 中还有 {found} 个其他进程，不能下放 cgroup 控制器（B 级）。"
        "请用 systemd-run --scope -p Delegate=yes 单独启动。",
        "{found} other processes share the control group {where}, so its controllers cannot be "
        "handed down (tier B). Start alone, by systemd-run --scope -p Delegate=yes.",
    ),
    Explanation(
        "E6024",
        "按要求不使用 cgroup：内存与 CPU 只能轮询（B 级）。需要 A 级时请用自动检测。",
        "No control group as asked: memory and CPU are only polled (tier B). For tier A, use what "
        "is detected.",
    ),
    Explanation(
        "E6025",
        "这个内核的 Landlock 版本是 {found}，C 级至少需要 6（Linux 6.12）。请按上面的原因修复以达到 A 级或 B 级，"
        "或换用新内核。",
        "The Landlock version of this kernel is {found}; tier C needs 6 (Linux 6.12). Repair the "
        "causes above to reach tier A or B, or use a newer kernel.",
    ),
    Explanation(
        "E6026",
        "按要求只用 Landlock（C 级，仅供自检）。正式运行请用自动检测。",
        "Landlock only as asked (tier C, for self-checks). For a real run, use what is detected.",
    ),
)
