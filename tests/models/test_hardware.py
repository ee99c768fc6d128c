"""What the machine lets us use: limits of containers and hubs count, not what the node has."""

from __future__ import annotations

import os
import sys

import psutil
import pytest

from course_utils.models import hardware
from course_utils.models.hardware import (
    cpu_quota,
    free_disk,
    memory_limit,
    platform_name,
    usable_threads,
)


@pytest.fixture(autouse=True)
def no_hub(monkeypatch):
    for name in (
        "CPU_LIMIT",
        "MEM_LIMIT",
        "COLAB_RELEASE_TAG",
        "COLAB_GPU",
        "KAGGLE_KERNEL_RUN_TYPE",
        "BINDER_SERVICE_HOST",
        "BINDER_LAUNCH_HOST",
        "JUPYTERHUB_SERVICE_PREFIX",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("asked", "at_most"), [("1", 1), ("", 8), ("many", 8), ("0", 1), ("999", 8)]
)
def test_threads_stay_within_what_was_asked_for(asked, at_most, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert 1 <= usable_threads(tmp_path) <= at_most
    (tmp_path / "cpu.max").write_text("100000 100000")
    assert usable_threads(tmp_path) == 1


def test_the_processor_quota_of_either_kind_of_container_counts(tmp_path, monkeypatch):
    assert cpu_quota(tmp_path) is None
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert cpu_quota(tmp_path) is None
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    assert cpu_quota(tmp_path) == 1.5
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text("50000")
    (tmp_path / "cpu/cpu.cfs_period_us").write_text("100000")
    assert cpu_quota(tmp_path) == 0.5
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text("-1")
    assert cpu_quota(tmp_path) == 1.5
    monkeypatch.setenv("CPU_LIMIT", "0.7")
    assert cpu_quota(tmp_path) == 0.7


def test_the_smallest_memory_limit_counts(tmp_path, monkeypatch):
    whole = psutil.virtual_memory().total
    (tmp_path / "memory.max").write_text("max\n")
    assert memory_limit(tmp_path) == whole
    (tmp_path / "memory").mkdir()
    # what version 1 says for no limit
    (tmp_path / "memory/memory.limit_in_bytes").write_text("9223372036854771712")
    assert memory_limit(tmp_path) == whole
    (tmp_path / "memory/memory.limit_in_bytes").write_text("1500000000")
    assert memory_limit(tmp_path) == 1_500_000_000
    (tmp_path / "memory.max").write_text("1200000000\n")
    assert memory_limit(tmp_path) == 1_200_000_000
    monkeypatch.setenv("MEM_LIMIT", "1073741824")
    assert memory_limit(tmp_path) == 1_073_741_824


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("COLAB_RELEASE_TAG", "colab"),
        ("KAGGLE_KERNEL_RUN_TYPE", "kaggle"),
        ("BINDER_SERVICE_HOST", "binder"),
        ("JUPYTERHUB_SERVICE_PREFIX", "jupyterhub"),
        ("", "local"),
    ],
)
def test_platforms_are_known_by_their_variables(variable, name, monkeypatch):
    if variable:
        monkeypatch.setenv(variable, "x")
    if name == "binder":
        monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/x/")  # Binder is a JupyterHub too
    assert platform_name() == name


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("Tesla T4, 15360, 7.5", ("Tesla T4", 15360 * 1024**2, False)),
        ("NVIDIA L4, 23034, 8.9", ("NVIDIA L4", 23034 * 1024**2, True)),
        ("No devices were found", ("", 0, False)),
        ("", ("", 0, False)),
    ],
)
def test_a_graphics_card_is_asked_for_its_memory_and_its_numbers(
    told, found, tmp_path, monkeypatch
):
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\necho '{told}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    hardware.graphics_card.cache_clear()
    try:
        assert hardware.graphics_card() == found
    finally:
        hardware.graphics_card.cache_clear()


def test_free_disk_is_that_of_the_place_where_a_folder_will_be(tmp_path):
    assert abs(free_disk(tmp_path / "not/yet/there") - free_disk(tmp_path)) < 1e9
