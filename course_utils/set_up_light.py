"""Makes the course's own Python environment smaller, for computers with little room: takes out
what lies in its packages and no lesson reads, with or without the big tools.

Run: python -m course_utils.set_up_light    (`python start.py --light` does)
"""

from __future__ import annotations

import contextlib
import os
import shutil
import struct
import sys
import sysconfig
from pathlib import Path

__all__ = ["cut_symbols", "slim"]

NEEDLESS = {  # pattern below site-packages: what it is
    "**/tests": "the packages' own tests",
    "**/*.c": "sources of what lies beside them ready-made",
    "**/*.pyx": "the same",
    "babel/locale-data/*.dat": "names of days and currencies in a thousand places",
    "jedi/third_party/django-stubs": "how libraries are called that the course has not",
    "jedi/third_party/typeshed/stubs/*": "the same",
    "jupyterlab/galata": "what tries JupyterLab out",
    "onnxruntime/quantization": "what changes models before they are run",
    "onnxruntime/tools": "the same",
    "onnxruntime/transformers": "the same",
}
KEPT = ("root.dat", *(f"{language}.dat" for language in ("en", "es", "pt", "fr", "de", "it")))
LAB = "jupyterlab/static"  # lies a second time, where it is read, in share/jupyter/lab
RUNTIME = "onnxruntime/capi/libonnxruntime.so.*"  # for programs in C; Python's part holds it too
PYTHONS_PART = "onnxruntime/capi/onnxruntime_pybind11_state*.so"
WORTH_IT = 1 << 16  # bytes of symbols for which a library is written anew
ELF64 = b"\x7fELF\x02\x01"  # 64 bits, lowest byte first


def slim(packages: Path, root: Path) -> int:
    """Take out what is not needed of an environment; gives back how many bytes that freed.

    Args:
        packages: its site-packages.
        root: its topmost folder.
    """
    freed = 0
    for pattern in NEEDLESS:
        for found in list(packages.glob(pattern)):
            if found.name not in KEPT:
                freed += _removed(found)
    ours, read = packages / LAB, root / "share" / "jupyter" / "lab" / "static"
    if _same(ours / "package.json", read / "package.json"):
        freed += _removed(ours)
    if not any(b"libonnxruntime.so." in one.read_bytes() for one in packages.glob(PYTHONS_PART)):
        freed += sum(_removed(one) for one in list(packages.glob(RUNTIME)))
    for library in packages.glob("**/*.so*"):
        if library.is_file() and not library.is_symlink():
            freed += cut_symbols(library)
    return freed


def cut_symbols(library: Path) -> int:
    """Take out what a Linux library carries for debuggers alone; gives back how many bytes.

    A program is loaded by its segments; sections, with what debuggers read, lie behind them. What
    is no such library stays as it is. Source: Tool Interface Standard, ELF specification 1.2.
    """
    with library.open("rb") as file:
        head = bytearray(file.read(64))
        if len(head) < 64 or head[:6] != ELF64:
            return 0
        (first,) = struct.unpack_from("<Q", head, 32)
        size, count = struct.unpack_from("<HH", head, 54)
        file.seek(first)
        table = file.read(size * count)
        if size < 56 or len(table) < size * count:
            return 0
        places = [struct.unpack_from("<Q16xQ", table, place * size + 8) for place in range(count)]
        end = max([first + size * count, *(start + length for start, length in places)])
        spare = library.stat().st_size - end
        if spare < WORTH_IT:
            return 0
        struct.pack_into("<Q", head, 40, 0)  # no sections any more
        struct.pack_into("<HH", head, 60, 0, 0)
        file.seek(64)
        rest = file.read(end - 64)
    _write_in_its_place(library, bytes(head) + rest)
    return spare


def _write_in_its_place(library: Path, content: bytes) -> None:
    """In one step: a program that has the old one open goes on with it."""
    made = library.with_name(library.name + ".part")
    try:
        made.write_bytes(content)
        shutil.copymode(library, made)
        os.replace(made, library)
    except OSError:  # a full disk, or a file of somebody else's: it stays as it was
        made.unlink(missing_ok=True)


def _removed(path: Path) -> int:
    """Remove a file or a folder; how many bytes it had."""
    size = sum(one.lstat().st_size for one in [path, *path.rglob("*")] if one.is_file())
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return size


def _same(one: Path, other: Path) -> bool:
    with contextlib.suppress(OSError):
        return one.read_bytes() == other.read_bytes()
    return False


def main() -> None:
    if sys.prefix == sys.base_prefix:
        sys.exit("This is for the course's own environment (the folder .venv): use its Python.")
    freed = slim(Path(sysconfig.get_path("purelib")), Path(sys.prefix))
    print(f"{freed / 1e6:.0f}")


if __name__ == "__main__":
    main()
