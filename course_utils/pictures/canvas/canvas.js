// A drawing field: pen, eraser, fill, undo, and a second layer to mark the part to change. Works
// with mouse, touch, pen and keys.
const STEPS_BACK = 30;
let fields = 0; // makes the ids of several canvases on one page differ

/**
 * @typedef {"draw" | "mask"} Mode
 * @typedef {"pen" | "eraser" | "fill"} Tool
 * @typedef {[name: string, code: string]} Colour
 *
 * @typedef {object} Field
 * @property {Record<string, string>} words
 * @property {string} direction
 * @property {string} label
 * @property {number} side pixels
 * @property {Mode} mode
 * @property {DataView} background PNG, as are the next two
 * @property {DataView} drawn
 * @property {DataView} painted
 * @property {number} version
 * @property {boolean} shown
 * @property {number} sent
 * @property {number} came
 */

/**
 * @param {(english: string) => string} spoken
 * @returns {Colour[]}
 */
const colours = (spoken) => [
  [spoken("black"), "#1c1c1c"],
  [spoken("white"), "#ffffff"],
  [spoken("grey"), "#8c8c8c"],
  [spoken("red"), "#d72d32"],
  [spoken("orange"), "#f08c28"],
  [spoken("yellow"), "#fad23c"],
  [spoken("green"), "#46a550"],
  [spoken("blue"), "#326ecd"],
  [spoken("light blue"), "#96cdf5"],
  [spoken("purple"), "#8250b4"],
  [spoken("pink"), "#f596b9"],
  [spoken("brown"), "#875537"],
];
/**
 * @param {(english: string) => string} spoken
 * @returns {[Tool, string][]}
 */
const tools = (spoken) => [
  ["pen", spoken("Pen")],
  ["eraser", spoken("Eraser")],
  ["fill", spoken("Fill")],
];

/** @param {Drawable<WidgetModel<Field>>} page */
function render({ model, el }) {
  const spoken = worded(model.get("words"));
  const COLOURS = colours(spoken);
  const side = model.get("side");
  const name = `course-canvas-${++fields}`;
  const [base, baseContext] = layer(side); // what lies below: white, or the picture that was set
  const [drawn, drawnContext] = layer(side);
  const [marked, markedContext] = layer(side);
  const [cursor, cursorContext] = layer(side);
  const stripe = stripes(markedContext);
  const widths = { draw: 12, mask: 40 };
  /** @type {Tool} */
  let tool = "pen";
  let colour = COLOURS[0];
  let width = widths.draw;
  /** @type {Pair} */
  let place = [side / 2, side / 2];
  let last = place;
  let penDown = false;
  /** @type {[marking: boolean, pixels: ImageData][]} */
  let past = [];
  /** @type {number | null} */
  let pointer = null;
  let sent = model.get("sent");

  const status = tagged(named(made("p"), "course-canvas-status"), { role: "status" });
  let later = 0;
  const say = (/** @type {string} */ sentence) => {
    clearTimeout(later); // only the last of many quick moves is spoken
    later = setTimeout(() => {
      status.textContent = sentence;
    }, 150);
  };
  const marking = () => model.get("mode") === "mask";
  const context = () => (marking() ? markedContext : drawnContext);

  // Drawing

  const remember = () => {
    past.push([marking(), context().getImageData(0, 0, side, side)]);
    if (past.length > STEPS_BACK) past.shift();
    undo.disabled = false;
  };
  /** @type {(from: Pair, to: Pair, pressure?: number) => void} */
  const line = (from, to, pressure = 1) => {
    const pen = context();
    const rubs = tool === "eraser";
    pen.save();
    pen.globalCompositeOperation = marking() && rubs ? "destination-out" : "source-over";
    if (marking()) pen.strokeStyle = stripe;
    else pen.strokeStyle = rubs ? patternOf(pen, base, "no-repeat") : colour[1];
    pen.lineCap = pen.lineJoin = "round";
    pen.lineWidth = width * pressure;
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(to[0] + 0.01, to[1]);
    pen.stroke();
    pen.restore();
  };
  const fill = (/** @type {Pair} */ [x, y]) => {
    const area = flood(
      drawnContext.getImageData(0, 0, side, side),
      Math.min(side - 1, Math.floor(x)),
      Math.min(side - 1, Math.floor(y)),
    );
    const [shape, shapeContext] = layer(side);
    const pixels = shapeContext.createImageData(side, side);
    area.forEach((inside, number) => {
      pixels.data[number * 4 + 3] = inside * 255;
    });
    shapeContext.putImageData(pixels, 0, 0);
    fillShape(shapeContext, marking() ? stripe : colour[1]);
    context().drawImage(shape, 0, 0);
    say(
      marking()
        ? spoken("The even-coloured area is marked.")
        : spoken("Filled with {colour}.", { colour: colour[0] }),
    );
  };
  const send = async () => {
    const order = ++sent;
    model.set("sent", order);
    model.save_changes(); // said at once: making the pictures of it takes a moment
    const [picture, mask] = await Promise.all([pngOf(drawn), pngOf(maskOf(marked))]);
    if (order !== sent) return; // a later stroke is on its way
    model.set("drawn", picture);
    model.set("painted", mask);
    model.set("came", order);
    model.save_changes();
  };

  // Pointers: mouse, touch and pen alike

  /** @type {(event: PointerEvent) => Pair} */
  const at = (event) => {
    const box = cursor.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * side,
      ((event.clientY - box.top) / box.height) * side,
    ];
  };
  /** @type {(x: number, y: number) => Pair} */
  const within = (x, y) => [Math.min(side, Math.max(0, x)), Math.min(side, Math.max(0, y))];
  const pressureOf = (/** @type {PointerEvent} */ event) =>
    event.pointerType === "pen" && event.pressure ? 0.4 + event.pressure : 1;
  cursor.addEventListener("pointerdown", (event) => {
    if (event.button || pointer !== null) return;
    event.preventDefault();
    cursor.focus({ preventScroll: true });
    pointer = event.pointerId;
    cursor.setPointerCapture(pointer);
    remember();
    place = at(event);
    if (tool === "fill") fill(place);
    else line(place, place, pressureOf(event));
    last = place;
    showCursor(false);
  });
  cursor.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer || tool === "fill") return;
    for (const part of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
      const next = at(part);
      line(last, next, pressureOf(part));
      last = next;
    }
  });
  const lift = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    place = within(last[0], last[1]);
    if (tool !== "fill")
      say(
        marking()
          ? tool === "eraser"
            ? spoken("Mark rubbed out.")
            : spoken("Part marked.")
          : tool === "eraser"
            ? spoken("Rubbed out.")
            : spoken("Line drawn in {colour}.", { colour: colour[0] }),
      );
    send();
  };
  cursor.addEventListener("pointerup", lift);
  cursor.addEventListener("pointercancel", lift);

  // Keys

  const showCursor = (/** @type {boolean} */ shown) => {
    cursorContext.clearRect(0, 0, side, side);
    if (shown) cross(cursorContext, place, width);
  };
  const where = () =>
    spoken("{across} percent across, {down} percent down", {
      across: Math.round((place[0] / side) * 100),
      down: Math.round((place[1] / side) * 100),
    });
  let spaceHeld = false;
  cursor.addEventListener("keydown", (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (MOVES[key]) {
      const far = event.shiftKey ? side / 8 : side / 32;
      const [right, down] = MOVES[key];
      const next = within(place[0] + right * far, place[1] + down * far);
      if (penDown || spaceHeld) line(place, next);
      place = next;
      say(`${penDown || spaceHeld ? `${spoken("Drawing:")} ` : ""}${where()}`);
    } else if (key === " ") {
      if (!event.repeat) {
        remember();
        if (tool === "fill") fill(place);
        else {
          line(place, place);
          say(spoken("Dot at {place}.", { place: where() }));
        }
        spaceHeld = tool !== "fill";
      }
    } else if (key === "d" && !event.ctrlKey && !event.metaKey) {
      penDown = !penDown;
      if (penDown) {
        remember();
        line(place, place);
      } else send();
      say(
        penDown
          ? spoken("The pen is down: the arrow keys draw. Press D to lift it.")
          : spoken("The pen is up."),
      );
    } else if (key === "z" && (event.ctrlKey || event.metaKey)) {
      stepBack();
    } else return;
    event.preventDefault();
    event.stopPropagation();
    showCursor(true);
  });
  cursor.addEventListener("keyup", (event) => {
    if (event.key === " ") {
      spaceHeld = false;
      send();
      event.preventDefault();
    }
  });
  cursor.addEventListener("focus", () => {
    if (pointer === null) {
      showCursor(true);
      say(spoken("Drawing field, {place}.", { place: where() }));
    }
  });
  cursor.addEventListener("blur", () => {
    showCursor(false);
    if (penDown || spaceHeld) send();
    penDown = spaceHeld = false;
  });

  // The controls

  /** @type {(words: string, action: () => void) => HTMLButtonElement} */
  const button = (words, action) => {
    const press = made("button", { type: "button" }, words);
    press.addEventListener("click", action);
    return press;
  };
  /** @type {(buttons: HTMLButtonElement[], chosen: number) => void} */
  const pressed = (buttons, chosen) =>
    buttons.forEach((one, number) => one.setAttribute("aria-pressed", String(number === chosen)));
  /** @type {HTMLButtonElement[]} */
  const toolButtons = tools(spoken).map(([key, words], number) =>
    button(words, () => {
      tool = key;
      pressed(toolButtons, number);
      say(spoken("{name} chosen.", { name: words }));
    }),
  );
  /** @type {HTMLButtonElement[]} */
  const colourButtons = COLOURS.map((one, number) => {
    const press = button("", () => {
      colour = one;
      pressed(colourButtons, number);
      if (tool === "eraser") toolButtons[0].click();
      say(spoken("{name} chosen.", { name: one[0] }));
    });
    press.className = "course-canvas-colour";
    press.style.background = one[1];
    press.title = one[0];
    return tagged(press, { "aria-label": one[0] });
  });
  const own = made("input", { type: "color", id: `${name}-own`, value: "#3a7d44" });
  own.addEventListener("input", () => {
    colour = [spoken("your own colour"), own.value];
    pressed(colourButtons, -1);
    say(spoken("Your own colour {name} chosen.", { name: own.value }));
  });
  const size = made("input", {
    type: "range",
    id: `${name}-size`,
    min: "2",
    max: "80",
    step: "2",
    value: String(width),
  });
  size.addEventListener("input", () => {
    width = widths[model.get("mode")] = Number(size.value);
    say(spoken("Brush {width} wide.", { width }));
  });
  const stepBack = () => {
    const before = past.pop();
    if (!before) return say(spoken("There is nothing to undo."));
    (before[0] ? markedContext : drawnContext).putImageData(before[1], 0, 0);
    undo.disabled = !past.length;
    say(spoken("Undone."));
    send();
  };
  const undo = button(spoken("Undo"), stepBack);
  undo.disabled = true;
  const clear = button(spoken("Clear"), () => {
    remember();
    context().clearRect(0, 0, side, side);
    if (!marking()) drawnContext.drawImage(base, 0, 0);
    say(
      marking()
        ? spoken("Nothing is marked now.")
        : spoken("The drawing is cleared. Undo brings it back."),
    );
    send();
  });
  /** @type {[Mode, string][]} */
  const modes = [
    ["draw", spoken("Draw")],
    ["mask", spoken("Mark the part to change")],
  ];
  const modeButtons = modes.map(([mode, words]) =>
    button(words, () => {
      model.set("mode", mode);
      model.save_changes();
      showMode();
      say(`${words}.`);
    }),
  );
  const showMode = () => {
    pressed(modeButtons, marking() ? 1 : 0);
    colourBox.hidden = marking();
    width = widths[model.get("mode")];
    size.value = String(width);
  };
  pressed(toolButtons, 0);
  pressed(colourButtons, 0);
  /** @type {(words: string, ...inside: HTMLElement[]) => HTMLElement} */
  const group = (words, ...inside) =>
    tagged(made("div", {}, ...inside), { role: "group", "aria-label": words });
  const colourBox = group(
    spoken("Colour"),
    ...colourButtons,
    made("label", { htmlFor: own.id }, `${spoken("Own")} `),
    own,
  );
  named(drawn, "course-canvas-drawn");
  named(marked, "course-canvas-marked");
  tagged(named(cursor, "course-canvas-cursor"), {
    tabindex: 0,
    role: "application",
    "aria-label": model.get("label"),
    "aria-describedby": `${name}-help`,
  });
  const help = made(
    "p",
    { id: `${name}-help`, className: "course-canvas-help" },
    spoken(
      "Draw with mouse, finger or pen. With keys: arrows move (with Shift further)," +
        " Space makes a dot, hold it to draw, D keeps the pen down, Ctrl+Z undoes.",
    ),
  );
  const field = named(made("div", {}, drawn, marked, cursor), "course-canvas-field");
  field.style.maxWidth = `${side}px`;
  const root = made(
    "div",
    { className: "course-canvas", dir: model.get("direction") },
    group(spoken("What you do"), ...modeButtons),
    group(
      spoken("Tool"),
      ...toolButtons,
      made("label", { htmlFor: size.id }, `${spoken("Brush")} `),
      size,
      undo,
      clear,
    ),
    colourBox,
    field,
    help,
    status,
  );
  tagged(keepsKeys(root), { "data-jp-suppress-context-menu": "true" });

  // What comes from Python

  const showBackground = async (/** @type {boolean} */ keep) => {
    if (!keep) {
      markedContext.clearRect(0, 0, side, side);
      drawnContext.clearRect(0, 0, side, side);
      past = [];
      undo.disabled = true;
    }
    const begun = sent;
    const picture = await imageFrom(model.get("background"));
    baseContext.fillStyle = "#ffffff";
    baseContext.fillRect(0, 0, side, side);
    if (picture) baseContext.drawImage(picture, 0, 0, side, side);
    const before = keep ? await imageFrom(model.get("drawn")) : null;
    drawnContext.globalCompositeOperation = "destination-over"; // under strokes made meanwhile
    drawnContext.drawImage(before || base, 0, 0, side, side);
    drawnContext.globalCompositeOperation = "source-over";
    if (sent !== begun) send();
    if (keep) {
      const mask = await imageFrom(model.get("painted"));
      if (mask) markedContext.drawImage(shapeOf(mask, side, stripe), 0, 0);
    } else {
      say(
        picture
          ? spoken("A picture is in the drawing field.")
          : spoken("The drawing field is empty."),
      );
    }
  };
  const newBackground = () => showBackground(false);
  const newLabel = () => cursor.setAttribute("aria-label", model.get("label"));
  model.on("change:version", newBackground);
  model.on("change:mode", showMode);
  model.on("change:label", newLabel);
  el.append(root);
  showMode();
  showBackground(true);
  model.set("shown", true);
  model.save_changes();
  return () => {
    model.off("change:version", newBackground);
    model.off("change:mode", showMode);
    model.off("change:label", newLabel);
  };
}

export default { render };
