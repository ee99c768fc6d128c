// Notes on a grid, to be played with by mouse and keys.

const SVG = "http://www.w3.org/2000/svg";

/**
 * A new element of a drawing, with attributes.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} values
 * @param {(Node | string)[]} inside
 */
const drawn = (tag, values, ...inside) => {
  const node = tagged(document.createElementNS(SVG, tag), values);
  node.append(...inside);
  return node;
};

/**
 * A note under the hand: where it was taken, and whether its end is pulled.
 * @typedef {{place: number, x: number, y: number, stretch: boolean, rect: SVGElement}} Held
 */

/** The element of a note that something happens to, if any. */
const noteOf = (/** @type {Event} */ event) =>
  event.target instanceof SVGElement && event.target.dataset.place ? event.target : null;

/**
 * Click, drag, pull the right end, double click on a free place; keys do the same.
 * @param {Drawing} page
 * @param {string} name
 * @param {RollState} first
 * @returns {DrawnPart<RollState>}
 */
function roll(page, name, first) {
  const left = 34,
    step = 0.25;
  const help = made("p", {
    id: newId(),
    textContent: first.tooltip,
  });
  const field = drawn("svg", {
    role: "application",
    tabindex: "0",
    "aria-label": spoken("Notes"),
    "aria-describedby": help.id,
  });
  const node = named(made("div", {}, field, named(help, "cs-help")), "cs-roll");
  const tell = (/** @type {string} */ what, place = now.chosen, beats = 0, semitones = 0) =>
    page.tell(name, { what, place, beats, semitones });
  let now = first;
  /** @type {Held | null} */
  let held = null;
  let wide = 600; // pixels that the notes have, as broad as the page lets them be
  const high = () => Math.min(Math.max(240, 12 * now.rows.length), 420);
  const across = () => wide / now.span;
  const row = () => high() / now.rows.length;
  const y = (/** @type {number} */ pitch) => (now.rows[0][0] - pitch) * row();
  /** @type {(event: MouseEvent) => Pair} */
  const at = (event) => {
    const box = field.getBoundingClientRect();
    return [event.clientX - box.left - left, event.clientY - box.top];
  };
  /** @type {(rect: SVGElement, note: Note) => void} */
  const set = (rect, [start, length, pitch]) => {
    tagged(rect, {
      x: left + start * across() + 0.5,
      y: y(pitch) + 0.5,
      width: Math.max(length * across() - 1.5, 3),
      height: Math.max(row() - 1, 3),
    });
  };
  /** @type {(held: Held, event: PointerEvent) => Note} */
  const changed = (held, event) => {
    const [x, up] = at(event),
      [start, length, pitch] = now.notes[held.place];
    const beats = Math.round((x - held.x) / across() / step) * step;
    const semitones = held.stretch ? 0 : Math.round((held.y - up) / row());
    return held.stretch
      ? [start, Math.max(step, length + beats), pitch]
      : [Math.max(0, start + beats), length, pitch + semitones];
  };
  field.addEventListener("pointerdown", (event) => {
    const rect = noteOf(event);
    if (!rect) return;
    const place = Number(rect.dataset.place);
    const [x, up] = at(event),
      [start, length] = now.notes[place];
    held = {
      place,
      x,
      y: up,
      stretch: (start + length) * across() - x < Math.min(10, (length * across()) / 3),
      rect,
    };
    field.setPointerCapture(event.pointerId);
    if (place !== now.chosen) tell("choose", place);
  });
  field.addEventListener("pointermove", (event) => {
    if (held) set(held.rect, changed(held, event));
  });
  const release = (/** @type {PointerEvent} */ event) => {
    if (!held) return;
    const [old, note] = [now.notes[held.place], changed(held, event)],
      { place, stretch } = held;
    held = null;
    if (stretch && note[1] !== old[1]) tell("stretch", place, note[1] - old[1]);
    else if (note[0] !== old[0] || note[2] !== old[2])
      tell("move", place, note[0] - old[0], note[2] - old[2]);
  };
  field.addEventListener("pointerup", release);
  field.addEventListener("pointercancel", () => {
    held = null;
  });
  field.addEventListener("dblclick", (event) => {
    if (noteOf(event)) return;
    const [x, up] = at(event);
    if (x >= 0)
      tell("add", 0, Math.floor(x / across() / 0.5) * 0.5, now.rows[0][0] - Math.floor(up / row()));
  });
  field.addEventListener("keydown", (event) => {
    const last = now.notes.length - 1,
      { key, shiftKey } = event;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () =>
        shiftKey ? tell("move", now.chosen, -0.5) : tell("choose", Math.max(0, now.chosen - 1)),
      ArrowRight: () =>
        shiftKey ? tell("move", now.chosen, 0.5) : tell("choose", Math.min(last, now.chosen + 1)),
      ArrowUp: () => tell("move", now.chosen, 0, 1),
      ArrowDown: () => tell("move", now.chosen, 0, -1),
      "+": () => tell("stretch", now.chosen, 0.5),
      "-": () => tell("stretch", now.chosen, -0.5),
      a: () => {
        const [start, length, pitch] = now.notes[now.chosen];
        tell("add", 0, start + length, pitch);
      },
      Delete: () => tell("delete"),
      Backspace: () => tell("delete"),
    };
    if (!keys[key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[key]();
  });
  const redraw = () => {
    const { rows, notes, bar, span, chosen, seconds, begins } = now;
    const end = Math.max(0, ...notes.map(([start, length]) => start + length));
    const lines = Array.from({ length: Math.floor(span / bar + 1e-6) + 1 }, (_, number) => {
      const x = left + number * bar * across();
      return drawn("line", { class: "cs-barline", x1: x, x2: x, y2: "100%" });
    });
    tagged(field, { height: high(), "data-seconds": seconds, "data-begins": begins });
    field.replaceChildren(
      ...rows
        .filter(([, , black]) => black)
        .map(([pitch]) =>
          drawn("rect", { class: "cs-black", x: left, y: y(pitch), width: wide, height: row() }),
        ),
      ...lines,
      ...rows
        .filter(([pitch, , black]) => (row() < 11 ? pitch % 12 === 0 : !black || rows.length < 16))
        .map(([pitch, label]) => drawn("text", { x: 3, y: y(pitch) + row() / 2 + 4 }, label)),
      ...notes.map((note, place) => {
        const rect = drawn("rect", {
          class: place === chosen ? "cs-note cs-chosen" : "cs-note",
          rx: 3,
          "data-place": place,
        });
        set(rect, note);
        return rect;
      }),
      drawn(
        "svg",
        { x: left, width: end * across() },
        drawn("line", { class: "now", y2: "100%", visibility: "hidden" }),
      ),
    );
  };
  new ResizeObserver(() => {
    const room = field.getBoundingClientRect().width - left;
    if (room <= 0 || Math.abs(room - wide) < 1) return;
    wide = room;
    if (!held) redraw();
  }).observe(field);
  return {
    node,
    show: (state) => {
      now = state;
      if (!held) redraw();
    },
  };
}
