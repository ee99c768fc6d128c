// The slide show: one work at a time, by buttons and keys. Nothing plays by itself but the turning
// of the slides, which starts paused where people asked for less motion.
(() => {
  if (!document.getElementById("go")) return;
  const [go, before, next, full] = ["go", "before", "next", "full"].map((name) =>
    there(`#${name}`, HTMLButtonElement),
  );
  const box = there("#slides", HTMLElement);
  const pace = there("#pace", HTMLSelectElement);
  const place = there("#place", HTMLElement);
  const slides = () => [...box.querySelectorAll(".slide")];
  let at = 0;
  let timer = 0; // 0 while it is paused

  const show = (/** @type {number} */ number) => {
    const all = slides();
    at = (number + all.length) % all.length;
    all.forEach((slide, one) => {
      slide.classList.toggle("now", one === at);
      if (one !== at) slide.querySelectorAll("audio").forEach((sound) => sound.pause());
    });
    const title = there("h2", HTMLElement, all[at]).textContent;
    place.setAttribute("aria-live", timer ? "off" : "polite");
    place.textContent = `${at + 1} of ${all.length}`;
    document.title = `${title}: slide show`;
  };
  const pause = () => {
    clearInterval(timer);
    timer = 0;
    go.textContent = "Play";
  };
  const play = () => {
    clearInterval(timer);
    timer = setInterval(turn, 1000 * Number(pace.value));
    go.textContent = "Pause";
  };
  const turn = async () => {
    if (at + 1 === slides().length) await renew();
    if (timer) show(at + 1);
  };
  // After the last slide: what was approved meanwhile comes in, what was hidden goes.
  const renew = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (!answer.ok) return;
      const fresh = new DOMParser()
        .parseFromString(await answer.text(), "text/html")
        .getElementById("slides");
      if (fresh && fresh.querySelector(".slide")) {
        box.replaceChildren(...fresh.childNodes);
        at = -1;
        listen();
      }
    } catch {
      /* the line is broken: go on with what is here */
    }
  };
  const listen = () =>
    box.querySelectorAll("audio").forEach((sound) => sound.addEventListener("play", pause));

  const goTo = (/** @type {number} */ number) => {
    pause();
    show(number);
  };
  const back = () => goTo(at - 1);
  const on = () => goTo(at + 1);
  const turnOrRest = () => (timer ? pause() : play());
  const fill = () =>
    document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen();
  before.onclick = back;
  next.onclick = on;
  go.onclick = turnOrRest;
  full.onclick = fill;
  pace.onchange = () => {
    if (timer) play();
  };
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowRight: on,
    PageDown: on,
    ArrowLeft: back,
    PageUp: back,
    Home: () => goTo(0),
    End: () => goTo(-1),
    f: fill,
    " ": turnOrRest,
  };
  document.addEventListener("keydown", (event) => {
    const own = event.key === " " ? "select, audio, button, a, summary" : "select, audio";
    if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    if (event.target instanceof Element && event.target.closest(own)) return;
    event.preventDefault();
    keys[event.key]();
  });
  document.documentElement.classList.add("live");
  listen();
  const wanted = slides().findIndex((slide) => `#${slide.id}` === location.hash);
  show(Math.max(wanted, 0));
  if (wanted < 0 && !matchMedia("(prefers-reduced-motion: reduce)").matches) play();
})();
