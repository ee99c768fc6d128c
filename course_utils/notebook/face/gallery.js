// The candidates of a studio: one large, all small, and a bar of buttons for the chosen one.

/**
 * The large one, the small ones and the bar of buttons.
 * @param {Drawing} page
 * @param {string} name
 * @param {GalleryState} first
 * @returns {DrawnPart<GalleryState>}
 */
function gallery(page, name, first) {
  const large = tagged(named(made("div"), "cs-large"), {
    role: "group",
    "aria-label": spoken("The chosen one, large"),
  });
  const grid = named(made("div"), "cs-grid");
  const bar = named(made("div"), "cs-verbs");
  grid.setAttribute("role", "radiogroup");
  bar.setAttribute("role", "group");
  const node = made("div", {}, named(made("div", {}, large, grid), "cs-stage"), bar);
  /** @type {(verb: string, place: number) => void} */
  const tell = (verb, place) => {
    told += 1;
    page.tell(name, { verb, place });
  };
  let [told, answers] = [0, 0];
  let [clicked, until] = [-1, 0]; // a candidate, and the answer up to which it is the chosen one
  /** @type {(place: number) => void} */
  const choose = (place) => {
    tick(tiles, place); // at once; the large one follows when it is there
    tell("choose", place);
    [clicked, until] = [place, told];
    now = { ...now, chosen: place };
  };
  /** @type {Hearer} */
  const answered = (message) => {
    if (message.answered !== name) return;
    answers += 1;
    if (answers === until) draw(newest);
  };
  page.model.on("msg:custom", answered);
  page.heard.push(["msg:custom", answered]);
  const dialog = named(made("dialog", { ariaLabel: spoken("The chosen one, large") }), "cs-dialog");
  node.append(dialog);
  const enlarge = () => {
    const close = named(
      made("button", { type: "button", textContent: spoken("Close") }),
      "cs-button",
    );
    close.addEventListener("click", () => dialog.close());
    dialog.replaceChildren(made("div", { innerHTML: large.innerHTML }), close);
    dialog.showModal();
  };
  /** @type {HTMLButtonElement[]} */
  let tiles = [];
  /** @type {string[]} */
  let cards = [];
  /** @type {string | null} */
  let shown = null;
  let unfinished = false;
  const verbs = first.verbs.map(([verb, text, tip], place) => {
    const press = named(
      made("button", { type: "button", textContent: text, title: tip }),
      "cs-button",
    );
    if (!place) press.classList.add("cs-main");
    press.addEventListener("click", () => tell(verb, now.chosen));
    return press;
  });
  let [now, newest] = [first, first]; // as it is shown, and as Python told it
  /** @type {Partial<GalleryState>} */
  const coming = { busy: true, cards: [], large: "", chosen: -1, preview: {} };
  bar.append(...verbs, ...(page.plan.after || []).map((one) => page.node(one.part)));
  /** @type {(part: GalleryState) => void} */
  const draw = (part) => {
    newest = part;
    // places for them are there at the click
    const state = { ...part, ...(page.expected && !part.busy ? coming : {}) };
    if (answers < until && state.cards[clicked]) state.chosen = clicked;
    now = state;
    grid.setAttribute("aria-label", state.candidates);
    bar.setAttribute("aria-label", state.bar);
    for (const press of verbs) press.disabled = !state.cards.length;
    const slots = Math.max(state.slots, state.cards.length);
    if (tiles.length !== slots) {
      tiles = Array.from({ length: slots }, (_, place) => {
        const tile = named(made("button", { type: "button" }), "cs-card");
        tile.setAttribute("role", "radio");
        tile.addEventListener("click", () => choose(place));
        tile.addEventListener("dblclick", enlarge);
        tile.addEventListener("keydown", (event) => {
          if (event.key === "Enter" && tile.getAttribute("aria-checked") === "true") {
            event.preventDefault();
            enlarge();
          }
        });
        return tile;
      });
      cards = [];
      grid.replaceChildren(...tiles);
      arrows(grid, () => tiles.filter((tile) => !tile.disabled), choose);
      grid.classList.toggle("cs-many", slots > 4);
    }
    const working = page.picture(state.preview);
    tiles.forEach((tile, place) => {
      const card = state.cards[place] || "";
      if (card) tile.removeAttribute("aria-label");
      else tile.setAttribute("aria-label", spoken("This one is being made"));
      if (cards[place] !== card) {
        tile.innerHTML = card;
        cards[place] = card;
      }
      tile.disabled = !card;
      tile.hidden = state.aside.includes(place) || (!card && !state.busy);
      tile.classList.toggle("cs-coming", !card && state.busy);
      if (!card)
        tile.replaceChildren(
          ...(working && place === state.cards.length ? [working.cloneNode()] : []),
        );
    });
    tick(tiles, state.chosen);
    const wasUnfinished = unfinished;
    unfinished = state.busy && !state.cards.length;
    if (unfinished && working) large.replaceChildren(working);
    else if (unfinished && state.preview.words)
      large.replaceChildren(named(made("p", { textContent: state.preview.words }), "cs-writing"));
    else if (unfinished)
      large.replaceChildren(named(made("p", { textContent: "…" }), "cs-waiting"));
    else if (shown !== state.large || wasUnfinished) large.innerHTML = state.large;
    shown = state.large;
    // what is longer than its place can be scrolled by keys; its end is seen while it is written
    const long = large.scrollHeight > large.clientHeight + 1;
    if (long) large.tabIndex = 0;
    else large.removeAttribute("tabindex");
    if (unfinished) large.scrollTop = large.scrollHeight;
    node.classList.toggle("cs-empty", !state.cards.length && !state.busy);
  };
  return { node, show: draw };
}

/**
 * One of a group is chosen: only it is reached by Tab, and it says so.
 * @param {HTMLElement[]} tiles
 * @param {number} chosen
 */
function tick(tiles, chosen) {
  tiles.forEach((tile, place) => {
    tile.setAttribute("aria-checked", String(place === chosen));
    tile.tabIndex = place === Math.max(0, chosen) ? 0 : -1;
  });
}

/**
 * Arrow keys go from one of a group to the next.
 * @param {HTMLElement} group
 * @param {() => HTMLElement[]} tiles those that can be reached
 * @param {(place: number) => void} choose
 */
function arrows(group, tiles, choose) {
  group.onkeydown = (event) => {
    // where a language is read from the right, the next one stands to the left
    const on = getComputedStyle(group).direction === "rtl" ? -1 : 1;
    const step = { ArrowRight: on, ArrowDown: 1, ArrowLeft: -on, ArrowUp: -1 }[event.key];
    const all = tiles();
    const here = all.findIndex((one) => one === document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    const next = (here + step + all.length) % all.length;
    all[next].focus();
    choose([...group.children].indexOf(all[next]));
  };
}
