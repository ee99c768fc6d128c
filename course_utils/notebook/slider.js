// A slider that screen readers can name: the browser's own, with a label and its value in words.
let sliders = 0;

function render({ model, el }) {
  const label = document.createElement("label");
  const range = Object.assign(document.createElement("input"), { type: "range", id: `course-slider-${++sliders}` });
  const output = document.createElement("output");
  label.htmlFor = range.id;
  const shown = (value) => value.toFixed(Number.isInteger(model.get("step")) ? 0 : 2);
  const show = () => {
    label.textContent = model.get("description");
    for (const name of ["min", "max", "step"]) range[name] = model.get(name);
    range.value = model.get("value");
    output.textContent = shown(model.get("value"));
  };
  range.addEventListener("input", () => { output.textContent = shown(Number(range.value)); });
  range.addEventListener("change", () => { model.set("value", Number(range.value)); model.save_changes(); });
  const root = document.createElement("div");
  root.dataset.lmSuppressShortcuts = "true"; // the arrow keys move the slider, not the notebook
  Object.assign(root.style, { display: "flex", alignItems: "center", gap: "8px", margin: "2px", maxWidth: "360px" });
  Object.assign(label.style, { width: "110px", textAlign: "right", flex: "none" });
  range.style.flex = "1 1 120px";
  range.style.minHeight = "24px";
  root.append(label, range, output);
  el.append(root);
  show();
  model.on("change", show);
  return () => model.off("change", show);
}

export default { render };
