// One button to tap a rhythm on, with the space bar, the mouse or a finger; the moments of the taps
// are handed over.
const MOST = 200;

/**
 * @typedef {object} Taps
 * @property {Record<string, string>} words
 * @property {number[]} moments seconds
 * @property {number} cleared
 * @property {boolean} shown
 */

/** @param {Drawable<WidgetModel<Taps>>} page */
function render({ model, el }) {
  const spoken = worded(model.get("words"));
  const button = named(made("button"), "jupyter-button widget-button");
  button.style.cssText =
    "width:100%;max-width:320px;min-height:64px;margin:2px;touch-action:manipulation";
  button.textContent = spoken("Tap here (space bar)");
  const status = tagged(made("p"), { role: "status", style: "margin:2px" });
  el.append(button, status);
  /** @type {number[]} */
  let moments = [];
  let wait = 0;
  const tell = () => {
    model.set("moments", moments);
    model.save_changes();
    status.textContent = moments.length
      ? spoken("{count} taps. Press Use the taps, or tap on.", { count: moments.length })
      : spoken("No taps yet.");
  };
  const tap = (/** @type {Event} */ event) => {
    if (moments.length >= MOST) return;
    moments = [...moments, event.timeStamp / 1000];
    button.style.filter = "brightness(0.8)";
    setTimeout(() => {
      button.style.filter = "";
    }, 90);
    clearTimeout(wait);
    wait = setTimeout(tell, 500); // one message when the hand rests, not one a tap
  };
  button.addEventListener("keydown", (event) => {
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation(); // the notebook's own keys
      if (!event.repeat) tap(event);
    }
  });
  button.addEventListener("keyup", (event) => {
    if (event.key === " ") event.preventDefault();
  });
  button.addEventListener("pointerdown", tap);
  const clear = () => {
    moments = [];
    tell();
  };
  model.on("change:cleared", clear);
  status.textContent = spoken("No taps yet.");
  model.set("shown", true);
  model.save_changes();
  return () => model.off("change:cleared", clear);
}
export default { render };
