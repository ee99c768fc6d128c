// Sends the studio's form without leaving the page, and puts in what has changed. Without this
// program every button works too, by a page that is loaded anew.
"use strict";

const form = document.getElementById("studio");
const status = document.getElementById("said");
const words = JSON.parse(document.documentElement.dataset.words || "{}");
const spoken = (english) => words[english] ?? english;
const here = new URL("here", document.currentScript.src);

// who is here: a page that can be seen says so every 20 seconds
setInterval(() => {
  if (!document.hidden) fetch(here).catch(() => {});
}, 20000);

for (const slider of document.querySelectorAll("input[type=range]")) {
  slider.addEventListener("input", () => {
    slider.nextElementSibling.textContent = slider.value;
  });
}

const current = document.querySelector(".top [aria-current]");
current?.scrollIntoView({ inline: "center", block: "nearest" });

if (form) {
  const place = (id) => document.getElementById(id);
  let number = Number(form.dataset.number),
    busy = form.dataset.busy === "1",
    waiting = false;

  const say = (sentence) => {
    const line = document.createElement("p");
    line.textContent = sentence;
    status.replaceChildren(line);
  };

  const setControl = (name, value) => {
    const control = form.elements[name in { words: 1 } ? name : `c-${name}`];
    if (!control) return;
    if (control.type === "checkbox") control.checked = Boolean(value);
    else control.value = value;
    if (control.type === "range") control.nextElementSibling.textContent = control.value;
  };

  // Generate and Stop take turns; what was held stays held
  const turn = () => {
    const [go, stop] = form.querySelectorAll(".go button");
    const held = document.activeElement === (busy ? go : stop);
    form.dataset.busy = Number(busy);
    if (held) (busy ? stop : go).focus();
  };

  form.addEventListener("change", (event) => {
    if (event.target.name !== "which") return;
    for (const one of form.querySelectorAll(".one")) {
      one.hidden = one.dataset.place !== event.target.value;
    }
  });

  const show = (parts) => {
    if (parts.desk !== form.dataset.desk) {
      location.reload();
      return;
    } // started anew
    if (parts.number < number) return;
    ({ number, busy } = parts);
    turn();
    if (status.innerHTML !== parts.said) status.innerHTML = parts.said;
    place("progress").innerHTML = parts.progress;
    if ("results" in parts) {
      const held = place("results").contains(document.activeElement);
      place("results").innerHTML = parts.results;
      place("chooser").innerHTML = parts.chooser;
      if (held) form.querySelector("[name=which]:checked")?.focus();
    }
    if (parts.preview) form.querySelector(".large").innerHTML = parts.preview;
    if ("film" in parts) place("film").innerHTML = parts.film;
    if ("extra" in parts) place("extra").innerHTML = parts.extra;
    if ("seed" in parts) form.elements.seed.value = parts.seed;
    for (const [name, options] of Object.entries(parts.lists || {})) {
      const chosen = form.elements[`c-${name}`].value;
      form.querySelector(`[data-list="${CSS.escape(name)}"]`).innerHTML = options;
      const list = form.elements[`c-${name}`],
        all = [...(list.options || list)];
      if (all.some((one) => one.value === chosen)) list.value = chosen;
    }
    for (const [name, value] of Object.entries(parts.controls || {})) setControl(name, value);
    if (busy) wait();
  };

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
    const button = event.submitter,
      what = button ? button.value : "generate";
    const data = new FormData(form);
    data.set("do", what);
    data.set("after", number);
    if (what !== "generate") {
      for (const one of form.querySelectorAll("input[type=file]")) data.delete(one.name);
    }
    try {
      const parts = await answer(form.action, { method: "POST", body: data });
      if (parts) show(parts);
    } catch {
      say(spoken("That did not go through. Press the button again; what is finished is kept."));
    }
  });

  // in the box for words Enter makes, Shift and Enter begin a new line
  form.elements.words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[value=generate]"));
    }
  });
  if (busy) wait();
}
