"""Draw the small example pictures on the style buttons with the model that ships:
`python tools/chip_pictures.py` (about a minute).

Run it again whenever the picture model changes. It writes course_utils/notebook/chip_pictures/.
"""

from __future__ import annotations

import io

from course_utils.creation import Recipe
from course_utils.engines import engine_for
from course_utils.notebook.chips import PICTURES
from course_utils.pictures.png import open_picture, show_png
from course_utils.pictures.style_directions import STYLES

PROMPT, SEED, SHOWN = "a red apple", 5, 96


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    for style in STYLES:
        made = next(
            iter(
                engine_for("image").create(
                    Recipe(
                        kind="image",
                        prompt=PROMPT,
                        seed=SEED,
                        settings={"style": style, "speed": "balanced"},
                    )
                )
            )
        )
        buffer = io.BytesIO()
        open_picture(show_png(made, SHOWN)).quantize(64).save(buffer, "PNG", optimize=True)
        (PICTURES / f"{style}.png").write_bytes(buffer.getvalue())
        print(f"{style}.png: {len(buffer.getvalue())} bytes")


if __name__ == "__main__":
    main()
