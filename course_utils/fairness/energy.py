"""What a result cost: seconds, and energy as an estimate with its method and range,
beside a phone's charge and published figures of large models.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Cost", "METHOD", "PUBLISHED"]

# what a laptop draws more when its processor works: a thrifty one on one core, and a fast one on
# all
LOW_WATTS, HIGH_WATTS = 8.0, 45.0
PHONE = 15.0  # watt-hours in a phone's battery of about 4,000 mAh at 3.85 V
PUBLISHED = [  # what, watt-hours, where that is written
    (
        "one picture by a large model, the mean of several",
        2.9,
        (
            "Luccioni, Jernite and Strubell 2024, Power Hungry Processing: 2.907 kWh for 1,000"
            " pictures"
        ),
    ),
    (
        "one text by a large model, the mean of several",
        0.047,
        "the same paper: 0.047 kWh for 1,000 texts",
    ),
    (
        "one question to a large assistant, the median",
        0.24,
        "Google, August 2025, on Gemini Apps text prompts",
    ),
]
METHOD = (
    f"Method: seconds at work times {LOW_WATTS:.0f} to {HIGH_WATTS:.0f} watts, what laptops draw"
    " more under load. Not measured at the plug, and without making the computer or training the"
    " model."
)


@dataclass(frozen=True)
class Cost:
    """Seconds of work, and the least and most watt-hours they took."""

    seconds: float

    @property
    def low(self) -> float:
        return self.seconds * LOW_WATTS / 3600

    @property
    def high(self) -> float:
        return self.seconds * HIGH_WATTS / 3600

    @property
    def sentence(self) -> str:
        many = PHONE / max(self.high, 1e-9), PHONE / max(self.low, 1e-9)
        return (
            f"{self.seconds:.1f} seconds of work, about {self.low:.4f} to {self.high:.4f}"
            f" watt-hours. A phone's charge ({PHONE:.0f} watt-hours) is {many[0]:,.0f} to"
            f" {many[1]:,.0f} times as much."
        )
