"""What is taken out of a small computer's environment, and that the rest goes on working."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.set_up_light import cut_symbols, slim


def library_with_symbols() -> Path:
    """One whose makers left its symbols in, on Linux."""
    import kiwisolver

    return next(Path(kiwisolver.__file__).parent.glob("_cext*.so"), Path())


@pytest.fixture
def copied(tmp_path) -> Path:
    source = library_with_symbols()
    if sys.platform != "linux" or not source.is_file():
        pytest.skip("Linux libraries only")
    return Path(shutil.copy(source, tmp_path / source.name))


def test_a_library_without_its_symbols_can_still_be_loaded(copied):
    before = copied.stat().st_size
    freed = cut_symbols(copied)
    assert freed > 1 << 16 and copied.stat().st_size == before - freed
    code = f"import ctypes; print(ctypes.PyDLL({str(copied)!r}).PyInit__cext)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "PyInit__cext" in done.stdout or "FuncPtr" in done.stdout, done.stderr
    assert cut_symbols(copied) == 0, "nothing is left to take"


def test_another_file_stays_as_it_is(tmp_path):
    for number, content in enumerate(
        (b"", b"\x7fELF", b"\x7fELF\x01\x01" + bytes(900), b"MZ" + bytes(200_000), bytes(99))
    ):
        other = tmp_path / f"{number}.so"
        other.write_bytes(content)
        assert cut_symbols(other) == 0 and other.read_bytes() == content


def test_a_library_cut_short_stays_as_it_is(copied):
    content = copied.read_bytes()[:5000]
    copied.write_bytes(content)
    assert cut_symbols(copied) == 0 and copied.read_bytes() == content
    beyond = bytearray(content[:64])
    struct.pack_into("<Q", beyond, 32, 1 << 40)  # its table of segments lies behind its end
    copied.write_bytes(beyond)
    assert cut_symbols(copied) == 0 and copied.read_bytes() == beyond


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"12345")


def test_what_no_lesson_reads_goes_and_the_rest_stays(tmp_path):
    packages = tmp_path / "lib"
    needless = ["numpy/lib/tests/a.py", "babel/locale-data/zu.dat", "fontTools/misc/bezier.c"]
    needless += ["onnxruntime/tools/b.py", "jedi/third_party/typeshed/stubs/six/c.pyi"]
    needed = ["numpy/lib/a.py", "babel/locale-data/en.dat", "numpy/testing/d.py"]
    needed += ["jedi/third_party/typeshed/stdlib/e.pyi", "onnxruntime/capi/f.py"]
    put(packages, *needless, *needed)
    assert slim(packages, tmp_path) == 5 * len(needless)
    assert not any((packages / name).exists() for name in needless)
    assert all((packages / name).is_file() for name in needed)
    assert (packages / "jedi/third_party/typeshed/stubs").is_dir(), "jedi lists it"


def test_jupyterlabs_pages_go_only_where_the_same_ones_lie(tmp_path):
    packages, read = tmp_path / "lib", tmp_path / "share/jupyter/lab/static"
    put(packages, "jupyterlab/static/package.json", "jupyterlab/static/page.js")
    slim(packages, tmp_path)
    assert (packages / "jupyterlab/static/page.js").is_file(), "there is no other copy"
    put(read, "package.json", "page.js")
    (read / "package.json").write_bytes(b"of another version")
    slim(packages, tmp_path)
    assert (packages / "jupyterlab/static/page.js").is_file()
    put(read, "package.json")
    slim(packages, tmp_path)
    assert not (packages / "jupyterlab/static").exists() and (read / "page.js").is_file()


def test_the_runtime_for_programs_in_c_goes_only_if_pythons_part_needs_it_not(tmp_path):
    capi = tmp_path / "onnxruntime/capi"
    put(capi, "libonnxruntime.so.1.32.0", "onnxruntime_pybind11_state.so")
    linked = capi / "onnxruntime_pybind11_state.so"
    linked.write_bytes(b"NEEDED libonnxruntime.so.1 ...")
    slim(tmp_path, tmp_path)
    assert (capi / "libonnxruntime.so.1.32.0").is_file()
    linked.write_bytes(b"all in one")
    slim(tmp_path, tmp_path)
    assert not (capi / "libonnxruntime.so.1.32.0").exists() and linked.is_file()


def test_a_loaded_library_is_not_changed_under_its_program(copied):
    held = copied.open("rb")
    whole = copied.read_bytes()
    cut_symbols(copied)
    assert held.read() == whole, "who had it open reads the old one"
    held.close()
