// One button to tap a rhythm on, with the space bar, the mouse or a finger; the moments of the taps
// are handed over.
const MOST = 200;

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
  const button = document.createElement("button");
  const status = document.createElement("p");
  button.className = "jupyter-button widget-button";
  button.style.cssText =
    "width:100%;max-width:320px;min-height:64px;margin:2px;touch-action:manipulation";
  button.textContent = spoken("Tap here (space bar)");
  status.setAttribute("role", "status");
  status.style.margin = "2px";
  el.append(button, status);
  let moments = [],
    wait = null;
  const tell = () => {
    model.set("moments", moments);
    model.save_changes();
    status.textContent = moments.length
      ? spoken("{count} taps. Press Use the taps, or tap on.", { count: moments.length })
      : spoken("No taps yet.");
  };
  const tap = (event) => {
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
  model.on("change:cleared", () => {
    moments = [];
    tell();
  });
  status.textContent = spoken("No taps yet.");
  model.set("shown", true);
  model.save_changes();
}
export default { render };
