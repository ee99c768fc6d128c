// A tune to hear and see at once: the browser's own player, and a line that moves over the notes.

/**
 * @typedef {object} Tune
 * @property {string} picture HTML
 * @property {DataView} sound WAV
 * @property {string} label
 * @property {number} seconds
 * @property {number} begins seconds of silence that the sound leaves out
 * @property {number} left where the notes begin in the picture, as a share of its width
 * @property {number} span how far they reach, likewise
 * @property {boolean} shown
 */

/** @param {Drawable<WidgetModel<Tune>>} page */
function render({ model, el }) {
  const picture = tagged(made("div"), { style: "position:relative" });
  const line = tagged(made("div"), {
    "aria-hidden": "true",
    style:
      "position:absolute;top:0;bottom:0;width:3px;background:#b3261e;" +
      "pointer-events:none;display:none",
  });
  const audio = made("audio", { controls: true, preload: "metadata" });
  audio.style.width = "100%";
  el.append(tagged(made("div", {}, picture, audio), { style: "max-width:640px" }));
  let address = "";

  const draw = () => {
    picture.innerHTML = model.get("picture"); // made by the course, escaped there
    picture.append(line);
    audio.setAttribute("aria-label", model.get("label"));
  };
  const load = () => {
    const sound = model.get("sound");
    if (address) URL.revokeObjectURL(address);
    address =
      sound && sound.byteLength
        ? URL.createObjectURL(new Blob([sound], { type: "audio/wav" }))
        : "";
    audio.style.display = address ? "block" : "none";
    if (address) audio.src = address;
    else audio.removeAttribute("src");
  };
  let asked = 0;
  const place = () => {
    const now = audio.currentTime + model.get("begins");
    const share = Math.min(now / Math.max(model.get("seconds"), 0.01), 1);
    line.style.display = audio.currentTime > 0 ? "block" : "none";
    line.style.left = `${(model.get("left") + share * model.get("span")) * 100}%`;
  };
  const follow = () => {
    place();
    asked = audio.paused ? 0 : requestAnimationFrame(follow);
  };
  audio.addEventListener("play", () => {
    if (!asked) follow();
  });
  audio.addEventListener("seeked", place);
  audio.addEventListener("pause", place);
  model.on("change:picture change:label", draw);
  model.on("change:sound", load);
  draw();
  load();
  model.set("shown", true);
  model.save_changes();
  return () => {
    model.off("change:picture change:label", draw);
    model.off("change:sound", load);
    cancelAnimationFrame(asked);
    audio.pause();
    if (address) URL.revokeObjectURL(address);
  };
}
export default { render };
