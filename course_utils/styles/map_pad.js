// A pad from -1 to 1 with points on it and a ring that is dragged between them, or moved by keys.
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STEP = 0.1,
  FINE = 0.02,
  NEAREST = 3;

function make(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

function render({ model, el }) {
  const pad = make("div", { class: "course-map" });
  const ring = make("div", {
    class: "course-map-ring",
    role: "application",
    tabindex: "0",
    "aria-roledescription": "place on a map",
  });
  const status = make("p", { role: "status", class: "course-map-status" });
  const help = make(
    "p",
    { class: "course-map-status" },
    "Drag the red ring, or click where it should go. With keys: arrows, with Shift in small steps.",
  );
  const right = make("span", { class: "course-map-side", style: "right:4px;top:50%" }),
    top = make("span", { class: "course-map-side", style: "left:50%;top:2px;margin-left:4px" });
  const root = make(
    "div",
    { "data-lm-suppress-shortcuts": "true", "data-jp-suppress-context-menu": "true" },
    pad,
    help,
    status,
  );
  let here = [0, 0],
    shown = [],
    holding = null,
    later = 0;
  const held = (value) => Math.min(1, Math.max(-1, value));
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
  const lift = (event) => {
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
    here = here.map((value, axis) => held(value + move[axis] * far));
    place();
    send();
    event.preventDefault();
    event.stopPropagation();
  });

  const showPoints = () => {
    shown = model.get("points").map((point, number) => {
      const one = point.picture
        ? make("img", {
            class: "course-map-point",
            alt: `${number + 1} ${point.name}`,
            src: point.picture,
            draggable: "false",
          })
        : make("span", { class: "course-map-words" }, `${number + 1} ${point.name}`);
      spot(one, point.across, point.up);
      return one;
    });
    right.textContent = `${model.get("right")} →`;
    top.textContent = `↑ ${model.get("top")}`;
    pad.replaceChildren(
      make("div", { class: "course-map-axis", style: "left:50%;top:0;width:1px;height:100%" }),
      make("div", { class: "course-map-axis", style: "top:50%;left:0;height:1px;width:100%" }),
      ...shown,
      right,
      top,
      ring,
    );
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
