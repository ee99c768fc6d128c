"""Markdown as web pages that need no network: one look, headings in order, tables with captions.

Source of the reading: the library mistune (CommonMark with tables).
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable

from course_utils.creation import LearnerError

__all__ = ["NO_READER", "anchor", "page", "relinked", "seen_from", "title_of", "to_html"]

STYLE = """
:root{color-scheme:light dark;--ink:#1b1f27;--ground:#fff;--soft:#eef2f7;--line:#8a94a6;
--link:#0b4a8f;--far:#0b3f7a}
@media (prefers-color-scheme:dark){:root{--ink:#e8ecf2;--ground:#15181d;--soft:#222831;
--line:#7d8799;--link:#9cc7ff;--far:#9cc7ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1.05rem/1.55 system-ui,sans-serif}
main{overflow-wrap:anywhere}
main,header,footer{max-width:56rem;margin:0 auto;padding:.75rem 1rem}
header{border-bottom:1px solid var(--line)}footer{border-top:1px solid var(--line);
margin-top:2rem;font-size:.95rem}
a{color:var(--link)}h1,h2,h3{line-height:1.25;margin:1.4em 0 .5em}h1{margin-top:.4em}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;margin:0;padding:0}
nav a{display:inline-block;padding:.3rem 0}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{border:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}
th{background:var(--soft)}code,pre{background:var(--soft);border-radius:4px}
code{padding:.1em .3em;overflow-wrap:anywhere}pre{padding:.75rem;overflow:auto}
pre code{padding:0;overflow-wrap:normal}img{max-width:100%;height:auto}
blockquote{margin:1rem 0;padding:.2rem 1rem;border-left:4px solid var(--far)}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--ground);
padding:.4rem .8rem;border:2px solid var(--far)}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:1rem;padding:0;
list-style:none}.grid figure{margin:0}.grid figcaption{font-size:.95rem}
:focus-visible{outline:3px solid var(--far);outline-offset:2px}
@media print{header nav,.skip{display:none}body{font-size:11pt}}
"""
NO_READER = (
    "This Python has no library to read Markdown. Run `python start.py` again to add it; the pages"
    " themselves are in the folder teach."
)
LINK = re.compile(r"(?P<before>(?:href|src)=\")(?P<target>[^\"]+)\"")


def to_html(text: str) -> str:
    """The body of a page. What is raw HTML in the text stays: the texts are the course's own.

    Raises:
        LearnerError: the library is not installed.
    """
    try:
        import mistune
    except ImportError as problem:
        raise LearnerError(NO_READER) from problem
    read = mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "url"])
    return reachable(str(read(re.sub(r"<!--.*?-->\n?", "", text, flags=re.S))))


def reachable(body: str) -> str:
    """Headings with names to link to, tables that can be scrolled by keyboard."""
    used: dict[str, int] = {}

    def named(found: re.Match[str]) -> str:
        name = anchor(found[2])
        used[name] = used.get(name, 0) + 1
        name += f"-{used[name]}" * (used[name] > 1)
        return f'<h{found[1]} id="{name}">{found[2]}</h{found[1]}>'

    body = re.sub(r"<h([1-6])>(.*?)</h\1>", named, body, flags=re.S)
    number = 0

    def framed(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return (
            f'<div class="wide" tabindex="0" role="region" aria-label="Table {number}">{found[0]}'
            "</div>"
        )

    body = re.sub(r"<table>.*?</table>", framed, body, flags=re.S)
    body = re.sub(r"<th([^>]*)>\s*</th>", r"<td\1></td>", body)  # a heading without words is none
    return re.sub(r"<pre>", '<pre tabindex="0">', body)


def anchor(heading: str) -> str:
    """The name of a heading, as code hosts make it."""
    words = html.unescape(re.sub(r"<[^>]+>", "", heading)).lower()
    return re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-")


def relinked(body: str, change: Callable[[str], str]) -> str:
    """A body with every address inside the site changed; `change` gets and gives an address."""

    def new(found: re.Match[str]) -> str:
        target = html.unescape(found["target"])
        if re.match(r"[a-z]+:|#|//", target):
            return found[0]
        return f'{found["before"]}{html.escape(change(target), quote=True)}"'

    return LINK.sub(new, body)


def title_of(text: str) -> str:
    """The first heading of a Markdown text, plain."""
    found = re.search(r"^# (.+)$", text, re.M)
    return re.sub(r"[*`_]", "", found[1]) if found else "Untitled"


def page(title: str, body: str, menu: list[tuple[str, str]], here: str = "", more: str = "") -> str:
    """A whole page.

    Args:
        menu: words and addresses, seen from this page.
        here: the address in the menu that this page is.
        more: what else stands in its head.
    """
    current = ' aria-current="page"'
    items = "".join(
        f'<li><a href="{html.escape(address, quote=True)}"{current * (address == here)}>'
        f"{html.escape(words)}</a></li>"
        for words, address in menu
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport"'
        f' content="width=device-width,initial-scale=1"><title>{html.escape(title)}</title>'
        f'<style>{STYLE}</style>{more}</head><body><a class="skip" href="#main">To the text</a>'
        f'<header><nav aria-label="Pages"><ul>{items}</ul></nav></header>'
        f'<main id="main" tabindex="-1">{body}</main><footer><p>First sparks. Texts under CC BY'
        " 4.0, code under Apache-2.0.</p></footer></body></html>\n"
    )


def seen_from(place: str, target: str) -> str:
    """An address inside the site, seen from one of its pages."""
    return posixpath.relpath(target, posixpath.dirname(place) or ".")
