// A page to change by hand: every object is a button that can be dragged, resized by its corner,
// and moved by the arrow keys.
const NEAR = 1.2; // hundredths of the page at which an edge snaps to another
const LATER = 700; // milliseconds without a key before a move by keys is sent
const SMALLEST = 3; // hundredths
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let pages = 0;

function make(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

// a text in the language of its studio, with its places filled
const worded =
  (model) =>
  (english, places = {}) =>
    Object.entries(places).reduce(
      (said, [name, value]) => said.replaceAll(`{${name}}`, value),
      model.get("words")[english] ?? english,
    );

function render({ model, el }) {
  const spoken = worded(model);
  const name = `course-page-${++pages}`;
  const status = make("p", { role: "status", class: "course-page-status" });
  const help = make(
    "p",
    { id: `${name}-help`, class: "course-page-help" },
    spoken(
      "Drag an object to move it, drag its blue corner to resize it. With keys: Tab to an object," +
        " arrows move it, Shift and arrows resize it, Ctrl+Z takes the last change back.",
    ),
  );
  const picture = make("img", { alt: "", draggable: "false" });
  const frame = make(
    "div",
    {
      class: "course-page",
      dir: "ltr",
      role: "group",
      "aria-label": model.get("label"),
      "aria-describedby": help.id,
    },
    picture,
  );
  const root = make(
    "div",
    { "data-lm-suppress-shortcuts": "true", "data-jp-suppress-context-menu": "true" },
    frame,
    help,
    status,
  );
  const hold = make("div", {
    class: "course-page-hold",
    "aria-hidden": "true",
    style: "cursor:nwse-resize",
  });
  const lines = [0, 1].map(() => make("div", { class: "course-page-line", hidden: "" }));
  let buttons = [],
    address = "",
    places = [],
    drag = null,
    waiting = 0,
    busy = null,
    sent = 0;
  const say = (sentence) => {
    status.textContent = sentence;
  };
  const told = (box) => {
    const [left, top, width, height] = box.map(Math.round);
    return spoken("{left} from the left, {top} from the top, {width} wide, {height} high", {
      left,
      top,
      width,
      height,
    });
  };
  const at = () => buttons.findIndex((button) => button.getAttribute("aria-pressed") === "true");

  const put = (button, [x, y, w, h]) =>
    Object.assign(button.style, { left: `${x}%`, top: `${y}%`, width: `${w}%`, height: `${h}%` });
  const putHold = () => {
    const place = at();
    hold.hidden = place < 0;
    if (place < 0) return;
    const [x, y, w, h] = places[place]; // a corner outside the page is still to be held
    Object.assign(hold.style, { left: `${Math.min(97, x + w)}%`, top: `${Math.min(97, y + h)}%` });
  };
  const choose = (place, tell = true) => {
    buttons.forEach((button, number) =>
      button.setAttribute("aria-pressed", String(number === place)),
    );
    putHold();
    if (tell && place >= 0 && model.get("chosen") !== place + 1) {
      model.set("chosen", place + 1);
      model.save_changes();
    }
  };
  const send = (place, what) => {
    clearTimeout(waiting);
    waiting = 0;
    model.set("done", {
      count: ++sent + Date.now(),
      number: place + 1,
      what,
      value: places[place].map((one) => one.toFixed(1)).join(","),
    });
    model.save_changes();
  };

  // Snapping: edges and middles of the page and of the other objects

  const snap = (place, box, resizing) => {
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
  const shift = (begin, size) => (size < 100 ? (begin / (100 - size)) * 100 : 0);
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
  const lift = (event) => {
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

  const key = (event, place) => {
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) {
      model.set("done", { count: ++sent + Date.now(), number: place + 1, what: "undo", value: "" });
      model.save_changes();
    } else if (MOVES[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const what = event.shiftKey ? "resize" : "place";
      if (waiting && busy !== `${place} ${what}`)
        send(Number(busy.split(" ")[0]), busy.split(" ")[1]);
      busy = `${place} ${what}`;
      const step = MOVES[event.key].map((one) => one);
      const box = [...places[place]];
      step.forEach((one, axis) => {
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
    while (buttons.length > things.length) buttons.pop().remove();
    things.forEach((thing, place) => {
      if (!buttons[place]) {
        const button = make("button", {
          type: "button",
          class: "course-page-thing",
          "aria-pressed": "false",
        });
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
