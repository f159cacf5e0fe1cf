// The report is kept as it is typed: on the server, and sealed in this browser while there is no
// network or the session is over. Only a gesture sends it, never a clock.
import * as vault from "../offline/vault.js";

const form = document.getElementById("compte-rendu");
const state = document.getElementById("brouillon");
const address = form.dataset.draft;
const path = form.getAttribute("action");
const QUIET = 1000;
// Why the service did not take it, when it is not the network.
const WHY = {
  400: "Gardé sur cet appareil : il part quand vous enregistrez",
  401: "Gardé sur cet appareil : reconnectez-vous pour l’envoyer",
};
const OTHER = "Une autre page ouverte garde déjà un brouillon de cet appel : celui-ci reste à part.";
let timer;
let running; // what is on its way
let isTouched = false; // typed, and not kept yet
let isLeaving = false;

const fields = () => new URLSearchParams(new FormData(form));

async function keepHere(typed, status) {
  const isKept = await vault.keepDraft(path, typed).catch(() => false);
  state.textContent = isKept ? (WHY[status] ?? state.dataset.here) : state.dataset.lost;
  if (status === 409) state.textContent = isKept ? OTHER : `${OTHER} Gardez cette page ouverte.`;
}

async function keep() {
  clearTimeout(timer);
  if (!isTouched || isLeaving) return;
  isTouched = false;
  running?.abort();
  running = new AbortController();
  const typed = fields();
  const going = running;
  let status;
  try {
    const answer = await fetch(address, { ...vault.asked(typed), signal: going.signal });
    status = answer.status;
    if (!answer.ok || !answer.headers.has(vault.SAID)) throw new Error("not kept");
    state.innerHTML = await answer.text();
    await vault.dropDraft(path, typed).catch(() => undefined);
  } catch (fault) {
    if (fault.name !== "AbortError") await keepHere(typed, status);
  } finally {
    if (running === going) running = undefined;
  }
}

function touched(event) {
  if (!event.isTrusted && event.type !== "change") return;
  isTouched = true;
  form.dataset.touched = "1";
  clearTimeout(timer);
  timer = setTimeout(keep, QUIET);
}

form.addEventListener("input", touched);
form.addEventListener("change", touched);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") keep();
});
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return; // htmx keeps the page
  isLeaving = true;
  clearTimeout(timer);
  running?.abort();
});
addEventListener("pageshow", () => {
  isLeaving = false;
});
addEventListener("pagehide", () => {
  // What is on its way may die with the page.
  if ((isTouched || running) && !isLeaving) navigator.sendBeacon(address, fields());
});

// One need more, without asking the server: the same block it would give, numbered.
const blank = document.getElementById("besoin-vide");
const add = document.getElementById("ajouter-besoin");
const count = form.elements.namedItem("need_count");
add?.addEventListener("click", (event) => {
  const number = Number(count.value);
  if (!blank || number >= Number(blank.dataset.most)) return;
  event.preventDefault();
  const from = blank.dataset.number;
  const html = blank.innerHTML
    .replaceAll(`besoin-${from}`, `besoin-${number}`)
    .replaceAll(`"numero": "${from}"`, `"numero": "${number}"`)
    .replaceAll(`Besoin ${Number(from) + 1}`, `Besoin ${number + 1}`);
  add.insertAdjacentHTML("beforebegin", html);
  count.value = number + 1;
  const made = document.getElementById(`besoin-${number}`);
  htmx.process(made);
  made.querySelector("select").focus();
  count.dispatchEvent(new Event("change", { bubbles: true }));
});
