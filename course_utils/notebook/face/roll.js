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
  const [left, wide, high] = [40, 760, 240],
    step = 0.25;
  const help = made("p", {
    id: newId(),
    textContent: first.tooltip,
  });
  const field = drawn("svg", {
    viewBox: `0 0 ${left + wide} ${high}`,
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
  const across = () => wide / now.span;
  const row = () => high / now.rows.length;
  const y = (/** @type {number} */ pitch) => (now.rows[0][0] - pitch) * row();
  /** @type {(event: MouseEvent) => Pair} */
  const at = (event) => {
    const box = field.getBoundingClientRect(),
      scale = (left + wide) / box.width;
    return [
      (event.clientX - box.left) * scale - left,
      ((event.clientY - box.top) * high) / box.height,
    ];
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
  return {
    node,
    show: (state) => {
      now = state;
      if (held) return;
      const lines = [];
      for (let beat = 0; beat <= state.span + 1e-6; beat += state.bar)
        lines.push(
          drawn("line", {
            class: "cs-barline",
            x1: left + beat * across(),
            x2: left + beat * across(),
            y1: 0,
            y2: high,
          }),
        );
      const names = state.rows.filter(([, , black]) => !black || state.rows.length < 16);
      field.replaceChildren(
        ...state.rows
          .filter(([, , black]) => black)
          .map(([pitch]) =>
            drawn("rect", { class: "cs-black", x: left, y: y(pitch), width: wide, height: row() }),
          ),
        ...lines,
        ...names
          .filter(([, label]) => row() >= 11 || label.startsWith("C"))
          .map(([pitch, label]) => drawn("text", { x: 2, y: y(pitch) + row() / 2 + 4 }, label)),
        ...state.notes.map((note, place) => {
          const rect = drawn("rect", {
            class: place === state.chosen ? "cs-note cs-chosen" : "cs-note",
            rx: 3,
            "data-place": place,
          });
          set(rect, note);
          return rect;
        }),
      );
    },
  };
}
