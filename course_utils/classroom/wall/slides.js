// The slide show: one work at a time, by buttons and keys. Nothing plays by itself but the turning
// of the slides, which starts paused where people asked for less motion.
(() => {
  const box = document.getElementById("slides"),
    go = document.getElementById("go");
  if (!go) return;
  const [before, next, pace, place, full] = ["before", "next", "pace", "place", "full"].map(
    (name) => document.getElementById(name),
  );
  const slides = () => [...box.querySelectorAll(".slide")];
  let at = 0,
    timer = null;

  const show = (number) => {
    const all = slides();
    at = (number + all.length) % all.length;
    all.forEach((slide, one) => {
      slide.classList.toggle("now", one === at);
      if (one !== at) slide.querySelectorAll("audio").forEach((sound) => sound.pause());
    });
    const title = all[at].querySelector("h2").textContent;
    place.setAttribute("aria-live", timer ? "off" : "polite");
    place.textContent = `${at + 1} of ${all.length}`;
    document.title = `${title}: slide show`;
  };
  const pause = () => {
    clearInterval(timer);
    timer = null;
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

  before.onclick = () => {
    pause();
    show(at - 1);
  };
  next.onclick = () => {
    pause();
    show(at + 1);
  };
  go.onclick = () => (timer ? pause() : play());
  pace.onchange = () => {
    if (timer) play();
  };
  full.onclick = () =>
    document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen();
  document.addEventListener("keydown", (key) => {
    if (key.ctrlKey || key.altKey || key.metaKey || key.target.closest("select, audio")) return;
    const done = {
      ArrowRight: next.onclick,
      PageDown: next.onclick,
      ArrowLeft: before.onclick,
      PageUp: before.onclick,
      Home: () => {
        pause();
        show(0);
      },
      End: () => {
        pause();
        show(-1);
      },
      f: full.onclick,
    }[key.key];
    if (done) {
      key.preventDefault();
      done();
    }
    if (key.key === " " && !key.target.closest("button, a, summary")) {
      key.preventDefault();
      go.onclick();
    }
  });
  document.documentElement.classList.add("live");
  listen();
  const wanted = slides().findIndex((slide) => `#${slide.id}` === location.hash);
  show(Math.max(wanted, 0));
  if (wanted < 0 && !matchMedia("(prefers-reduced-motion: reduce)").matches) play();
})();
