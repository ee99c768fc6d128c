// One model; every part is a key of its state. What a person does is told at once and in order.

/** What all parts of one page share. */
class Drawing {
  /**
   * @param {PageModel} model
   * @param {HTMLElement} root
   */
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.plan = model.get("plan");
    /** @type {Record<string, DrawnPart<State>>} */
    this.parts = {};
    /** @type {(() => void)[]} */
    this.before = []; // what must be told before a button is
    this.expected = false;
    /** @type {[event: string, action: Hearer | (() => void)][]} */
    this.heard = [];
  }

  /**
   * @param {string} part
   * @param {Told} [what]
   * @param {ArrayBuffer[]} [buffers]
   */
  tell(part, what = {}, buffers) {
    if (!("value" in what)) for (const first of this.before) first();
    this.model.send({ part, ...what }, undefined, buffers);
    if (part === this.plan.generate?.part) this.expect(true);
  }

  /**
   * Whether new candidates were asked for and Python has not answered yet.
   * @param {boolean} asked
   */
  expect(asked) {
    if (this.expected === asked) return;
    this.expected = asked;
    const shown = this.plan.gallery?.part;
    if (shown) this.parts[shown]?.show(this.model.get(shown));
  }

  /**
   * Do something whenever a part has changed.
   * @param {string} name
   * @param {() => void} action
   */
  hear(name, action) {
    this.model.on(`change:${name}`, action);
    this.heard.push([`change:${name}`, action]);
  }

  /**
   * @param {string} name
   * @returns {HTMLElement}
   */
  node(name) {
    if (!this.parts[name]) {
      const state = this.model.get(name);
      const part = drawPart(this, name, state);
      const show = () => {
        const now = this.model.get(name);
        part.node.hidden = now.hidden;
        part.show(now);
      };
      this.parts[name] = part;
      this.hear(name, show);
      show();
    }
    return this.parts[name].node;
  }

  /**
   * Have just these parts in an element; one that stays where it is is not touched.
   * @param {HTMLElement} node
   * @param {string[]} names
   */
  fill(node, names) {
    const wanted = names.map((name) => this.node(name));
    if (
      wanted.length !== node.children.length ||
      wanted.some((one, place) => node.children[place] !== one)
    )
      node.replaceChildren(...wanted);
  }

  /**
   * @param {Preview} preview
   */
  picture(preview) {
    if (!preview.picture) return null;
    const address = URL.createObjectURL(new Blob([preview.picture], { type: "image/png" }));
    const image = named(
      made("img", { src: address, alt: spoken("Unfinished picture") }),
      "cs-unfinished",
    );
    image.addEventListener("load", () => setTimeout(() => URL.revokeObjectURL(address), 1000));
    return image;
  }

  /**
   * @param {HTMLElement} node
   * @param {string} id
   */
  async place(node, id) {
    try {
      const manager = this.model.widget_manager;
      const model = await manager.get_model(id.replace("IPY_MODEL_", ""));
      const view = await manager.create_view(model);
      node.replaceChildren(view.el);
    } catch {
      node.textContent = spoken("This part cannot be shown here. Open the lesson in JupyterLab.");
    }
  }

  /**
   * The studio: words on top, the result in the middle, the rest around it.
   * @param {StudioPlan} plan
   */
  studio(plan) {
    const node = (/** @type {Place} */ one) => this.node(one.part);
    /** @type {(name: string, ones: HTMLElement[]) => HTMLElement} */
    const group = (name, ones) => named(made("div", {}, ...ones), name);
    const prompt = node(plan.prompt);
    const box = this.parts[plan.prompt.part].control;
    if (!box) throw new TypeError("words are asked for in a box");
    if (!(box instanceof HTMLTextAreaElement && box.rows > 2)) {
      box.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
          event.preventDefault();
          this.tell(plan.generate.part);
        }
      });
    }
    const examples = (plan.examples || []).map((words) => {
      const chip = named(made("button", { type: "button", textContent: words }), "cs-chip");
      chip.addEventListener("click", () => {
        box.value = words;
        this.tell(plan.prompt.part, { value: words });
        box.focus();
      });
      return chip;
    });
    const quick = plan.quick.map(node);
    const [generate, stop] = [node(plan.generate), node(plan.stop)];
    const [going, stopping] = [made("div", {}, generate), made("div", {}, stop)];
    const turns = () => {
      const busy = this.model.get(plan.generate.part).disabled;
      const held =
        going.contains(document.activeElement) || stopping.contains(document.activeElement);
      going.hidden = busy;
      stopping.hidden = !busy;
      if (held) (busy ? stop : generate).focus();
    };
    this.hear(plan.generate.part, turns);
    turns();
    named(stop, "cs-stop");
    named(this.root.appendChild(made("div")), "cs-whole").append(
      group("cs-top", [prompt, group("cs-go", [going, stopping])]),
      group("cs-quick", [
        ...(examples.length ? [group("cs-chips", examples)] : []),
        ...quick.filter((one) => !one.matches(".cs-many")),
        ...quick.filter((one) => one.matches(".cs-many")), // a row of their own
      ]),
      node(plan.gallery),
      group("cs-line", [node(plan.progress), node(plan.status)]),
      node(plan.film),
      ...plan.below.map(node),
    );
  }
}

/**
 * A part as its state says. The state chooses what draws it, so the two fit, whichever kind it is.
 * @param {Drawing} page
 * @param {string} name
 * @param {State} state
 */
function drawPart(page, name, state) {
  const drawIt = /** @type {Draw<State>} */ (draw[state.kind]);
  return drawIt(page, name, state);
}

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

/**
 * The kernel was restarted or has ended: what is seen stays, nothing seems to work on.
 * @param {HTMLElement} root
 */
function gone(root) {
  if (root.querySelector(".cs-gone")) return;
  /** @type {NodeListOf<HTMLButtonElement | Field>} */
  const controls = root.querySelectorAll("button:not(.cs-code), input, select, textarea");
  controls.forEach((one) => {
    one.disabled = true;
  });
  root.querySelectorAll("progress").forEach((one) => {
    one.hidden = true;
  });
  root.prepend(
    named(
      tagged(made("p", { textContent: spoken("Stopped. Run this cell again.") }), {
        role: "status",
      }),
      "cs-gone",
    ),
  );
}

/**
 * What a notebook puts around results must not keep the button from staying in sight.
 * @param {HTMLElement} root
 */
function letStick(root) {
  for (let box = root.parentElement; box && !box.matches(".jp-Cell, body"); box = box.parentElement)
    if (/auto|hidden|scroll/.test(getComputedStyle(box).overflow)) box.style.overflow = "clip";
}

const shownBefore = new WeakSet(); // models that this page has drawn already

/**
 * After Shift and Enter the results of that cell are brought into view; when many cells run, or a
 * page is opened again, nothing moves.
 * @param {PageModel} model
 * @param {HTMLElement} root
 */
function comeIntoView(model, root) {
  const cell = root.closest(".jp-Cell");
  const active = cell?.closest(".jp-Notebook")?.querySelector(".jp-Cell.jp-mod-active");
  if (shownBefore.has(model) || !cell || !active) return;
  shownBefore.add(model);
  if (active !== cell && active !== cell.nextElementSibling) return;
  let box = cell.parentElement;
  while (box && !/auto|scroll/.test(getComputedStyle(box).overflowY)) box = box.parentElement;
  if (!box) return;
  const view = box;
  const settle = () => {
    const outer = view.getBoundingClientRect();
    const inner = root.getBoundingClientRect();
    const all = (root.closest(".jp-OutputArea") || root).getBoundingClientRect();
    const begin = inner.top - all.top < 200 ? all.top : inner.top;
    const above = begin - outer.top - 6;
    const below = inner.bottom - outer.bottom + 6;
    if (below > 0 || above < 0) view.scrollBy(0, above < 0 ? above : Math.min(above, below));
  };
  const waits = [100, 400, 900].map((wait) => setTimeout(settle, wait));
  const leave = () => waits.forEach(clearTimeout);
  for (const what of ["wheel", "pointerdown", "touchmove"])
    view.addEventListener(what, leave, { once: true, passive: true });
}

/** @param {Drawable<PageModel>} page */
function render({ model, el }) {
  const root = keepsKeys(named(made("div"), "course-studio"));
  const { language = "en", direction = "ltr", words = {} } = model.get("plan");
  spoken = worded(words);
  Object.assign(root, { lang: language, dir: direction });
  const drawing = new Drawing(model, root);
  /** @type {Hearer} */
  const saved = (message, buffers) => {
    if (message.answered === drawing.plan.generate?.part) drawing.expect(false);
    if (!message.file) return;
    const address = URL.createObjectURL(new Blob(buffers));
    made("a", { href: address, download: message.file }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };
  model.on("msg:custom", saved);
  drawing.heard.push(["msg:custom", saved]);
  if (drawing.plan.prompt) drawing.studio(drawing.plan);
  else root.append(drawing.node("part0"));
  const ended = () => gone(root);
  model.on("comm_live_update", ended);
  drawing.heard.push(["comm_live_update", ended]);
  followsSound(root);
  el.append(root);
  requestAnimationFrame(() => letStick(root));
  let unfold = () => {};
  const placed = requestAnimationFrame(() => {
    unfold = foldCode(model, root);
    comeIntoView(model, root);
  });
  return () => {
    cancelAnimationFrame(placed);
    unfold();
    drawing.heard.forEach(([name, show]) => model.off(name, show));
  };
}

export default { render };
