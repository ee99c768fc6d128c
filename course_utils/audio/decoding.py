"""The beginning of any recording as one channel, within limits: its head first, then piece by
piece, and what unpacks to much in a process of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils.safety.headers import check_sound
from course_utils.safety.limited import Limits, run_limited
from course_utils.safety.readers import first_sound

if TYPE_CHECKING:
    import numpy as np

__all__ = ["first_of"]

AT_ONCE = 6_000_000  # frames x channels that are decoded here: a minute of stereo
LIMITS = Limits(seconds=30.0, cpu_seconds=25)


@dataclass(frozen=True)
class Heard:
    """The beginning of a recording: samples (n,) as 32-bit floats, their rate, and the seconds of
    the whole.
    """

    samples: np.ndarray
    rate: int
    seconds: float


def first_of(data: bytes, most: int, longest: float) -> Heard:
    """At most `most` seconds from the beginning of a recording that is at most `longest` long.

    Raises:
        LearnerError: it is none, damaged, too long, or takes too much.
    """
    import numpy as np

    frames, channels, rate = check_sound(data, longest)
    if frames * channels <= AT_ONCE:
        _, samples = first_sound(data, seconds=most)
    else:
        samples, _ = run_limited(
            "course_utils.safety.readers:first_sound", data, LIMITS, seconds=most
        )
    return Heard(np.frombuffer(samples, np.float32), rate, frames / rate)
