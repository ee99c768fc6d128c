// Draws the parts of a page and tells what a person does with them. One model; every part is a key of its state.

// every widget has its own copy of this module, and all are in one page
const OWN = `course-${Math.random().toString(36).slice(2, 8)}`;
let count = 0;
const newId = () => `${OWN}-${++count}`;
const made = (tag, properties = {}, ...inside) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...inside);
  return node;
};
const named = (node, name) => { node.classList.add(...name.split(" ")); return node; };

let words = {}; // what this page says by itself, in the language of its studio
const spoken = (english) => words[english] ?? english;

/** A label and a control that belong together. */
function labelled(state, control, after) {
  control.id = newId();
  const label = made("label", { htmlFor: control.id, textContent: state.description });
  const help = state.tooltip ? [named(made("span", { id: newId(), textContent: state.tooltip }), "cs-help")] : [];
  if (help.length) control.setAttribute("aria-describedby", help[0].id);
  return named(made("div", {}, label, control, ...(after ? [after] : []), ...help), "cs-field");
}

/** Set what differs, so that a cursor stays where it is. */
const put = (control, name, value) => { if (control[name] !== value) control[name] = value; };

const draw = {
  html(page, name) {
    const node = named(made("div"), "cs-html");
    return { node, show: (state) => { if (node.innerHTML !== state.value) node.innerHTML = state.value; } };
  },
  button(page, name) {
    const node = named(made("button", { type: "button" }), "cs-button");
    node.addEventListener("click", () => page.tell(name));
    return { node, show: (state) => {
      node.textContent = state.description;
      node.title = state.tooltip;
      node.disabled = state.disabled;
      node.classList.toggle("cs-main", state.main);
    } };
  },
  text(page, name, state) {
    const box = made(state.rows > 1 ? "textarea" : "input", { dir: "auto" });
    const node = named(labelled(state, box), "cs-wide");
    let waiting = 0;
    const tell = () => { clearTimeout(waiting); waiting = 0; page.tell(name, { value: box.value }); };
    box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(tell, 300); });
    box.addEventListener("change", tell);
    page.before.push(() => { if (waiting) tell(); });
    if (state.options) {
      const list = made("datalist", { id: newId() });
      list.append(...state.options.map((words) => made("option", { value: words })));
      box.setAttribute("list", list.id);
      node.append(list);
    }
    return { node, control: box, show: (now) => {
      node.firstChild.textContent = now.description;
      put(box, "placeholder", now.placeholder);
      if (box.rows !== undefined && now.rows > 1) put(box, "rows", now.rows);
      if (!waiting) put(box, "value", now.value);
      box.disabled = now.disabled;
    } };
  },
  tick(page, name, state) {
    const box = made("input", { type: "checkbox" });
    const node = named(labelled(state, box), "cs-tick");
    node.prepend(box);
    box.addEventListener("change", () => page.tell(name, { value: box.checked }));
    return { node, show: (now) => { box.checked = now.value; box.disabled = now.disabled; } };
  },
  number(page, name, state) {
    const box = made("input", { type: "number", min: state.min, max: state.max, step: state.step });
    const node = labelled(state, box);
    box.addEventListener("change", () => box.value !== "" && page.tell(name, { value: Number(box.value) }));
    return { node, show: (now) => { if (Number(box.value) !== now.value || box.value === "") box.value = now.value; } };
  },
  slider(page, name, state) {
    const range = made("input", { type: "range", min: state.min, max: state.max, step: state.step });
    const said = made("output");
    const digits = state.step >= 1 ? 0 : 2;
    const node = labelled(state, range, said);
    range.addEventListener("input", () => { said.textContent = Number(range.value).toFixed(digits); });
    range.addEventListener("change", () => page.tell(name, { value: Number(range.value) }));
    return { node, show: (now) => { Object.assign(range, { min: now.min, max: now.max, value: now.value }); said.textContent = now.value.toFixed(digits); } };
  },
  choice(page, name, state) {
    const list = made("select");
    const node = labelled(state, list);
    list.addEventListener("change", () => page.tell(name, { place: list.selectedIndex }));
    let words = "";
    return { node, show: (now) => {
      node.firstChild.textContent = now.description;
      if (words !== JSON.stringify(now.options)) {
        words = JSON.stringify(now.options);
        list.replaceChildren(...now.options.map((one) => made("option", { textContent: one })));
      }
      list.selectedIndex = now.place;
      list.disabled = now.disabled;
    } };
  },
  choices(page, name, state) {
    const list = made("select", { multiple: true, size: state.rows });
    const node = labelled(state, list);
    list.addEventListener("change", () => page.tell(name, { places: [...list.selectedOptions].map((one) => one.index) }));
    return { node, show: (now) => {
      list.replaceChildren(...now.options.map((one, place) => made("option", { textContent: one, selected: now.places.includes(place) })));
    } };
  },
  tiles(page, name, state) {
    const node = named(made("div"), "cs-tiles");
    node.setAttribute("role", "radiogroup");
    let words = "", tiles = [];
    return { node, show: (now) => {
      if (words !== JSON.stringify([now.options, now.description])) {
        words = JSON.stringify([now.options, now.description]);
        node.setAttribute("aria-label", now.description);
        tiles = now.options.map((one, place) => {
          const [address, alt] = now.pictures[place];
          const picture = address ? made("img", { src: address, alt: "", title: alt }) : named(made("span"), "cs-none");
          const tile = named(made("button", { type: "button" }, picture, made("span", { textContent: one })), "cs-tile");
          tile.setAttribute("role", "radio");
          tile.addEventListener("click", () => page.tell(name, { place }));
          return tile;
        });
        node.replaceChildren(...tiles);
        node.classList.toggle("cs-many", tiles.length > 10);
        arrows(node, () => tiles, (place) => page.tell(name, { place }));
      }
      tick(tiles, now.place);
    } };
  },
  file(page, name, state) {
    const box = made("input", { type: "file", accept: state.accept, multiple: state.multiple });
    const node = named(made("div"), "cs-field");
    const press = named(made("button", { type: "button", textContent: state.description }), "cs-button");
    box.hidden = true;
    press.addEventListener("click", () => box.click());
    box.addEventListener("change", async () => {
      const files = [...box.files];
      const data = await Promise.all(files.map((file) => file.arrayBuffer()));
      page.tell(name, { names: files.map((file) => file.name) }, data);
      box.value = "";
    });
    node.append(press, box);
    return { node, show: (now) => { press.disabled = now.disabled; } };
  },
  column(page) {
    const node = named(made("div"), "cs-column");
    return { node, show: (state) => page.fill(node, state.children) };
  },
  row(page) {
    const node = named(made("div"), "cs-row");
    return { node, show: (state) => page.fill(node, state.children) };
  },
  panels(page, name, state) {
    const heads = state.titles.map((title, place) => {
      const head = named(made("button", { type: "button", textContent: title }), "cs-head");
      head.addEventListener("click", () => page.tell(name, { place }));
      return head;
    });
    const body = named(made("div", { id: newId() }), "cs-open");
    const node = named(made("div", {}, named(made("div", {}, ...heads), "cs-heads"), body), "cs-panels");
    let open = null;
    return { node, show: (now) => {
      heads.forEach((head, place) => {
        head.setAttribute("aria-expanded", String(place === now.opened));
        if (place === now.opened) head.setAttribute("aria-controls", body.id);
        else head.removeAttribute("aria-controls");
      });
      if (open !== now.opened) {
        open = now.opened;
        page.fill(body, open < 0 ? [] : [now.children[open]]);
        body.hidden = open < 0;
      }
    } };
  },
  widget(page, name, state) {
    const node = named(made("div"), "cs-widget");
    page.place(node, state.model);
    return { node, show: () => {} };
  },
  status() {
    const node = named(made("p"), "cs-status");
    node.setAttribute("role", "status");
    node.setAttribute("aria-live", "polite");
    return { node, show: (state) => {
      node.classList.toggle("cs-wrong", state.wrong);
      const said = (state.wrong ? `${spoken("Please note:")} ` : "") + state.sentence;
      if (node.textContent !== said) node.textContent = said;
    } };
  },
  bar() {
    const bar = made("progress", { max: 100 });
    const words = made("span");
    const node = named(made("div", {}, bar, words), "cs-bar");
    bar.setAttribute("aria-label", spoken("Progress"));
    return { node, show: (state) => {
      node.classList.toggle("cs-idle", !state.going);
      if (state.share < 0) bar.removeAttribute("value");
      else bar.value = 100 * state.share;
      words.textContent = state.words;
    } };
  },
  film(page, name) {
    const row = named(made("div"), "cs-frames");
    const title = made("p");
    const node = named(made("div", {}, title, row), "cs-film");
    return { node, show: (state) => {
      title.textContent = state.description;
      title.hidden = !state.cards.length;
      row.replaceChildren(...state.cards.map((card, place) => {
        const frame = named(made("button", { type: "button", innerHTML: card }), "cs-frame");
        frame.title = state.verb;
        frame.prepend(named(made("span", { textContent: `${state.verb} ${place + 1}` }), "cs-unseen"));
        frame.addEventListener("click", () => page.tell(name, { place }));
        return frame;
      }));
    } };
  },
  gallery,
  roll,
};

const SVG = "http://www.w3.org/2000/svg";
const drawn = (tag, values, ...inside) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(values)) node.setAttribute(name, value);
  node.append(...inside);
  return node;
};

/** Notes on a grid: click, drag, pull the right end, double click on a free place; keys do the same. */
function roll(page, name) {
  const [left, wide, high] = [40, 760, 240], step = 0.25;
  const help = made("p", { id: newId(), textContent: spoken("Drag a note to move it, pull its right end to make it longer, double click a free place to add one. Keys: arrows left and right choose, up and down change the pitch, Shift with left and right moves it in time, plus and minus change its length, A adds, Delete takes it out.") });
  const field = drawn("svg", { viewBox: `0 0 ${left + wide} ${high}`, role: "application", tabindex: "0", "aria-label": spoken("Notes"), "aria-describedby": help.id });
  const node = named(made("div", {}, field, named(help, "cs-help")), "cs-roll");
  const tell = (what, place = now.chosen, beats = 0, semitones = 0) => page.tell(name, { what, place, beats, semitones });
  let now = null, held = null;
  const across = () => wide / now.span;
  const row = () => high / now.rows.length;
  const y = (pitch) => (now.rows[0][0] - pitch) * row();
  const at = (event) => {
    const box = field.getBoundingClientRect(), scale = (left + wide) / box.width;
    return [(event.clientX - box.left) * scale - left, (event.clientY - box.top) * high / box.height];
  };
  const set = (rect, [start, length, pitch]) => {
    for (const [key, value] of Object.entries({ x: left + start * across() + .5, y: y(pitch) + .5, width: Math.max(length * across() - 1.5, 3), height: Math.max(row() - 1, 3) })) rect.setAttribute(key, value);
  };
  const changed = (event) => {
    const [x, up] = at(event), [start, length, pitch] = now.notes[held.place];
    const beats = Math.round((x - held.x) / across() / step) * step;
    const semitones = held.stretch ? 0 : Math.round((held.y - up) / row());
    return held.stretch ? [start, Math.max(step, length + beats), pitch] : [Math.max(0, start + beats), length, pitch + semitones];
  };
  field.addEventListener("pointerdown", (event) => {
    const place = Number(event.target.dataset.place ?? -1);
    if (place < 0) return;
    const [x, up] = at(event), [start, length] = now.notes[place];
    held = { place, x, y: up, stretch: (start + length) * across() - x < Math.min(10, length * across() / 3), rect: event.target };
    field.setPointerCapture(event.pointerId);
    if (place !== now.chosen) tell("choose", place);
  });
  field.addEventListener("pointermove", (event) => { if (held) set(held.rect, changed(event)); });
  const release = (event) => {
    if (!held) return;
    const [old, note] = [now.notes[held.place], changed(event)], { place, stretch } = held;
    held = null;
    if (stretch && note[1] !== old[1]) tell("stretch", place, note[1] - old[1]);
    else if (note[0] !== old[0] || note[2] !== old[2]) tell("move", place, note[0] - old[0], note[2] - old[2]);
  };
  field.addEventListener("pointerup", release);
  field.addEventListener("pointercancel", () => { held = null; });
  field.addEventListener("dblclick", (event) => {
    if (event.target.dataset.place !== undefined) return;
    const [x, up] = at(event);
    if (x >= 0) tell("add", 0, Math.floor(x / across() / .5) * .5, now.rows[0][0] - Math.floor(up / row()));
  });
  field.addEventListener("keydown", (event) => {
    const last = now.notes.length - 1, { key, shiftKey } = event;
    const keys = {
      ArrowLeft: () => shiftKey ? tell("move", now.chosen, -.5) : tell("choose", Math.max(0, now.chosen - 1)),
      ArrowRight: () => shiftKey ? tell("move", now.chosen, .5) : tell("choose", Math.min(last, now.chosen + 1)),
      ArrowUp: () => tell("move", now.chosen, 0, 1),
      ArrowDown: () => tell("move", now.chosen, 0, -1),
      "+": () => tell("stretch", now.chosen, .5),
      "-": () => tell("stretch", now.chosen, -.5),
      a: () => { const [start, length, pitch] = now.notes[now.chosen]; tell("add", 0, start + length, pitch); },
      Delete: () => tell("delete"),
      Backspace: () => tell("delete"),
    };
    if (!keys[key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[key]();
  });
  return { node, show: (state) => {
    now = state;
    if (held) return;
    const lines = [];
    for (let beat = 0; beat <= state.span + 1e-6; beat += state.bar) lines.push(drawn("line", { class: "cs-barline", x1: left + beat * across(), x2: left + beat * across(), y1: 0, y2: high }));
    const names = state.rows.filter(([, , black]) => !black || state.rows.length < 16);
    field.replaceChildren(
      ...state.rows.filter(([, , black]) => black).map(([pitch]) => drawn("rect", { class: "cs-black", x: left, y: y(pitch), width: wide, height: row() })),
      ...lines,
      ...names.filter(([, label]) => row() >= 11 || label.startsWith("C")).map(([pitch, label]) => drawn("text", { x: 2, y: y(pitch) + row() / 2 + 4 }, label)),
      ...state.notes.map((note, place) => {
        const rect = drawn("rect", { class: place === state.chosen ? "cs-note cs-chosen" : "cs-note", rx: 3, "data-place": place });
        set(rect, note);
        return rect;
      }),
    );
  } };
}

/** The large one, the small ones and the bar of buttons. */
function gallery(page, name, first) {
  const large = named(made("div"), "cs-large");
  const grid = named(made("div"), "cs-grid");
  const bar = named(made("div"), "cs-verbs");
  grid.setAttribute("role", "radiogroup");
  bar.setAttribute("role", "group");
  const node = made("div", {}, named(made("div", {}, large, grid), "cs-stage"), bar);
  const tell = (verb, place) => page.tell(name, { verb, place });
  const dialog = named(made("dialog"), "cs-dialog");
  node.append(dialog);
  const enlarge = () => {
    const close = named(made("button", { type: "button", textContent: spoken("Close") }), "cs-button");
    close.addEventListener("click", () => dialog.close());
    dialog.replaceChildren(made("div", { innerHTML: large.innerHTML }), close);
    dialog.showModal();
  };
  let tiles = [], cards = [], shown = null, words = "";
  const verbs = first.verbs.map(([verb, text, tip], place) => {
    const press = named(made("button", { type: "button", textContent: text, title: tip }), "cs-button");
    if (!place) press.classList.add("cs-main");
    press.addEventListener("click", () => tell(verb, now.chosen));
    return press;
  });
  let now = first;
  bar.append(...verbs, ...(page.plan.after || []).map((one) => page.node(one.part)));
  return { node, show: (state) => {
    now = state;
    grid.setAttribute("aria-label", state.candidates);
    bar.setAttribute("aria-label", state.bar);
    for (const press of verbs) press.disabled = !state.cards.length;
    const slots = Math.max(state.slots, state.cards.length);
    if (tiles.length !== slots) {
      tiles = Array.from({ length: slots }, (_, place) => {
        const tile = named(made("button", { type: "button" }), "cs-card");
        tile.setAttribute("role", "radio");
        tile.addEventListener("click", () => tell("choose", place));
        tile.addEventListener("dblclick", enlarge);
        tile.addEventListener("keydown", (event) => {
          if (event.key === "Enter" && tile.getAttribute("aria-checked") === "true") { event.preventDefault(); enlarge(); }
        });
        return tile;
      });
      cards = [];
      grid.replaceChildren(...tiles);
      arrows(grid, () => tiles.filter((tile) => !tile.disabled), (place) => tell("choose", place));
      grid.classList.toggle("cs-many", slots > 4);
    }
    const working = page.picture(state.preview);
    tiles.forEach((tile, place) => {
      const card = state.cards[place] || "";
      if (cards[place] !== card) { tile.innerHTML = card; cards[place] = card; }
      tile.disabled = !card;
      tile.hidden = state.aside.includes(place) || (!card && !state.busy);
      tile.classList.toggle("cs-coming", !card && state.busy);
      if (!card) tile.replaceChildren(...(working && place === state.cards.length ? [working.cloneNode()] : []));
    });
    tick(tiles, state.chosen);
    const unfinished = state.busy && !state.cards.length;
    if (unfinished && working) large.replaceChildren(working);
    else if (unfinished && state.preview.words) large.replaceChildren(named(made("p", { textContent: state.preview.words }), "cs-writing"));
    else if (unfinished) large.replaceChildren(named(made("p", { textContent: "…" }), "cs-waiting"));
    else if (shown !== state.large || words) large.innerHTML = state.large;
    words = unfinished;
    shown = state.large;
    node.classList.toggle("cs-empty", !state.cards.length && !state.busy);
  } };
}

/** One of a group is chosen: only it is reached by Tab, and it says so. */
function tick(tiles, chosen) {
  tiles.forEach((tile, place) => {
    tile.setAttribute("aria-checked", String(place === chosen));
    tile.tabIndex = place === Math.max(0, chosen) ? 0 : -1;
  });
}

/** Arrow keys go from one of a group to the next. */
function arrows(group, tiles, choose) {
  group.onkeydown = (event) => {
    const on = getComputedStyle(group).direction === "rtl" ? -1 : 1; // the next one stands to the left there
    const step = { ArrowRight: on, ArrowDown: 1, ArrowLeft: -on, ArrowUp: -1 }[event.key];
    const all = tiles(), here = all.indexOf(document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    const next = (here + step + all.length) % all.length;
    all[next].focus();
    choose([...group.children].indexOf(all[next]));
  };
}

/** What all parts of one page share. */
class Drawing {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.plan = model.get("plan");
    this.parts = {};
    this.before = []; // what must be told before a button is
    this.heard = [];
  }

  tell(part, what = {}, buffers) {
    if (!("value" in what)) for (const first of this.before) first();
    this.model.send({ part, ...what }, undefined, buffers);
  }

  node(name) {
    if (!this.parts[name]) {
      const state = this.model.get(name);
      const part = draw[state.kind](this, name, state);
      const show = () => {
        const now = this.model.get(name);
        part.node.hidden = now.hidden;
        part.show(now);
      };
      this.parts[name] = part;
      this.model.on(`change:${name}`, show);
      this.heard.push([`change:${name}`, show]);
      show();
    }
    return this.parts[name].node;
  }

  fill(node, names) {
    const wanted = names.map((name) => this.node(name));
    if (wanted.length !== node.children.length || wanted.some((one, place) => node.children[place] !== one)) node.replaceChildren(...wanted);
  }

  picture(preview) {
    if (!preview.picture) return null;
    const address = URL.createObjectURL(new Blob([preview.picture], { type: "image/png" }));
    const image = made("img", { src: address, alt: spoken("Unfinished picture") });
    image.addEventListener("load", () => setTimeout(() => URL.revokeObjectURL(address), 1000));
    return image;
  }

  async place(node, id) {
    try {
      const manager = this.model.widget_manager;
      const model = await manager.get_model(id.replace("IPY_MODEL_", ""));
      const view = await manager.create_view(model);
      node.replaceChildren(view.el);
    } catch (problem) {
      node.textContent = spoken("This part cannot be shown here. Open the lesson in JupyterLab.");
    }
  }

  /** The studio: words on top, the result in the middle, the rest around it. */
  studio() {
    const { plan } = this;
    const node = (one) => this.node(one.part);
    const group = (name, ones) => named(made("div", {}, ...ones), name);
    const prompt = node(plan.prompt);
    const box = this.parts[plan.prompt.part].control;
    if (this.model.get(plan.prompt.part).rows <= 2) {
      box.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.tell(plan.generate.part); }
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
    const [generate, stop] = [node(plan.generate), node(plan.stop)];
    const [going, stopping] = [made("div", {}, generate), made("div", {}, stop)];
    const turns = () => {
      const busy = this.model.get(plan.generate.part).disabled;
      const held = going.contains(document.activeElement) || stopping.contains(document.activeElement);
      going.hidden = busy;
      stopping.hidden = !busy;
      if (held) (busy ? stop : generate).focus();
    };
    this.model.on(`change:${plan.generate.part}`, turns);
    this.heard.push([`change:${plan.generate.part}`, turns]);
    turns();
    named(stop, "cs-stop");
    this.root.append(
      group("cs-top", [prompt, group("cs-go", [going, stopping])]),
      ...(examples.length ? [group("cs-chips", examples)] : []),
      group("cs-quick", plan.quick.map(node)),
      node(plan.gallery),
      group("cs-line", [node(plan.progress), node(plan.status)]),
      node(plan.film),
      ...plan.below.map(node),
    );
  }
}

/** The kernel was restarted or has ended: what is seen stays, nothing seems to work on. */
function gone(root) {
  if (root.querySelector(".cs-gone")) return;
  root.querySelectorAll("button, input, select, textarea").forEach((one) => { one.disabled = true; });
  root.querySelectorAll("progress").forEach((one) => { one.hidden = true; });
  root.prepend(named(made("p", { role: "status", textContent: spoken("Stopped. Run this cell again.") }), "cs-gone"));
}

function render({ model, el }) {
  const root = named(made("div"), "course-studio");
  const { language = "en", direction = "ltr", ...plan } = model.get("plan");
  words = plan.words ?? {};
  Object.assign(root, { lang: language, dir: direction });
  root.dataset.lmSuppressShortcuts = "true"; // keys are the studio's, not the notebook's
  const drawing = new Drawing(model, root);
  const saved = (message, buffers) => {
    if (!message.file) return;
    const address = URL.createObjectURL(new Blob(buffers));
    made("a", { href: address, download: message.file }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };
  model.on("msg:custom", saved);
  drawing.heard.push(["msg:custom", saved]);
  if (drawing.plan.prompt) drawing.studio();
  else root.append(drawing.node("part0"));
  const ended = () => gone(root);
  model.on("comm_live_update", ended);
  drawing.heard.push(["comm_live_update", ended]);
  el.append(root);
  return () => drawing.heard.forEach(([name, show]) => model.off(name, show));
}

export default { render };
