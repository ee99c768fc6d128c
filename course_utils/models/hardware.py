"""What this machine really lets us use: cores and memory, as limited by containers and hubs."""

from __future__ import annotations

import math
import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def cpu_quota(cgroup: Path = CGROUP) -> float | None:
    """Cores a container may use, or None without a limit (cgroup v2 cpu.max, v1 cpu.cfs_quota_us, JupyterHub's CPU_LIMIT)."""
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
    """Threads worth starting: cores this process may run on, cut to the container's quota and to OMP_NUM_THREADS; at least 1, at most 8.

    More threads than free cores make every step wait for the slowest.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = cpu_quota(cgroup)
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(cores, math.ceil(quota) if quota else cores, int(asked) if asked.isdigit() else cores, 8))


def memory_limit(cgroup: Path = CGROUP) -> int:
    """Bytes of memory this process may use: the smallest of machine, container and JupyterHub's MEM_LIMIT."""
    import psutil

    limits = [psutil.virtual_memory().total]
    for text in (_read(cgroup / "memory.max"), _read(cgroup / "memory/memory.limit_in_bytes"), os.environ.get("MEM_LIMIT", "")):
        if text.isdigit() and int(text) > 0:
            limits.append(int(text))
    return min(limits)


def platform_name() -> str:
    """Where this runs: "colab", "kaggle", "binder", "jupyterhub" or "local", by the variables each of them sets."""
    if "COLAB_RELEASE_TAG" in os.environ or "COLAB_GPU" in os.environ:
        return "colab"
    if "KAGGLE_KERNEL_RUN_TYPE" in os.environ:
        return "kaggle"
    if "BINDER_SERVICE_HOST" in os.environ or "BINDER_LAUNCH_HOST" in os.environ:
        return "binder"
    return "jupyterhub" if "JUPYTERHUB_SERVICE_PREFIX" in os.environ else "local"
