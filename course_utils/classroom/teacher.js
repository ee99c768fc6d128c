// The teacher's page while it is looked at: the countdown, and who is here. Without this program
// the page shows what was so when it was loaded.
const countdown = there("#countdown", HTMLElement);
const live = there("#live", HTMLElement);

const left = () => {
  const seconds = Math.max(0, Math.round(Number(countdown.dataset.ends) - Date.now() / 1000));
  const hours = Math.floor(seconds / 3600),
    minutes = Math.floor((seconds % 3600) / 60);
  countdown.textContent = hours ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
};

const look = async () => {
  try {
    const got = await fetch("teacher/now");
    if (!got.ok || got.redirected) return;
    const now = await got.text();
    // not under the hands of somebody who is at a button there
    if (now !== live.innerHTML && !live.contains(document.activeElement)) live.innerHTML = now;
  } catch {
    /* the next look tries again */
  }
};

left();
setInterval(left, 1000);
setInterval(look, 2000);
