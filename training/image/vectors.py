"""Vector drawings of the hands' packages by name or by code point,
drawn as RGBA pictures of any size.
"""

from __future__ import annotations

import io
import json
import re
from functools import cached_property
from pathlib import Path

from PIL import Image

# Names in packs that follow older or looser words than Unicode's; left: the pack's name
OTHER_NAMES = {
    "bunny": "rabbit-face",
    "bunnyside": "rabbit",
    "catside": "cat",
    "cat": "cat-face",
    "dog": "dog-face",
    "dogside": "dog",
    "pigside": "pig",
    "pig": "pig-face",
    "mouse": "mouse-face",
    "mouseside": "mouse",
    "tiger": "tiger-face",
    "tigerside": "tiger",
    "horseface": "horse-face",
    "chicken": "chicken",
    "pandaface": "panda",
    "europeancastle": "castle",
    "sliceofpizza": "pizza",
    "whitemediumstar": "star",
    "spurtingwhale": "spouting-whale",
    "housebuilding": "house",
    "housebuildings": "houses",
    "aubergine": "eggplant",
    "earofmaize": "ear-of-corn",
    "earofrice": "sheaf-of-rice",
    "evergreen": "evergreen-tree",
    "deciduoustree": "deciduous-tree",
    "bolt": "high-voltage",
    "mobilephone": "mobile-phone",
    "cellphone": "mobile-phone",
    "personalcomputer": "laptop",
    "europeanpostoffice": "post-office",
    "lollipop": "lollipop",
    "present": "wrapped-gift",
    "steamlocomotive": "locomotive",
    "highspeedtrain": "high-speed-train",
    "sheep": "ewe",
    "highspeedtrainbulletnose": "bullet-train",
    "crescentmoon": "crescent-moon",
    "racecar": "racing-car",
    "multiplemusicalnotes": "musical-notes",
    "whitesun": "sun",
    "sunrays": "sun",
    "raincloud": "cloud-with-rain",
    "snowcloud": "cloud-with-snow",
    "lightningmood": "cloud-with-lightning",
    "sunbehindcloud": "sun-behind-cloud",
    "heartblue": "blue-heart",
    "heartgreen": "green-heart",
    "heartpurple": "purple-heart",
    "heartyellow": "yellow-heart",
    "largeredcircle": "red-circle",
    "largebluecircle": "blue-circle",
    "largebluediamond": "large-blue-diamond",
    "largeorangediamond": "large-orange-diamond",
    "deliverytruck": "delivery-truck",
    "babychick": "baby-chick",
    "frontfacingchick": "front-facing-baby-chick",
    "hatchingchick": "hatching-chick",
    "fatherchristmas": "santa-claus",
    "alienmonster": "alien-monster",
    "gem": "gem-stone",
    "dragonhead": "dragon-face",
    "dragonside": "dragon",
    "bug": "bug",
    "basketballandhoop": "basketball",
    "tennisball": "tennis",
    "teacupwithouthandle": "teacup-without-handle",
    "fishingpoleandfish": "fishing-pole",
    "loudspeaker": "loudspeaker",
    "camerawithflash": "camera-with-flash",
    "bearhead": "bear",
    "handbag": "handbag",
    "heels": "high-heeled-shoe",
    "darksunglasses": "sunglasses",
    "rowboat": "rowboat",
    "meatonbone": "meat-on-bone",
    "potoffood": "pot-of-food",
    "bouquetofflowers": "bouquet",
    "snowmanwithoutsnow": "snowman-without-snow",
    "umbrella": "umbrella",
    "wave": "water-wave",
    "waving": "waving-hand",
    "clap": "clapping-hands",
    "thumbsup": "thumbs-up",
    "thumbsdown": "thumbs-down",
    "flexbicep": "flexed-biceps",
    "fistedhand": "raised-fist",
    "victoryhand": "victory-hand",
    "turnedokhand": "ok-hand",
    "dancer": "woman-dancing",
    "surfer": "person-surfing",
    "guardsman": "guard",
    "sleuthspy": "detective",
    "construct": "construction-worker",
    "running": "person-running",
    "walking": "person-walking",
    "weightlifter": "person-lifting-weights",
    "bicyclist": "person-biking",
    "grin": "grinning-face",
    "hearteyes": "smiling-face-with-heart-eyes",
    "ferriswheel": "ferris-wheel",
    "alarm-clock": "alarm-clock",
    "automotive": "automobile",
    "home": "house",
    "idea": "light-bulb",
    "like": "red-heart",
    "shipped": "delivery-truck",
    "in-transit": "delivery-truck",
    "music": "musical-note",
    "lock": "locked",
    "unlock": "unlocked",
    "compact-camera": "camera",
    "reading": "open-book",
    "globe": "globe-showing-europe-africa",
    "cell-phone": "mobile-phone",
    "phone": "telephone",
    "factory": "factory",
    "search": "magnifying-glass-tilted-left",
    "shop": "convenience-store",
    "package": "package",
    "news": "newspaper",
    "night-landscape": "night-with-stars",
    "landscape": "national-park",
    "puzzle": "puzzle-piece",
    "camcorder": "video-camera",
    "headset": "headphone",
    "fox-face": "fox",
    "robot-face": "robot",
    "lion-face": "lion",
    "panda-face": "panda",
    "wolf-face": "wolf",
    "unicorn-face": "unicorn",
    "frog-face": "frog",
    "bear-face": "bear",
    "globe-showing-europe-africa": "globe-showing-europe-africa",
    "hamster-face": "hamster",
    "squid": "squid",
    "white-frowning-face": "frowning-face",
}


def slug(label: str) -> str:
    """`Red apple’s` as icon packs name it: `red-apples`."""
    plain = label.lower().replace("’", "").replace("'", "").replace("ñ", "n").replace("é", "e")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def draw_svg(svg: str, size: int) -> Image.Image:
    """An SVG text as an RGBA picture, as large as fits into size x size, in the middle.

    Raises:
        ValueError: The text is no SVG that can be drawn.
    """
    import resvg_py

    png = resvg_py.svg_to_bytes(svg_string=svg, width=size, skip_system_fonts=True)
    picture = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
    if picture.height > size:
        png = resvg_py.svg_to_bytes(svg_string=svg, height=size, skip_system_fonts=True)
        picture = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
    square = Image.new("RGBA", (size, size), 0)
    square.paste(picture, ((size - picture.width) // 2, (size - picture.height) // 2))
    return square


class Pack:
    """One Iconify package: its icons by name, by code point and by squeezed name."""

    def __init__(self, folder: Path) -> None:
        self.icons = json.loads((folder / "icons.json").read_text(encoding="utf-8"))
        chars = json.loads((folder / "chars.json").read_text(encoding="utf-8"))
        about = folder / "metadata.json"
        groups = json.loads(about.read_text(encoding="utf-8")) if about.exists() else {}
        self.flags = set(groups.get("categories", {}).get("Flags", []))  # `turkey` is no bird there
        self.by_code = {code.lower(): name for code, name in chars.items()}

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """Unicode short names as slugs, to the names of the icons that show them."""
        found: dict[str, list[str]] = {}
        for icon in [*self.icons["icons"], *self.icons.get("aliases", {})]:
            if icon in self.flags:
                continue
            bare = re.sub(r"-\d$", "", icon)
            for name in dict.fromkeys((OTHER_NAMES.get(bare, bare), bare)):
                found.setdefault(name, []).append(icon)
                if OTHER_NAMES.get(bare, bare) != bare:
                    break
        return found

    @cached_property
    def squeezed(self) -> dict[str, list[str]]:
        return {name.replace("-", ""): icons for name, icons in self.by_name.items()}

    def find(self, label: str, hexcode: str) -> list[str]:
        """The icons that show an emoji: by code point, else by name;
        several where a pack drew it more than once.
        """
        code = hexcode.lower().replace("-fe0f", "")
        for key in (code, hexcode.lower(), f"{code}-fe0f"):
            if key in self.by_code:
                return [self.by_code[key]]
        name = slug(label.removesuffix(" skin tone").replace(":", ""))
        return self.by_name.get(slug(label)) or self.squeezed.get(name.replace("-", "")) or []

    def svg(self, name: str) -> str:
        """The icon as an SVG text; turns and flips of aliases are not needed by what is taken."""
        alias = self.icons.get("aliases", {}).get(name)
        icon = self.icons["icons"][alias["parent"] if alias else name]
        width = icon.get("width", self.icons.get("width", 16))
        height = icon.get("height", self.icons.get("height", 16))
        left, top = icon.get("left", 0), icon.get("top", 0)
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{width}" height="{height}" viewBox="{left} {top} {width} {height}">'
            f"{icon['body']}</svg>"
        )
