// A tune to hear and see at once: the browser's own player, and a line that moves over the notes.
function render({ model, el }) {
  const box = document.createElement("div");
  const picture = document.createElement("div");
  const line = document.createElement("div");
  const audio = document.createElement("audio");
  let address = null;
  box.style.maxWidth = "640px";
  picture.style.position = "relative";
  line.setAttribute("aria-hidden", "true");
  line.style.cssText =
    "position:absolute;top:0;bottom:0;width:3px;background:#b3261e;" +
    "pointer-events:none;display:none";
  audio.controls = true;
  audio.preload = "metadata";
  audio.style.width = "100%";
  box.append(picture, audio);
  el.append(box);

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
        : null;
    audio.style.display = address ? "block" : "none";
    if (address) audio.src = address;
    else audio.removeAttribute("src");
  };
  let asked = null;
  const place = () => {
    const share = Math.min(audio.currentTime / Math.max(model.get("seconds"), 0.01), 1);
    line.style.display = audio.currentTime > 0 ? "block" : "none";
    line.style.left = `${(model.get("left") + share * model.get("span")) * 100}%`;
  };
  const follow = () => {
    place();
    asked = audio.paused ? null : requestAnimationFrame(follow);
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
    cancelAnimationFrame(asked);
    audio.pause();
    if (address) URL.revokeObjectURL(address);
  };
}
export default { render };
