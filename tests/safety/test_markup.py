"""What strangers' pages may hold: everything the course makes, and nothing that acts."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from PIL import Image

from course_utils.audio.wav import to_wav
from course_utils.creation import BadRecipe, Creation, LearnerError, Recipe
from course_utils.display import cards
from course_utils.layouts import design, layout_file
from course_utils.layouts.engine import LayoutEngine
from course_utils.pictures.png import to_png
from course_utils.safety.markup import check_page, check_svg
from course_utils.scores.midi import write_midi
from course_utils.scores.score import Note, Score


def made(kind: str, content: bytes, prompt: str = "a red <heart> & more") -> Creation:
    return Creation(recipe=Recipe(kind=kind, prompt=prompt, model="m"), content=content)


@pytest.fixture(scope="module")
def parts() -> list[Creation]:
    notes = tuple(Note(beat / 2, 0.5, 60 + beat % 8, 80) for beat in range(16))
    return [
        made("image", to_png(Image.new("RGB", (32, 32), "red"))),
        made("words", b'The sea & <the> "sky"\nis blue'),
        made("tune", write_midi(Score(notes, 110.0, (4, 4), 0, "C"))),
        made("sound", to_wav(np.sin(np.arange(16000) / 20))),
    ]


@pytest.fixture(scope="module")
def layout(parts) -> Creation:
    recipe = Recipe(kind="layout", prompt="Fest & Tanz", settings={"count": 1, "text": "one two"})
    return next(iter(LayoutEngine().create(recipe, picture=parts[0])))


def test_what_the_course_draws_passes(parts, layout):
    check_svg(layout_file.pack(layout))
    real_text = design.to_svg(design.read_objects(layout.text), [parts[0].content], outlines=False)
    assert "font-face" in real_text
    check_svg(real_text.encode())


def test_a_sheet_of_music_passes(parts):
    sheet = pytest.importorskip("course_utils.scores.engraving")
    if not sheet.can_engrave():
        pytest.skip("no engraver here")
    check_svg(sheet.pack(parts[2]))


def test_pages_of_the_course_pass_and_their_words_are_found(parts, layout):
    card = cards.pack(cards.make_page(parts[:3], "My <card>"))
    words = check_page(card)
    assert "My <card>" in " ".join(words.shown) and any("heart" in one for one in words.unseen)
    check_page(cards.pack(cards.make_page([*parts, layout], "All of it")))


def test_a_drawing_of_many_shapes_is_not_deep():
    check_page(b"<svg>" + b'<rect x="1" y="2"/>' * 500 + b"</svg>")


def test_a_link_to_a_place_in_the_same_page_passes():
    assert check_page(b'<nav><a href="#scene-1">1</a></nav><p id="scene-1">One</p>').shown == [
        "1",
        "One",
    ]


PAGES = {
    "comment": "<!--><img src=x onerror=alert(1)>-->",
    "comment end": "<!--x--!><img src=x onerror=alert(1)>-->",
    "script": "<script>alert(1)</script>",
    "second record": '<script type="application/json" id="course-record">1</script>' * 2,
    "prefixed": "<s:script>alert(1)</s:script>",
    "handler": '<p onclick="x()">a</p>',
    "slash": "<img/src=x/onerror=alert(1)>",
    "unquoted": "<img src=x>",
    "tab in address": '<a href="java&#9;script:alert(1)">a</a>',
    "link away": '<a href="https://example.org/">a</a>',
    "link to a page": '<a href="other.html#a">a</a>',
    "link to data": '<a href="data:image/png;base64,iVBORw0KGgo=">a</a>',
    "link with a target": '<a href="#a" target="_top">a</a>',
    "capital link": '<a HREF="//example.org">a</a>',
    "entity address": '<img src="&#106;avascript:alert(1)" alt="x">',
    "far picture": '<img src="https://example.org/x.png" alt="x">',
    "protocol relative": '<img src="//example.org/x.png" alt="x">',
    "form": '<form action="/v1/join"><input></form>',
    "base": '<base href="https://example.org/">',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://example.org">',
    "frame": "<iframe></iframe>",
    "object": '<object data="x"></object>',
    "srcset": '<img srcset="x" alt="">',
    "escaped url": '<p style="background:u\\72l(https://example.org)">a</p>',
    "escaped import": "<style>@\\69mport 'https://example.org';</style>",
    "import": "<style>@import 'https://example.org';</style>",
    "image-set": "<style>p{background:image-set('https://example.org/x' 1x)}</style>",
    "far font": "<style>@font-face{font-family:'x';src:url(https://example.org)}</style>",
    "url": "<p style=\"background:url('https://example.org')\">a</p>",
    "comment in style": "<style>p{background:u/**/rl(https://example.org)}</style>",
    "element()": "<style>p{background:element(#x)}</style>",
    "style in svg": "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "foreign": "<svg><foreignObject><p>a</p></foreignObject></svg>",
    "math": "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "noscript": "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "title": "<title><img src=x onerror=alert(1)></title>",
    "textarea": "<textarea>a</textarea>",
    "template": "<template><p>a</p></template>",
    "plaintext": "<plaintext>",
    "cdata": "<svg><![CDATA[<img src=x onerror=alert(1)>]]></svg>",
    "instruction": "<?xml-stylesheet href='x'?>",
    "nul": "<scr\0ipt>alert(1)</script>",
    "bom": "\ufeff<p>a</p>",
    "drawing in a picture": '<img alt="" src="data:image/svg+xml;base64,'
    + base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>').decode()
    + '">',
    "bad picture": '<img alt="" src="data:image/png;base64,AAAA">',
    "deep": "<div>" * 100,
    "many": "<b></b>" * 60_000,
}


@pytest.mark.parametrize("page_text", PAGES.values(), ids=PAGES)
def test_pages_that_act_are_refused(page_text):
    with pytest.raises(LearnerError):
        check_page(f"<!doctype html><html><body>{page_text}</body></html>".encode())


def test_a_page_in_another_encoding_is_refused():
    for coding in ("utf-16", "utf-16-le", "utf-32", "utf-7"):
        data = "<p>é</p><script>alert(1)</script>".encode(coding)
        with pytest.raises(BadRecipe):
            check_page(data)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
DRAWINGS = {
    "script": "<script>alert(1)</script>",
    "prefixed": '<s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script>',
    "handler": '<rect onload="alert(1)"/>',
    "far picture": '<image href="https://example.org/x.png"/>',
    "far use": '<use xlink:href="https://example.org/x.svg#a"/>',
    "foreign": "<foreignObject/>",
    "animate": '<animate attributeName="href" to="javascript:alert(1)"/>',
    "set": '<set attributeName="href" to="javascript:alert(1)"/>',
    "link": '<a href="javascript:alert(1)"><rect/></a>',
    "mask": '<mask id="a"><rect mask="url(#a)"/></mask>',
    "pattern": '<pattern id="a"><rect fill="url(#a)"/></pattern>',
    "filter": '<filter id="a"><feGaussianBlur stdDeviation="1000"/></filter>',
    "blur without an element": '<rect filter="blur(90) drop-shadow(9 9 90 red)"/>',
    "blur by style": '<rect style="filter:blur(90px)"/>',
    "style url": "<style>rect{fill:url(https://example.org)}</style>",
    "escaped": "<style>rect{fill:u\\72l(https://example.org)}</style>",
    "attribute url": '<rect fill="url(https://example.org#a)"/>',
    "cdata": "<style><![CDATA[@import 'x';]]></style>",
    "comment": "<!-- a -->",
    "instruction": "<?xml-stylesheet href='x'?>",
    "nested cuts": '<clipPath id="a"><rect clip-path="url(#a)"/></clipPath>',
    "use of itself": '<g id="a"><use href="#a"/></g>',
    "uses of uses": "".join(
        f'<g id="a{n}">' + f'<use href="#a{n - 1}"/>' * 10 + "</g>" for n in range(1, 7)
    )
    + '<use href="#a6"/>',
    "100,000 shapes": "<rect/>" * 100_000,
    "depth": "<g>" * 200 + "</g>" * 200,
    "a long page": '<svg viewBox="0 0 1 1000000"/>',
    "no page": '<svg viewBox="0 0 nan 1"/>',
    "huge picture": '<image href="data:image/png;base64,'
    + base64.b64encode(
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60000).to_bytes(4, "big") * 2 + b"\x08\2\0\0\0"
    ).decode()
    + '"/>',
}


@pytest.mark.parametrize("inside", DRAWINGS.values(), ids=DRAWINGS)
def test_drawings_that_act_or_never_end_are_refused(inside):
    with pytest.raises(LearnerError):
        check_svg(SVG.format(inside).encode())


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0" encoding="utf-16"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        '<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns="http://www.w3.org/2000/svg"/>',
        '<svg xmlns="http://www.w3.org/1999/xhtml"/>',
        "<html/>",
        "",
    ],
)
def test_other_files_are_no_drawings(text):
    with pytest.raises(BadRecipe):
        check_svg(text.encode())


def test_a_plain_drawing_passes():
    check_svg(SVG.format('<rect width="3" fill="#123" style="opacity:.5"/>').encode())


def test_a_page_with_a_long_tune_passes():
    notes = tuple(Note(0.25 * number, 0.25, 60 + number % 12, 90) for number in range(300))
    recipe = Recipe(kind="tune", prompt="a long air", model="course-tunes", seed=3)
    long = Creation(recipe=recipe, content=write_midi(Score(notes, 96, (4, 4), 0, "C")))
    assert "a long air" in " ".join(check_page(cards.pack(cards.make_page([long], "Mine"))).shown)
