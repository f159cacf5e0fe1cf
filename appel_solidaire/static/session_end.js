// The end of a session is said five minutes before, and put off by one key or one button. Asking
// how long is left does not extend it.

const place = document.getElementById("fin-de-session");
const words = place.querySelector("[role=status]");
const button = place.querySelector("button");
const WARN = 5 * 60;
let endsAt = Date.now() + (Number(place.dataset.ends) - Number(place.dataset.now)) * 1000;
let timer;
let isShown = false;

const left = () => Math.round((endsAt - Date.now()) / 1000);

function say(text, withButton) {
  isShown = true;
  place.classList.add("shown");
  words.textContent = text;
  button.hidden = !withButton;
}

function hide() {
  isShown = false;
  place.classList.remove("shown");
  words.textContent = "";
  button.hidden = true;
}

function arm() {
  clearTimeout(timer);
  if (left() <= 0) {
    say(place.dataset.over, false);
    return;
  }
  const wait = left() > WARN ? left() - WARN : left();
  timer = setTimeout(check, Math.max(wait, 1) * 1000);
}

function take(seconds) {
  endsAt = Date.now() + (seconds ?? 0) * 1000;
  if (left() > WARN) hide();
  else if (left() > 0) say(place.dataset.soon, true);
  arm();
}

async function check() {
  try {
    const answer = await fetch(place.dataset.pulse);
    take((await answer.json()).secondes);
  } catch {
    take(left()); // no network: the last that was known
  }
}

async function stay() {
  const body = new URLSearchParams({ csrf_token: place.querySelector("[name=csrf_token]").value });
  try {
    const answer = await fetch(place.dataset.stay, { method: "POST", body });
    const { secondes } = await answer.json();
    take(secondes);
    // Twelve hours after it was opened, a session ends whatever is done.
    if (secondes && secondes <= WARN) say(place.dataset.last, false);
  } catch {
    say(place.dataset.away, true);
  }
}

button.addEventListener("click", stay);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isShown && !button.hidden) stay();
});
document.addEventListener("visibilitychange", () => {
  // A machine that slept: its timers did too.
  if (document.visibilityState === "visible" && left() < WARN) check();
});
if (left() <= WARN) take(left());
else arm();
