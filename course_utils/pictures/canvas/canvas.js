// A drawing field: pen, eraser, fill, undo, and a second layer to mark the part to change. Works
// with mouse, touch, pen and keys.
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
const tools = (spoken) => [
  ["pen", spoken("Pen")],
  ["eraser", spoken("Eraser")],
  ["fill", spoken("Fill")],
];
const STEPS_BACK = 30;
const NEARLY_THE_SAME = 60; // 0-255 a channel: a fill runs over pixels this near to the first
let fields = 0; // makes the ids of several canvases on one page differ

function make(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

function layer(side) {
  const canvas = make("canvas", { width: side, height: side });
  return [canvas, canvas.getContext("2d", { willReadFrequently: true })];
}

function stripes(context) {
  // stripes, so that the marked part is seen by those who do not see the colour
  const [tile, pen] = layer(12);
  pen.fillStyle = "#c2187a";
  pen.fillRect(0, 0, 12, 12);
  pen.strokeStyle = "#ffd9f0";
  pen.lineWidth = 3;
  for (const shift of [-12, 0, 12]) {
    pen.beginPath();
    pen.moveTo(shift, 12);
    pen.lineTo(shift + 12, 0);
    pen.stroke();
  }
  return context.createPattern(tile, "repeat");
}

function flood(source, x, y) {
  // the even-coloured area around a place, as a list of 0 and 1
  const { width, height, data } = source;
  const first = (y * width + x) * 4;
  const alike = (place) =>
    [0, 1, 2, 3].every(
      (part) => Math.abs(data[place * 4 + part] - data[first + part]) <= NEARLY_THE_SAME,
    );
  const found = new Uint8Array(width * height);
  const open = [y * width + x];
  found[open[0]] = 1;
  while (open.length) {
    const place = open.pop();
    const column = place % width;
    for (const [next, inside] of [
      [place - 1, column > 0],
      [place + 1, column < width - 1],
      [place - width, place >= width],
      [place + width, place < width * (height - 1)],
    ]) {
      if (inside && !found[next] && alike(next)) {
        found[next] = 1;
        open.push(next);
      }
    }
  }
  return found;
}

function bytesOf(canvas) {
  return new Promise((done) => canvas.toBlob((blob) => blob.arrayBuffer().then(done), "image/png"));
}

async function imageFrom(bytes) {
  if (!bytes || !bytes.byteLength) return null;
  return createImageBitmap(new Blob([bytes], { type: "image/png" }));
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
  const spoken = worded(model),
    COLOURS = colours(spoken),
    TOOLS = tools(spoken);
  const side = model.get("side");
  const name = `course-canvas-${++fields}`;
  const [base, baseContext] = layer(side); // what lies below: white, or the picture that was set
  const [drawn, drawnContext] = layer(side);
  const [marked, markedContext] = layer(side);
  const [cursor, cursorContext] = layer(side);
  const stripe = stripes(markedContext);
  let tool = "pen",
    colour = COLOURS[0],
    width = 12,
    widths = { draw: 12, mask: 40 },
    place = [side / 2, side / 2],
    penDown = false,
    last = null,
    past = [],
    pointer = null,
    sent = model.get("sent");

  const status = make("p", { role: "status", class: "course-canvas-status" });
  let later = 0;
  const say = (sentence) => {
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
  const paint = () => {
    const pen = context();
    if (marking()) return [pen, stripe, tool === "eraser" ? "destination-out" : "source-over"];
    return [
      pen,
      tool === "eraser" ? pen.createPattern(base, "no-repeat") : colour[1],
      "source-over",
    ];
  };
  const line = (from, to, pressure = 1) => {
    const [pen, style, way] = paint();
    pen.save();
    pen.globalCompositeOperation = way;
    pen.strokeStyle = style;
    pen.lineCap = pen.lineJoin = "round";
    pen.lineWidth = width * pressure;
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(to[0] + 0.01, to[1]);
    pen.stroke();
    pen.restore();
  };
  const fill = ([x, y]) => {
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
    shapeContext.globalCompositeOperation = "source-in";
    shapeContext.fillStyle = marking() ? stripe : colour[1];
    shapeContext.fillRect(0, 0, side, side);
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
    const [white, whiteContext] = layer(side);
    whiteContext.drawImage(marked, 0, 0);
    whiteContext.globalCompositeOperation = "source-in";
    whiteContext.fillStyle = "#ffffff";
    whiteContext.fillRect(0, 0, side, side);
    whiteContext.globalCompositeOperation = "destination-over";
    whiteContext.fillStyle = "#000000";
    whiteContext.fillRect(0, 0, side, side);
    const [picture, mask] = await Promise.all([bytesOf(drawn), bytesOf(white)]);
    if (order !== sent) return; // a later stroke is on its way
    model.set("drawn", new DataView(picture));
    model.set("painted", new DataView(mask));
    model.set("came", order);
    model.save_changes();
  };

  // Pointers: mouse, touch and pen alike

  const at = (event) => {
    const box = cursor.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * side,
      ((event.clientY - box.top) / box.height) * side,
    ];
  };
  const pressureOf = (event) =>
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
  const lift = (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    place = last.map((number) => Math.min(side, Math.max(0, number)));
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

  const showCursor = (shown) => {
    cursorContext.clearRect(0, 0, side, side);
    if (!shown) return;
    for (const [style, thick] of [
      ["#ffffff", 5],
      ["#000000", 2],
    ]) {
      cursorContext.strokeStyle = style;
      cursorContext.lineWidth = thick;
      cursorContext.beginPath();
      cursorContext.arc(...place, Math.max(4, width / 2), 0, 7);
      for (const [x, y] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ]) {
        cursorContext.moveTo(place[0] + x * (width / 2 + 4), place[1] + y * (width / 2 + 4));
        cursorContext.lineTo(place[0] + x * (width / 2 + 14), place[1] + y * (width / 2 + 14));
      }
      cursorContext.stroke();
    }
  };
  const where = () =>
    spoken("{across} percent across, {down} percent down", {
      across: Math.round((place[0] / side) * 100),
      down: Math.round((place[1] / side) * 100),
    });
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let spaceHeld = false;
  cursor.addEventListener("keydown", (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (MOVES[key]) {
      const far = event.shiftKey ? side / 8 : side / 32;
      const next = place.map((number, axis) =>
        Math.min(side, Math.max(0, number + MOVES[key][axis] * far)),
      );
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

  const button = (words, action) => {
    const made = make("button", { type: "button" }, words);
    made.addEventListener("click", action);
    return made;
  };
  const pressed = (buttons, chosen) =>
    buttons.forEach((made, number) => made.setAttribute("aria-pressed", String(number === chosen)));
  const toolButtons = TOOLS.map(([key, words], number) =>
    button(words, () => {
      tool = key;
      pressed(toolButtons, number);
      say(spoken("{name} chosen.", { name: words }));
    }),
  );
  const colourButtons = COLOURS.map((one, number) => {
    const made = button("", () => {
      colour = one;
      pressed(colourButtons, number);
      if (tool === "eraser") toolButtons[0].click();
      say(spoken("{name} chosen.", { name: one[0] }));
    });
    made.className = "course-canvas-colour";
    made.style.background = one[1];
    made.title = one[0];
    made.setAttribute("aria-label", one[0]);
    return made;
  });
  const own = make("input", { type: "color", id: `${name}-own`, value: "#3a7d44" });
  own.addEventListener("input", () => {
    colour = [spoken("your own colour"), own.value];
    pressed(colourButtons, -1);
    say(spoken("Your own colour {name} chosen.", { name: own.value }));
  });
  const size = make("input", {
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
  const modeButtons = [
    ["draw", spoken("Draw")],
    ["mask", spoken("Mark the part to change")],
  ].map(([mode, words]) =>
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
  const group = (words, ...inside) =>
    make("div", { role: "group", "aria-label": words }, ...inside);
  const colourBox = group(
    spoken("Colour"),
    ...colourButtons,
    make("label", { for: own.id }, `${spoken("Own")} `),
    own,
  );
  for (const [canvas, kind] of [
    [drawn, "drawn"],
    [marked, "marked"],
    [cursor, "cursor"],
  ])
    canvas.className = `course-canvas-${kind}`;
  cursor.tabIndex = 0;
  cursor.setAttribute("role", "application");
  cursor.setAttribute("aria-label", model.get("label"));
  cursor.setAttribute("aria-describedby", `${name}-help`);
  const help = make(
    "p",
    { id: `${name}-help`, class: "course-canvas-help" },
    spoken(
      "Draw with mouse, finger or pen. With keys: arrows move (with Shift further)," +
        " Space makes a dot, hold it to draw, D keeps the pen down, Ctrl+Z undoes.",
    ),
  );
  const root = make(
    "div",
    {
      class: "course-canvas",
      dir: model.get("direction"),
      "data-lm-suppress-shortcuts": "true",
      "data-jp-suppress-context-menu": "true",
    },
    group(spoken("What you do"), ...modeButtons),
    group(
      spoken("Tool"),
      ...toolButtons,
      make("label", { for: size.id }, `${spoken("Brush")} `),
      size,
      undo,
      clear,
    ),
    colourBox,
    make(
      "div",
      { class: "course-canvas-field", style: `max-width:${side}px` },
      drawn,
      marked,
      cursor,
    ),
    help,
    status,
  );

  // What comes from Python

  const showBackground = async (keep) => {
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
      if (mask) {
        const [shape, shapeContext] = layer(side);
        shapeContext.drawImage(mask, 0, 0, side, side);
        const pixels = shapeContext.getImageData(0, 0, side, side);
        for (let number = 0; number < pixels.data.length; number += 4)
          pixels.data[number + 3] = pixels.data[number];
        shapeContext.putImageData(pixels, 0, 0);
        shapeContext.globalCompositeOperation = "source-in";
        shapeContext.fillStyle = stripe;
        shapeContext.fillRect(0, 0, side, side);
        markedContext.drawImage(shape, 0, 0);
      }
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
