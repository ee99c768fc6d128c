// The parts that a page is made of. In a browser draw, roll, gallery, fold and page are one module.

// every widget has its own copy of this module, and all are in one page
const OWN = `course-${Math.random().toString(36).slice(2, 8)}`;
let count = 0;
const newId = () => `${OWN}-${++count}`;

// what this page says by itself, in the language of its studio, which `render` sets
let spoken = worded({});

/**
 * A label and a control that belong together.
 * @param {PartState} state
 * @param {Field} control
 * @param {HTMLElement} [after]
 */
function labelled(state, control, after) {
  control.id = newId();
  const label = made("label", { htmlFor: control.id, textContent: state.description });
  const help = state.tooltip
    ? [named(made("span", { id: newId(), textContent: state.tooltip }), "cs-help")]
    : [];
  if (help.length) control.setAttribute("aria-describedby", help[0].id);
  const inside = [label, control, ...(after ? [after] : []), ...help];
  return { label, node: named(made("div", {}, ...inside), "cs-field") };
}

/**
 * @param {Span} state
 */
const ends = ({ min, max, step }) => ({ min: String(min), max: String(max), step: String(step) });

/**
 * Set what differs, so that a cursor stays where it is.
 * @template Control
 * @template {keyof Control} Name
 * @param {Control} control
 * @param {Name} name
 * @param {Control[Name]} value
 */
const put = (control, name, value) => {
  if (control[name] !== value) control[name] = value;
};

/**
 * What draws a part with a state of one kind.
 * @template {State} Shown
 * @typedef {(page: Drawing, name: string, state: Shown) => DrawnPart<Shown>} Draw
 */

/** @type {{ [Kind in keyof States]: Draw<States[Kind]> }} */
const draw = {
  html(page, name) {
    const node = named(made("div"), "cs-html");
    return {
      node,
      show: (state) => {
        if (node.innerHTML !== state.value) node.innerHTML = state.value;
      },
    };
  },
  button(page, name) {
    const node = named(made("button", { type: "button" }), "cs-button");
    node.addEventListener("click", () => page.tell(name));
    return {
      node,
      show: (state) => {
        node.textContent = state.description;
        node.title = state.tooltip;
        node.disabled = state.disabled;
        node.classList.toggle("cs-main", state.main);
      },
    };
  },
  text(page, name, state) {
    const box = made(state.rows > 1 ? "textarea" : "input", { dir: "auto" });
    const { label, node } = labelled(state, box);
    named(node, "cs-wide");
    let waiting = 0;
    const tell = () => {
      clearTimeout(waiting);
      waiting = 0;
      page.tell(name, { value: box.value });
    };
    box.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(tell, 300);
    });
    box.addEventListener("change", tell);
    page.before.push(() => {
      if (waiting) tell();
    });
    if (state.options) {
      const list = made("datalist", { id: newId() });
      list.append(...state.options.map((words) => made("option", { value: words })));
      box.setAttribute("list", list.id);
      node.append(list);
    }
    return {
      node,
      control: box,
      show: (now) => {
        label.textContent = now.description;
        put(box, "placeholder", now.placeholder);
        if (box instanceof HTMLTextAreaElement) put(box, "rows", now.rows);
        if (!waiting) put(box, "value", now.value);
        box.disabled = now.disabled;
      },
    };
  },
  tick(page, name, state) {
    const box = made("input", { type: "checkbox" });
    const node = named(labelled(state, box).node, "cs-tick");
    node.prepend(box);
    box.addEventListener("change", () => page.tell(name, { value: box.checked }));
    return {
      node,
      show: (now) => {
        box.checked = now.value;
        box.disabled = now.disabled;
      },
    };
  },
  number(page, name, state) {
    const box = made("input", { type: "number", ...ends(state) });
    const { node } = labelled(state, box);
    box.addEventListener(
      "change",
      () => box.value !== "" && page.tell(name, { value: Number(box.value) }),
    );
    return {
      node,
      show: (now) => {
        if (Number(box.value) !== now.value || box.value === "") box.value = String(now.value);
      },
    };
  },
  slider(page, name, state) {
    const range = made("input", { type: "range", ...ends(state) });
    const said = made("output");
    const digits = state.step >= 1 ? 0 : 2;
    const { node } = labelled(state, range, said);
    range.addEventListener("input", () => {
      said.textContent = Number(range.value).toFixed(digits);
    });
    range.addEventListener("change", () => page.tell(name, { value: Number(range.value) }));
    return {
      node,
      show: (now) => {
        Object.assign(range, ends(now), { value: String(now.value) });
        said.textContent = now.value.toFixed(digits);
      },
    };
  },
  choice(page, name, state) {
    const list = made("select");
    const { label, node } = labelled(state, list);
    list.addEventListener("change", () => page.tell(name, { place: list.selectedIndex }));
    let words = "";
    return {
      node,
      show: (now) => {
        label.textContent = now.description;
        if (words !== JSON.stringify(now.options)) {
          words = JSON.stringify(now.options);
          list.replaceChildren(...now.options.map((one) => made("option", { textContent: one })));
        }
        list.selectedIndex = now.place;
        list.disabled = now.disabled;
      },
    };
  },
  choices(page, name, state) {
    const list = made("select", { multiple: true, size: state.rows });
    const { node } = labelled(state, list);
    list.addEventListener("change", () =>
      page.tell(name, { places: [...list.selectedOptions].map((one) => one.index) }),
    );
    return {
      node,
      show: (now) => {
        list.replaceChildren(
          ...now.options.map((one, place) =>
            made("option", { textContent: one, selected: now.places.includes(place) }),
          ),
        );
      },
    };
  },
  tiles(page, name, state) {
    const node = named(made("div"), "cs-tiles");
    node.setAttribute("role", "radiogroup");
    let words = "";
    /** @type {HTMLButtonElement[]} */
    let tiles = [];
    return {
      node,
      show: (now) => {
        if (words !== JSON.stringify([now.options, now.description])) {
          words = JSON.stringify([now.options, now.description]);
          node.setAttribute("aria-label", now.description);
          tiles = now.options.map((one, place) => {
            const [address] = now.pictures[place]; // its words say what it shows
            const picture = address
              ? made("img", { src: address, alt: "" })
              : named(made("span"), "cs-none");
            const tile = named(
              made("button", { type: "button" }, picture, made("span", { textContent: one })),
              "cs-tile",
            );
            tile.setAttribute("role", "radio");
            tile.addEventListener("click", () => page.tell(name, { place }));
            return tile;
          });
          node.replaceChildren(...tiles);
          node.classList.toggle("cs-many", tiles.length > 10);
          arrows(
            node,
            () => tiles,
            (place) => page.tell(name, { place }),
          );
        }
        tick(tiles, now.place);
      },
    };
  },
  file(page, name, state) {
    const box = made("input", { type: "file", accept: state.accept, multiple: state.multiple });
    const node = named(made("div"), "cs-field");
    const press = named(
      made("button", { type: "button", textContent: state.description }),
      "cs-button",
    );
    box.hidden = true;
    press.addEventListener("click", () => box.click());
    box.addEventListener("change", async () => {
      const files = [...(box.files ?? [])];
      const data = await Promise.all(files.map((file) => file.arrayBuffer()));
      page.tell(name, { names: files.map((file) => file.name) }, data);
      box.value = "";
    });
    node.append(press, box);
    return {
      node,
      show: (now) => {
        press.disabled = now.disabled;
      },
    };
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
    const node = named(
      made("div", {}, named(made("div", {}, ...heads), "cs-heads"), body),
      "cs-panels",
    );
    /** @type {number | null} */
    let open = null;
    return {
      node,
      show: (now) => {
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
      },
    };
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
    return {
      node,
      show: (state) => {
        node.classList.toggle("cs-wrong", state.wrong);
        const said = (state.wrong ? `${spoken("Please note:")} ` : "") + state.sentence;
        if (node.textContent !== said) node.textContent = said;
      },
    };
  },
  bar() {
    const bar = made("progress", { max: 100 });
    const words = made("span");
    const node = named(made("div", {}, bar, words), "cs-bar");
    bar.setAttribute("aria-label", spoken("Progress"));
    return {
      node,
      show: (state) => {
        node.classList.toggle("cs-idle", !state.going);
        if (state.share < 0) bar.removeAttribute("value");
        else bar.value = 100 * state.share;
        words.textContent = state.words;
      },
    };
  },
  film(page, name) {
    const row = named(made("div"), "cs-frames");
    const title = made("p");
    const node = named(made("div", {}, title, row), "cs-film");
    return {
      node,
      show: (state) => {
        title.textContent = state.description;
        title.title = state.tooltip;
        title.hidden = !state.cards.length;
        row.replaceChildren(
          ...state.cards.map((card, place) => {
            const frame = named(made("button", { type: "button", innerHTML: card }), "cs-frame");
            frame.title = state.verb;
            frame.prepend(
              named(made("span", { textContent: `${state.verb} ${place + 1}` }), "cs-unseen"),
            );
            frame.addEventListener("click", () => page.tell(name, { place }));
            return frame;
          }),
        );
      },
    };
  },
  gallery,
  roll,
};
