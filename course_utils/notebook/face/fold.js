// The code of a cell that only opens a studio is folded away once the studio is there. The cell
// itself stays as it is for the notebook: arrow keys stop at it, Enter shows the code.

/**
 * Fold the code of the cell around a studio, and give the studio a button for it. Where there is no
 * such cell (Colab, a browser's page, a saved file) nothing happens.
 * @param {PageModel} model
 * @param {HTMLElement} root of the studio
 * @returns {() => void} what shows the code again, for when the studio goes
 */
function foldCode(model, root) {
  const cell = root.closest(".jp-CodeCell");
  const notebook = cell?.closest(".jp-Notebook");
  const code = cell?.querySelector(":scope > .jp-Cell-inputWrapper");
  if (!(cell instanceof HTMLElement && code instanceof HTMLElement && notebook)) return () => {};
  code.id ||= newId();
  const press = made("button", { type: "button", textContent: spoken("Show the code") });
  tagged(named(press, "cs-chip cs-code"), { "aria-controls": code.id });
  const show = (/** @type {boolean} */ shown) => {
    code.classList.toggle("cs-folded", !shown);
    press.setAttribute("aria-expanded", String(shown));
  };
  press.addEventListener("click", () => {
    const shown = code.matches(".cs-folded");
    cell.dataset.code = shown ? "shown" : "";
    show(shown);
  });
  // whoever begins to write in the cell sees what is written, and finds it so when it is run again
  const writes = () => notebook.matches(".jp-mod-editMode") && cell.matches(".jp-mod-active");
  const watch = new MutationObserver(() => {
    if (!code.matches(".cs-folded") || !writes()) return;
    cell.dataset.code = "shown";
    show(true);
    const editor = code.querySelector(".cm-content");
    if (editor instanceof HTMLElement) editor.focus();
  });
  for (const one of [notebook, cell])
    watch.observe(one, { attributes: true, attributeFilter: ["class"] });
  const fold = () => {
    const alone = Boolean(model.get("plan").alone);
    if (!alone) press.remove();
    else if (!press.isConnected) root.prepend(press);
    show(!alone || cell.dataset.code === "shown" || writes());
  };
  fold();
  model.on("change:plan", fold);
  return () => {
    model.off("change:plan", fold);
    watch.disconnect();
    show(true);
  };
}
