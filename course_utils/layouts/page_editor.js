// A page to change by hand: every object is a button that can be dragged, resized by its corner,
// and moved by the arrow keys.
const NEAR = 1.2; // hundredths of the page at which an edge snaps to another
const LATER = 700; // milliseconds without a key before a move by keys is sent
const SMALLEST = 3; // hundredths
let pages = 0;

/**
 * Left, top, width and height in hundredths of the page.
 * @typedef {[left: number, top: number, width: number, height: number]} Box
 *
 * @typedef {"place" | "resize"} Move
 *
 * @typedef {{number: number, name: string, place: Box, words: boolean}} Thing
 *
 * @typedef {object} Page
 * @property {Record<string, string>} words
 * @property {string} label
 * @property {DataView} page PNG
 * @property {number} shape its width by its height
 * @property {Thing[]} things
 * @property {number} chosen from 1; 0 where none is
 * @property {string} said
 * @property {number} version
 * @property {{count: number, number: number, what: Move | "undo", value: string}} done
 *
 * What is under the hand: the pointer and where it began, and where the object stood.
 * @typedef {object} Drag
 * @property {number} place
 * @property {Move} what
 * @property {number} id
 * @property {Pair} from
 * @property {Box} box
 * @property {DOMRect} size
 * @property {boolean} moved
 */

/** @param {Drawable<WidgetModel<Page>>} page */
function render({ model, el }) {
  const spoken = worded(model.get("words"));
  const name = `course-page-${++pages}`;
  const status = tagged(named(made("p"), "course-page-status"), { role: "status" });
  const help = made(
    "p",
    { id: `${name}-help`, className: "course-page-help" },
    spoken(
      "Drag an object to move it, drag its blue corner to resize it. With keys: Tab to an object," +
        " arrows move it, Shift and arrows resize it, Ctrl+Z takes the last change back.",
    ),
  );
  const picture = made("img", { alt: "", draggable: false });
  const frame = tagged(made("div", { className: "course-page", dir: "ltr" }, picture), {
    role: "group",
    "aria-label": model.get("label"),
    "aria-describedby": help.id,
  });
  const root = keepsKeys(made("div", {}, frame, help, status));
  tagged(root, { "data-jp-suppress-context-menu": "true" });
  const hold = tagged(named(made("div"), "course-page-hold"), {
    "aria-hidden": "true",
    style: "cursor:nwse-resize",
  });
  const lines = [0, 1].map(() => made("div", { className: "course-page-line", hidden: true }));
  /** @type {HTMLButtonElement[]} */
  const buttons = [];
  /** @type {Box[]} */
  let places = [];
  /** @type {Drag | null} */
  let drag = null;
  /** @type {{place: number, what: Move} | null} */
  let moving = null; // by keys, not sent yet
  let address = "",
    waiting = 0,
    sent = 0;
  const say = (/** @type {string} */ sentence) => {
    status.textContent = sentence;
  };
  const told = (/** @type {Box} */ box) => {
    const [left, top, width, height] = box.map(Math.round);
    return spoken("{left} from the left, {top} from the top, {width} wide, {height} high", {
      left,
      top,
      width,
      height,
    });
  };
  const at = () => buttons.findIndex((button) => button.getAttribute("aria-pressed") === "true");

  /** @type {(button: HTMLElement, box: Box) => object} */
  const put = (button, [x, y, w, h]) =>
    Object.assign(button.style, { left: `${x}%`, top: `${y}%`, width: `${w}%`, height: `${h}%` });
  const putHold = () => {
    const place = at();
    hold.hidden = place < 0;
    if (place < 0) return;
    const [x, y, w, h] = places[place]; // a corner outside the page is still to be held
    Object.assign(hold.style, { left: `${Math.min(97, x + w)}%`, top: `${Math.min(97, y + h)}%` });
  };
  const choose = (/** @type {number} */ place, tell = true) => {
    buttons.forEach((button, number) =>
      button.setAttribute("aria-pressed", String(number === place)),
    );
    putHold();
    if (tell && place >= 0 && model.get("chosen") !== place + 1) {
      model.set("chosen", place + 1);
      model.save_changes();
    }
  };
  /** @type {(place: number, what: Move | "undo") => void} */
  const tell = (place, what) => {
    const value = what === "undo" ? "" : places[place].map((one) => one.toFixed(1)).join(",");
    model.set("done", { count: ++sent + Date.now(), number: place + 1, what, value });
    model.save_changes();
  };
  /** @type {(place: number, what: Move) => void} */
  const send = (place, what) => {
    clearTimeout(waiting);
    moving = null;
    tell(place, what);
  };

  // Snapping: edges and middles of the page and of the other objects

  /** @type {(place: number, box: Box, resizing: boolean) => Box} */
  const snap = (place, box, resizing) => {
    /** @type {Box} */
    const found = [...box];
    lines.forEach((line) => {
      line.hidden = true;
    });
    for (const axis of [0, 1]) {
      const targets = [
        0,
        50,
        100,
        ...model
          .get("things")
          .flatMap((_, number) =>
            number === place
              ? []
              : [
                  places[number][axis],
                  places[number][axis] + places[number][axis + 2] / 2,
                  places[number][axis] + places[number][axis + 2],
                ],
          ),
      ];
      const mine = resizing
        ? [box[axis] + box[axis + 2]]
        : [box[axis], box[axis] + box[axis + 2] / 2, box[axis] + box[axis + 2]];
      let best = NEAR,
        to = 0,
        from = 0;
      for (const target of targets)
        for (const edge of mine)
          if (Math.abs(target - edge) < best) {
            best = Math.abs(target - edge);
            to = target;
            from = edge;
          }
      if (best < NEAR) {
        found[resizing ? axis + 2 : axis] += to - from;
        lines[axis].hidden = false;
        Object.assign(
          lines[axis].style,
          axis
            ? { left: 0, width: "100%", top: `${to}%`, height: "1px" }
            : { top: 0, height: "100%", left: `${to}%`, width: "1px" },
        );
      }
    }
    return found;
  };

  // Mouse, touch and pen

  /** @type {(event: PointerEvent, place: number, what: Move) => void} */
  const begin = (event, place, what) => {
    if (event.button || drag) return;
    event.preventDefault();
    const button = buttons[place];
    button.focus({ preventScroll: true });
    choose(place);
    const size = frame.getBoundingClientRect();
    drag = {
      place,
      what,
      id: event.pointerId,
      from: [event.clientX, event.clientY],
      box: [...places[place]],
      size,
      moved: false,
    };
    frame.setPointerCapture(event.pointerId);
  };
  frame.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    const far = [
      ((event.clientX - drag.from[0]) / drag.size.width) * 100,
      ((event.clientY - drag.from[1]) / drag.size.height) * 100,
    ];
    if (!drag.moved && Math.hypot(event.clientX - drag.from[0], event.clientY - drag.from[1]) < 4)
      return;
    drag.moved = true;
    const [x, y, w, h] = drag.box;
    /** @type {Box} */
    const wanted =
      drag.what === "place"
        ? [x + far[0], y + far[1], w, h]
        : [x, y, Math.max(SMALLEST, w + far[0]), Math.max(SMALLEST, h + far[1])];
    places[drag.place] = event.altKey ? wanted : snap(drag.place, wanted, drag.what === "resize");
    ghost(drag.place, drag.box);
    put(buttons[drag.place], places[drag.place]);
    putHold();
  });
  // how far a background stands in, that shows the page from `begin` on in a part `size` wide
  /** @type {(begin: number, size: number) => number} */
  const shift = (begin, size) => (size < 100 ? (begin / (100 - size)) * 100 : 0);
  /** @type {(place: number, old: Box) => void} */
  const ghost = (place, old) => {
    // what stands there now moves along under the hand, until the page is drawn anew
    const button = buttons[place],
      [x, y, w, h] = old;
    Object.assign(button.style, {
      opacity: "0.75",
      backgroundImage: `url(${address})`,
      backgroundSize: `${10000 / w}% ${10000 / h}%`,
      backgroundPosition: `${shift(x, w)}% ${shift(y, h)}%`,
    });
  };
  const lift = (/** @type {PointerEvent} */ event) => {
    if (!drag || event.pointerId !== drag.id) return;
    const { place, what, moved } = drag;
    drag = null;
    lines.forEach((line) => {
      line.hidden = true;
    });
    if (!moved) {
      const chosen = spoken("{name} is chosen", { name: model.get("things")[place].name });
      return say(`${chosen}: ${told(places[place])}.`);
    }
    say(`${what === "place" ? spoken("Moved") : spoken("Resized")}: ${told(places[place])}.`);
    send(place, what);
  };
  frame.addEventListener("pointerup", lift);
  frame.addEventListener("pointercancel", lift);
  hold.addEventListener("pointerdown", (event) => begin(event, at(), "resize"));

  // Keys

  /** @type {(event: KeyboardEvent, place: number) => void} */
  const key = (event, place) => {
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) {
      tell(place, "undo");
    } else if (MOVES[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const what = event.shiftKey ? "resize" : "place";
      if (moving && (moving.place !== place || moving.what !== what))
        send(moving.place, moving.what);
      moving = { place, what };
      /** @type {Box} */
      const box = [...places[place]];
      MOVES[event.key].forEach((one, axis) => {
        box[event.shiftKey ? axis + 2 : axis] += one;
      });
      box[2] = Math.max(SMALLEST, box[2]);
      box[3] = Math.max(SMALLEST, box[3]);
      ghost(place, model.get("things")[place].place);
      places[place] = box;
      put(buttons[place], box);
      putHold();
      say(told(box));
      clearTimeout(waiting);
      waiting = setTimeout(() => send(place, what), LATER);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  // What comes from Python

  const showPage = () => {
    const bytes = model.get("page");
    const before = address;
    address =
      bytes && bytes.byteLength
        ? URL.createObjectURL(new Blob([bytes], { type: "image/png" }))
        : "";
    picture.src = address;
    frame.hidden = help.hidden = !address;
    frame.style.maxWidth = `${Math.round(Math.min(420, 560 * model.get("shape")))}px`;
    frame.style.aspectRatio = String(model.get("shape"));
    if (before) URL.revokeObjectURL(before);
  };
  const showThings = () => {
    const things = model.get("things");
    places = things.map((thing) => [...thing.place]);
    while (buttons.length > things.length) buttons.pop()?.remove();
    things.forEach((thing, place) => {
      if (!buttons[place]) {
        const button = made("button", { type: "button", className: "course-page-thing" });
        button.setAttribute("aria-pressed", "false");
        button.addEventListener("pointerdown", (event) => begin(event, place, "place"));
        button.addEventListener("focus", () => {
          if (!drag) {
            choose(place);
            say(`${model.get("things")[place].name}: ${told(places[place])}.`);
          }
        });
        button.addEventListener("keydown", (event) => key(event, place));
        buttons.push(button);
        frame.append(button);
      }
      buttons[place].setAttribute("aria-label", `${thing.name}, ${told(thing.place)}`);
      Object.assign(buttons[place].style, { opacity: "", backgroundImage: "" });
      put(buttons[place], thing.place);
    });
    frame.append(...lines, hold);
    choose(Math.min(model.get("chosen"), things.length) - 1, false);
  };
  const showAll = () => {
    showPage();
    showThings();
    if (model.get("said")) say(model.get("said"));
  };
  const showChosen = () => choose(model.get("chosen") - 1, false);
  /** @type {[event: string, action: () => void][]} */
  const all = [
    ["change:version", showAll],
    ["change:chosen", showChosen],
  ];
  for (const [event, action] of all) model.on(event, action);
  el.append(root);
  showAll();
  return () => {
    clearTimeout(waiting);
    for (const [event, action] of all) model.off(event, action);
    if (address) URL.revokeObjectURL(address);
  };
}

export default { render };
