// Sends the studio's form without leaving the page, and puts in what has changed. Without this
// program every button works too, by a page that is loaded anew.

/**
 * What has to be shown anew (web/page.py: `told`): HTML, but for the first three and the last two.
 * @typedef {object} Parts
 * @property {string} desk
 * @property {number} number
 * @property {boolean} busy
 * @property {string} said
 * @property {string} progress
 * @property {string} [results]
 * @property {string} [chooser]
 * @property {string} [preview]
 * @property {string} [extra]
 * @property {string} [film]
 * @property {Record<string, string>} [lists]
 * @property {number} [seed]
 * @property {Record<string, string | number | boolean | null>} [controls]
 */

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

const spoken = worded(JSON.parse(document.documentElement.dataset.words || "{}"));
const program = /** @type {HTMLScriptElement} */ (document.currentScript);
const here = new URL("here", program.src);

// who is here: a page that can be seen says so every 20 seconds
setInterval(() => {
  if (!document.hidden) fetch(here).catch(() => {});
}, 20000);

const showValue = (/** @type {HTMLInputElement} */ slider) => {
  const said = slider.nextElementSibling;
  if (said) said.textContent = slider.value;
};
/** @type {NodeListOf<HTMLInputElement>} */
const sliders = document.querySelectorAll("input[type=range]");
for (const slider of sliders) slider.addEventListener("input", () => showValue(slider));

followsSound(document.documentElement);

const current = document.querySelector(".top [aria-current]");
current?.scrollIntoView({ inline: "center", block: "nearest" });

/** @param {HTMLFormElement} form */
function live(form) {
  const place = (/** @type {string} */ id) => there(`#${id}`, HTMLElement);
  const status = place("said");
  const words = there("[name=words]", HTMLTextAreaElement, form);
  let number = Number(form.dataset.number),
    busy = form.dataset.busy === "1",
    waiting = false;

  const say = (/** @type {string} */ sentence) => {
    status.replaceChildren(made("p", { textContent: sentence }));
  };

  // a control that a kind's panel has; of tiles, all of them
  const control = (/** @type {string} */ name) =>
    /** @type {Field | RadioNodeList | null} */ (form.elements.namedItem(`c-${name}`));

  /** @type {(name: string, value: string | number | boolean | null) => void} */
  const setControl = (name, value) => {
    const found = name === "words" ? words : control(name);
    if (!found) return;
    const ticks = found instanceof HTMLInputElement && found.type === "checkbox";
    if (ticks) found.checked = Boolean(value);
    else found.value = String(value ?? "");
    if (found instanceof HTMLInputElement && found.type === "range") showValue(found);
  };

  // Generate and Stop take turns; what was held stays held
  const turn = () => {
    /** @type {NodeListOf<HTMLButtonElement>} */
    const [go, stop] = form.querySelectorAll(".go button");
    const held = document.activeElement === (busy ? go : stop);
    form.dataset.busy = busy ? "1" : "0";
    if (held) (busy ? stop : go).focus();
  };

  form.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLInputElement && event.target.name === "which")) return;
    const chosen = event.target.value;
    /** @type {NodeListOf<HTMLElement>} */
    const all = form.querySelectorAll(".one");
    for (const one of all) one.hidden = one.dataset.place !== chosen;
  });

  // the options of a list are new; what was chosen stays so, where it is still there
  /** @type {(name: string, options: string) => void} */
  const setList = (name, options) => {
    const chosen = control(name)?.value;
    there(`[data-list="${CSS.escape(name)}"]`, HTMLElement, form).innerHTML = options;
    const list = control(name);
    if (list instanceof HTMLSelectElement) {
      if ([...list.options].some((one) => one.value === chosen)) list.value = chosen ?? "";
    } else if (list instanceof RadioNodeList) list.value = chosen ?? "";
  };

  const show = (/** @type {Parts} */ parts) => {
    if (parts.desk !== form.dataset.desk) return location.reload(); // started anew
    if (parts.number < number) return;
    ({ number, busy } = parts);
    turn();
    if (status.innerHTML !== parts.said) status.innerHTML = parts.said;
    place("progress").innerHTML = parts.progress;
    const held = place("results").contains(document.activeElement);
    for (const name of /** @type {const} */ (["results", "chooser", "film", "extra"])) {
      const html = parts[name];
      if (html !== undefined) place(name).innerHTML = html;
    }
    /** @type {HTMLInputElement | null} */
    const chosen = form.querySelector("[name=which]:checked");
    if (held && parts.results !== undefined) chosen?.focus();
    const large = form.querySelector(".large");
    if (large && parts.preview) large.innerHTML = parts.preview;
    if (parts.seed !== undefined)
      there("[name=seed]", HTMLInputElement, form).value = String(parts.seed);
    for (const [name, options] of Object.entries(parts.lists || {})) setList(name, options);
    for (const [name, value] of Object.entries(parts.controls || {})) setControl(name, value);
    if (busy) wait();
  };

  /** @type {(address: string, more?: RequestInit) => Promise<Parts | null>} */
  const answer = async (address, more) => {
    const got = await fetch(address, { headers: { "X-Studio": "parts" }, ...more });
    if (got.redirected) {
      location.assign(got.url);
      return null;
    }
    if (got.status === 410) {
      location.reload();
      return null;
    }
    const parts = await got.json();
    if (!got.ok) {
      say(parts.detail || spoken("That did not work. Try again in a moment."));
      return null;
    }
    return parts;
  };

  const wait = async () => {
    if (waiting) return;
    waiting = true;
    let failed = 0;
    while (busy && failed < 8) {
      try {
        const parts = await answer(`${form.action}/now?after=${number}`);
        if (!parts) break;
        failed = 0;
        show(parts);
        await new Promise((done) => setTimeout(done, 400));
      } catch {
        failed += 1;
        say(spoken("The line is cut. Your work goes on; trying again ..."));
        await new Promise((done) => setTimeout(done, 500 * failed));
      }
    }
    waiting = false;
    if (!failed) return;
    say(spoken("The room does not answer. Load this page anew; what is finished is kept."));
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    const what = button instanceof HTMLButtonElement ? button.value : "generate";
    const data = new FormData(form);
    data.set("do", what);
    data.set("after", String(number));
    if (what !== "generate") {
      /** @type {NodeListOf<HTMLInputElement>} */
      const files = form.querySelectorAll("input[type=file]");
      for (const one of files) data.delete(one.name);
    }
    try {
      const parts = await answer(form.action, { method: "POST", body: data });
      if (parts) show(parts);
    } catch {
      say(spoken("That did not go through. Press the button again; what is finished is kept."));
    }
  });

  // in the box for words Enter makes, Shift and Enter begin a new line
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit(there("button[value=generate]", HTMLButtonElement, form));
    }
  });
  if (busy) wait();
}

const studio = document.getElementById("studio");
if (studio instanceof HTMLFormElement) live(studio);
