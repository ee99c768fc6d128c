"""Slides as one web page: each a section with a heading, read in order by a screen reader, turned
by keys or buttons, one a sheet when printed. Without scripts all stand below each other.
"""

from __future__ import annotations

import html
import re

from course_utils.teachers.pages import to_html

__all__ = ["deck"]

STYLE = """
:root{color-scheme:light dark;--ink:#1b1f27;--ground:#fff;--far:#0b3f7a}
@media (prefers-color-scheme:dark){:root{--ink:#e8ecf2;--ground:#15181d;--far:#9cc7ff}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);
font:clamp(1.2rem,3.2vw,2.4rem)/1.4 system-ui,sans-serif}
section{min-height:100vh;padding:8vh 8vw 6rem;display:flex;flex-direction:column;
justify-content:center}
section[hidden]{display:none}h1,h2{color:var(--far);line-height:1.15;margin:0 0 .6em;
font-size:1.5em}p,ul,ol{max-width:34em;margin:0 0 .7em}
.turn{position:fixed;right:1rem;bottom:1rem;display:flex;gap:.5rem;align-items:center;
font-size:1rem;background:var(--ground);padding:.3rem}
button{font:inherit;min-width:2.75rem;min-height:2.75rem;background:var(--ground);
color:var(--ink);border:2px solid var(--far);border-radius:6px}
:focus-visible{outline:3px solid var(--far);outline-offset:3px}
@media print{section,section[hidden]{display:flex;page-break-after:always;min-height:90vh}
.turn{display:none}}
"""
# keys: arrows, Page Up and Down, space, Home, End; the number of the slide stands in the address
TURN = """
const all=[...document.querySelectorAll("section")],bar=document.querySelector(".turn");
const told=bar.querySelector("p");let at=0;
function show(n,focus){at=Math.max(0,Math.min(all.length-1,n));
all.forEach((one,i)=>one.hidden=i!==at);told.textContent=`${at+1} of ${all.length}`;
history.replaceState(null,"","#"+(at+1));if(focus)all[at].querySelector("h1,h2").focus()}
bar.hidden=false;
bar.querySelector(".back").onclick=()=>show(at-1,true);
bar.querySelector(".on").onclick=()=>show(at+1,true);
addEventListener("keydown",e=>{if(e.target.closest("a,button")&&e.key===" ")return;
const to={ArrowRight:at+1,PageDown:at+1," ":at+1,ArrowLeft:at-1,PageUp:at-1,Home:0,
End:all.length-1}[e.key];if(to!==undefined){e.preventDefault();show(to,true)}});
show((parseInt(location.hash.slice(1))||1)-1,false);
"""


def slides_of(text: str) -> list[str]:
    """The Markdown of each slide; a line of three dashes lies between two."""
    text = re.sub(r"<!--.*?-->\n*", "", text, flags=re.S)
    return [part.strip() for part in re.split(r"^---$", text, flags=re.M) if part.strip()]


def deck(text: str, title: str, back: str) -> str:
    """A whole page of slides; `back` is the address of the page it belongs to."""
    sections = []
    for number, slide in enumerate(slides_of(text), 1):
        body = re.sub(r'<(h[12]) id="[^"]*">', rf'<\1 tabindex="-1" id="slide-{number}">',
                      to_html(slide), count=1)  # fmt: skip
        if number == 1:
            body += (
                f'<p><a href="{html.escape(back, quote=True)}">Back to the teacher\'s page</a></p>'
            )
        sections.append(f'<section aria-labelledby="slide-{number}">{body}</section>')
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport"'
        f' content="width=device-width,initial-scale=1"><title>Slides: {html.escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><main>{''.join(sections)}</main>"
        '<nav class="turn" aria-label="Slides" hidden><button class="back" type="button"'
        ' aria-label="Slide before">←</button><p role="status"></p><button class="on"'
        ' type="button" aria-label="Next slide">→</button></nav>'
        f"<script>{TURN}</script></body></html>\n"
    )
