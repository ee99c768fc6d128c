"""Every studio in its six states, photographed wherever it can be opened, on sheets to look at.

Run: python -m tools.look [--in lab notebook browser] [--studio image ...] [--width 1366 820 390]
                          [--theme light dark] [--out DIR]

Needs a Chromium; "notebook" needs the package notebook (7 or newer). States: fresh, working, ready,
chosen, stopped, error. A sheet for each place, width and theme; forced colours, more contrast and
twice the size on one more. Beside them the tree that a screen reader gets, what axe finds, and what
is wrong with the sizes: too tall, scrolling inside, wider than the page.
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from tools.barriers import violations
from tools.look_places import PLACES, STUDIOS, Place, opened

HEIGHT = 768
# what is wrong with the sizes of a studio, as sentences
SIZES = """box => {
  const said = [], all = [...box.querySelectorAll('*')];
  const seen = (one) => one.checkVisibility() && !one.closest('svg, table, details, select');
  const named = (one) => [one.tagName.toLowerCase(), ...one.classList].join('.');
  const tall = Math.round(box.getBoundingClientRect().height);
  if (tall > 640 && innerWidth > 1300) said.push(`${tall} px tall`);
  if (box.scrollWidth > box.clientWidth + 1) said.push(`wider than its place: ${box.scrollWidth}`);
  for (const one of all.filter(seen)) {
    const flow = getComputedStyle(one);
    if (/auto|scroll/.test(flow.overflowY) && one.scrollHeight > one.clientHeight + 2)
      said.push(`scrolls inside: ${named(one)} ${one.scrollHeight} in ${one.clientHeight}`);
    if (/button|input|select|label/i.test(one.tagName) && !one.closest('.cs-card, .cs-frame')
      && one.scrollWidth > one.clientWidth + 2 && flow.overflowX !== 'visible')
      said.push(`cut off: ${named(one)} ${one.textContent.trim().slice(0, 40)}`);
    if (/button|input|select/i.test(one.tagName)) {
      const { width, height } = one.getBoundingClientRect();
      if (width && (width < 24 || height < 24) && !/checkbox|radio/.test(one.type))
        said.push(`small to press: ${named(one)} ${Math.round(width)} x ${Math.round(height)}`);
    }
  }
  return said;
}"""


def states(place: Place) -> Iterator[str]:
    """Lead a studio from one state to the next; yields the name of each."""
    place.page.wait_for_timeout(800)
    yield "fresh"
    place.hold.touch()
    place.go()
    place.page.wait_for_timeout(2500)
    yield "working"
    place.stop()
    place.wait_for("^Stopped")
    yield "stopped"
    place.hold.unlink()
    place.go()
    place.wait_for("(are|is) ready")
    place.page.wait_for_timeout(500)
    yield "ready"
    place.choose(2)
    place.page.wait_for_timeout(500)
    yield "chosen"
    place.say("")
    place.go()
    place.page.wait_for_timeout(1500)
    yield "error"


class Look:
    """What was seen: pictures by sheet, and sentences about what is wrong."""

    def __init__(self, out: Path, widths: list[int], themes: list[str]) -> None:
        self.out, self.widths, self.themes = out, widths, themes
        self.sheets: dict[str, list[Path]] = defaultdict(list)
        self.wrong: dict[str, list[str]] = defaultdict(list)
        out.mkdir(parents=True, exist_ok=True)

    def at(self, where: str, kind: str, state: str, place: Place) -> None:
        """Everything about one state."""
        page, name = place.page, f"{where}-{kind}-{state}"
        for width in self.widths:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            for theme in self.themes:
                place.dark(theme == "dark")
                self.shoot(place, f"{where}-{width}-{theme}", name)
                if theme == self.themes[0]:
                    self.note(place.box.evaluate(SIZES), f"{where} {kind} {width}", state)
        place.dark(False)
        page.set_viewport_size({"width": self.widths[0], "height": HEIGHT})
        if state in ("working", "chosen"):
            self.others(where, name, place)
        (self.out / f"{name}.tree.txt").write_text(place.box.aria_snapshot(), encoding="utf-8")
        self.note(barriers(page, place), f"{where} {kind}", state)

    def others(self, where: str, name: str, place: Place) -> None:
        """Forced colours, more contrast, less motion, twice the size."""
        page, sheet = place.page, f"{where}-special"
        page.emulate_media(forced_colors="active")
        self.shoot(place, sheet, f"{name}-forced")
        page.emulate_media(forced_colors="none", contrast="more", reduced_motion="reduce")
        self.shoot(place, sheet, f"{name}-contrast")
        page.emulate_media(contrast="no-preference", reduced_motion="no-preference")
        page.set_viewport_size({"width": self.widths[0] // 2, "height": HEIGHT // 2})
        self.shoot(place, sheet, f"{name}-twice")
        page.set_viewport_size({"width": self.widths[0], "height": HEIGHT})

    def shoot(self, place: Place, sheet: str, name: str) -> None:
        place.page.wait_for_timeout(150)
        place.up()
        place.page.wait_for_timeout(100)
        path = self.out / f"{name}-{sheet.split('-', 1)[1]}.png"
        place.page.screenshot(path=path)
        self.sheets[sheet].append(path)

    def note(self, said: list[str], where: str, state: str) -> None:
        for one in said:
            self.wrong[f"{where}: {one}"].append(state)

    def finish(self) -> None:
        """The sheets, and what was found."""
        for name, shots in self.sheets.items():
            contact_sheet(shots, self.out / f"sheet-{name}.png")
        lines = [f"{said} ({', '.join(states)})" for said, states in self.wrong.items()]
        (self.out / "findings.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{sum(map(len, self.sheets.values()))} pictures, {len(self.sheets)} sheets")
        print("\n".join(lines) or "nothing found wrong")


def barriers(page: Any, place: Place) -> list[str]:
    """What axe finds in the studio, from moderate on."""
    place.box.evaluate("one => one.setAttribute('data-looked-at', '')")
    return [
        f"axe, {one['impact']}: {one['id']}: {[node['html'][:140] for node in one['nodes'][:2]]}"
        for one in violations(page, "[data-looked-at]", None)
        if one["impact"] != "minor"
    ]


def contact_sheet(shots: list[Path], out: Path) -> None:
    """All pictures of a sheet as one, six in a row, each with its name."""
    pictures = [Image.open(one).convert("RGB") for one in shots]
    width = 480 if pictures[0].width > 500 else 260
    height = max(width * one.height // one.width for one in pictures)
    rows = -(-len(pictures) // 6)
    whole = Image.new("RGB", (6 * (width + 8), rows * (height + 22)), "white")
    draw = ImageDraw.Draw(whole)
    for number, (picture, path) in enumerate(zip(pictures, shots)):
        across, down = number % 6 * (width + 8), number // 6 * (height + 22)
        picture.thumbnail((width, height), Image.Resampling.LANCZOS)
        whole.paste(picture, (across, down + 16))
        draw.text((across + 2, down + 2), path.stem, fill="black")
    whole.save(out)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in", nargs="*", dest="places", default=list(PLACES), choices=PLACES)
    parser.add_argument("--studio", nargs="*", default=list(STUDIOS), choices=list(STUDIOS))
    parser.add_argument("--width", nargs="*", type=int, default=[1366, 820, 390])
    parser.add_argument("--theme", nargs="*", default=["light", "dark"], choices=["light", "dark"])
    parser.add_argument("--out", type=Path, default=Path("shots"))
    given = parser.parse_args(argv)
    os.environ.setdefault("COURSE_WAIT", "60")
    look = Look(given.out, given.width, given.theme)
    for where in given.places:
        with opened(where, given.studio) as studios:
            for kind, place in studios:
                for state in states(place):
                    look.at(where, kind, state, place)
                print(f"{where}: {kind}", flush=True)
    look.finish()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
