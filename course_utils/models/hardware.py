"""What this machine really lets us use: cores, memory, graphics card and disk,
as limited by containers and hubs.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

__all__ = ["free_disk", "graphics_card", "memory_limit", "platform_name", "usable_threads"]

CGROUP = Path("/sys/fs/cgroup")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def cpu_quota(cgroup: Path = CGROUP) -> float | None:
    """Cores a container may use, or None without a limit (cgroup v2 cpu.max, v1 cpu.cfs_quota_us,
    JupyterHub's CPU_LIMIT).
    """
    limits = []
    words = _read(cgroup / "cpu.max").split()
    if len(words) == 2 and words[0].isdigit() and int(words[1]):
        limits.append(int(words[0]) / int(words[1]))
    quota, period = _read(cgroup / "cpu/cpu.cfs_quota_us"), _read(cgroup / "cpu/cpu.cfs_period_us")
    if quota.isdigit() and period.isdigit() and int(period):
        limits.append(int(quota) / int(period))
    try:
        limits.append(float(os.environ["CPU_LIMIT"]))
    except (KeyError, ValueError):
        pass
    return min((limit for limit in limits if limit > 0), default=None)


def usable_threads(cgroup: Path = CGROUP) -> int:
    """Threads worth starting: cores this process may run on, cut to the container's quota and to
    OMP_NUM_THREADS; at least 1, at most 8.

    More threads than free cores make every step wait for the slowest.
    """
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    quota = cpu_quota(cgroup)
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return max(
        1,
        min(
            cores, math.ceil(quota) if quota else cores, int(asked) if asked.isdigit() else cores, 8
        ),
    )


def memory_limit(cgroup: Path = CGROUP) -> int:
    """Bytes of memory this process may use: the smallest of machine,
    container and JupyterHub's MEM_LIMIT.
    """
    import psutil

    limits = [psutil.virtual_memory().total]
    for text in (
        _read(cgroup / "memory.max"),
        _read(cgroup / "memory/memory.limit_in_bytes"),
        os.environ.get("MEM_LIMIT", ""),
    ):
        if text.isdigit() and int(text) > 0:
            limits.append(int(text))
    return min(limits)


@cache
def graphics_card() -> tuple[str, int, bool]:
    """Name, memory in bytes and whether it has bfloat16; ("", 0, False) without an NVIDIA card.

    Asks the driver, so that torch need not be loaded.
    """
    program = shutil.which("nvidia-smi")
    if not program:
        return "", 0, False
    try:
        told = subprocess.run(
            [program, "--query-gpu=name,memory.total,compute_cap", "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            timeout=20,
        )
        name, memory, ability = (part.strip() for part in told.stdout.splitlines()[0].split(","))
        return name, int(float(memory)) * 1024**2, float(ability) >= 8.0  # Ampere and newer
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        return "", 0, False


def free_disk(place: Path) -> int:
    """Bytes free where a folder is, or will be made."""
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free


def platform_name() -> str:
    """Where this runs: "colab", "kaggle", "binder", "jupyterhub" or "local",
    by the variables each of them sets.
    """
    if "COLAB_RELEASE_TAG" in os.environ or "COLAB_GPU" in os.environ:
        return "colab"
    if "KAGGLE_KERNEL_RUN_TYPE" in os.environ:
        return "kaggle"
    if "BINDER_SERVICE_HOST" in os.environ or "BINDER_LAUNCH_HOST" in os.environ:
        return "binder"
    return "jupyterhub" if "JUPYTERHUB_SERVICE_PREFIX" in os.environ else "local"
