"""What is opened in a limited process: functions from bytes to bytes for `limited.run_limited`."""

from __future__ import annotations

import io

from course_utils.errors import LearnerError
from course_utils.safety.headers import NO_SOUND

__all__ = ["first_sound"]


def draw_svg(data: bytes, across: int = 720) -> bytes:
    """A drawing as PNG bytes, `across` pixels wide. Source: the resvg library.

    Raises:
        BadRecipe: it holds more than a drawing of the course may.
    """
    import resvg_py

    from course_utils.safety.markup import check_svg

    check_svg(data)
    return bytes(resvg_py.svg_to_bytes(svg_string=data.decode("utf-8"), width=across))


def small_picture(data: bytes, longest: int = 512) -> bytes:
    """A picture of any usual kind as PNG bytes (RGBA), its longer side at most `longest` pixels.

    Raises:
        LearnerError: it is none, or has too many pixels.
    """
    from PIL import Image, ImageOps

    from course_utils.safety.headers import check_picture

    form = check_picture(data).form
    opened = Image.open(io.BytesIO(data), formats=[form])
    opened.draft("RGB", (longest, longest))  # a large JPEG is decoded small
    picture = ImageOps.exif_transpose(opened).convert("RGBA")
    picture.thumbnail((longest, longest))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def first_sound(data: bytes, seconds: int = 60) -> tuple[dict, bytes]:
    """The beginning of a recording as one channel of 32-bit floats, and its rate.

    Read in pieces of a second, so that eight channels never stand in memory side by side.

    Raises:
        LearnerError: it is none, or too long.
    """
    import soundfile

    from course_utils.safety.headers import check_sound

    _, _, rate = check_sound(data)
    heard = []
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            for _ in range(seconds):
                part = file.read(rate, dtype="float32", always_2d=True)
                if not len(part):
                    break
                heard.append(part.mean(1).tobytes())
    except Exception as problem:  # decoders raise almost anything on hostile files
        raise LearnerError(NO_SOUND) from problem
    return {"rate": rate}, b"".join(heard)
