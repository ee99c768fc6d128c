// A pad from -1 to 1 with points on it and a ring that is dragged between them, or moved by keys.
const STEP = 0.1,
  FINE = 0.02,
  NEAREST = 3;

/**
 * @typedef {{across: number, up: number, picture: string, name: string}} Point
 *
 * @typedef {object} StyleMap
 * @property {string} label
 * @property {Point[]} points
 * @property {string} right what lies there
 * @property {string} top
 * @property {number} across from -1 to 1
 * @property {number} up
 */

/** @param {Drawable<WidgetModel<StyleMap>>} page */
function render({ model, el }) {
  const pad = named(made("div"), "course-map");
  const ring = tagged(named(made("div", { tabIndex: 0 }), "course-map-ring"), {
    role: "application",
    "aria-roledescription": "place on a map",
  });
  const status = tagged(named(made("p"), "course-map-status"), { role: "status" });
  const help = named(made("p"), "course-map-status");
  help.textContent =
    "Drag the red ring, or click where it should go. With keys: arrows, with Shift in small steps.";
  const side = (/** @type {string} */ style) =>
    tagged(named(made("span"), "course-map-side"), { style });
  const axis = (/** @type {string} */ style) =>
    tagged(named(made("div"), "course-map-axis"), { style });
  const right = side("right:4px;top:50%");
  const top = side("left:50%;top:2px;margin-left:4px");
  const axes = [
    axis("left:50%;top:0;width:1px;height:100%"),
    axis("top:50%;left:0;height:1px;width:100%"),
  ];
  const root = keepsKeys(made("div", {}, pad, help, status));
  tagged(root, { "data-jp-suppress-context-menu": "true" });
  /** @type {Pair} */
  let here = [0, 0];
  /** @type {HTMLElement[]} */
  let shown = [];
  /** @type {number | null} */
  let holding = null;
  let later = 0;
  const held = (/** @type {number} */ value) => Math.min(1, Math.max(-1, value));
  /** @type {(element: HTMLElement, across: number, up: number) => object} */
  const spot = (element, across, up) =>
    Object.assign(element.style, { left: `${50 + across * 44}%`, top: `${50 - up * 44}%` });
  const words = () => {
    const near = model
      .get("points")
      .map((point, number) => [Math.hypot(point.across - here[0], point.up - here[1]), number])
      .sort((a, b) => a[0] - b[0])
      .slice(0, NEAREST);
    shown.forEach((one, number) =>
      one.classList.toggle(
        "course-map-near",
        near.some((found) => found[1] === number),
      ),
    );
    const names = near.map(([, number]) => `${number + 1} ${model.get("points")[number].name}`);
    const at = `Across ${here[0].toFixed(2)}, up ${here[1].toFixed(2)}`;
    return `${at}. Nearest: ${names.join(", ")}.`;
  };
  const place = () => {
    spot(ring, ...here);
    const told = words();
    ring.setAttribute("aria-label", `${model.get("label")}. ${told}`);
    clearTimeout(later);
    later = setTimeout(() => {
      status.textContent = told;
    }, 150); // only the last of many quick moves is spoken
  };
  const send = () => {
    // both before the first is set: that alone moves the ring
    const [across, up] = here.map((value) => Number(value.toFixed(3)));
    model.set("across", across);
    model.set("up", up);
    model.save_changes();
  };
  /** @type {(event: PointerEvent) => Pair} */
  const at = (event) => {
    const box = pad.getBoundingClientRect();
    return [
      held(((event.clientX - box.left) / box.width - 0.5) / 0.44),
      held((0.5 - (event.clientY - box.top) / box.height) / 0.44),
    ];
  };
  pad.addEventListener("pointerdown", (event) => {
    if (event.button || holding !== null) return;
    event.preventDefault();
    ring.focus({ preventScroll: true });
    holding = event.pointerId;
    pad.setPointerCapture(holding);
    here = at(event);
    place();
  });
  pad.addEventListener("pointermove", (event) => {
    if (event.pointerId !== holding) return;
    here = at(event);
    place();
  });
  const lift = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== holding) return;
    holding = null;
    send();
  };
  pad.addEventListener("pointerup", lift);
  pad.addEventListener("pointercancel", lift);
  ring.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    const far = event.shiftKey ? FINE : STEP;
    here = [held(here[0] + move[0] * far), held(here[1] - move[1] * far)];
    place();
    send();
    event.preventDefault();
    event.stopPropagation();
  });

  const showPoints = () => {
    shown = model.get("points").map((point, number) => {
      const words = `${number + 1} ${point.name}`;
      const one = point.picture
        ? made("img", { className: "course-map-point", alt: words, src: point.picture })
        : made("span", { className: "course-map-words", textContent: words });
      one.draggable = false;
      spot(one, point.across, point.up);
      return one;
    });
    right.textContent = `${model.get("right")} →`;
    top.textContent = `↑ ${model.get("top")}`;
    pad.replaceChildren(...axes, ...shown, right, top, ring);
    place();
  };
  const showPlace = () => {
    if (holding !== null) return;
    here = [model.get("across"), model.get("up")];
    place();
  };
  model.on("change:points", showPoints);
  model.on("change:across change:up", showPlace);
  el.append(root);
  here = [model.get("across"), model.get("up")];
  showPoints();
  return () => {
    clearTimeout(later);
    model.off("change:points", showPoints);
    model.off("change:across change:up", showPlace);
  };
}

export default { render };
