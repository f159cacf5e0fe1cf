// The script of every page: the focus on errors, the household held open. Pages work without it.
// Jobs of one page have a file each: call/, offline/, session_end.js.
"use strict";

document.documentElement.classList.add("scripted");

document.querySelector("[data-focus]")?.focus();

// The number just shown is the one about to be dialled.
document.addEventListener("htmx:afterSettle", () => {
  const shown = [...document.querySelectorAll("[data-shown]")].pop();
  const radio = shown && document.getElementById(`compose-${shown.dataset.shown}`);
  if (radio && !shown.dataset.noted) {
    radio.checked = true;
    shown.dataset.noted = "1";
  }
});

// A link to something folded unfolds it.
const unfold = () => {
  const aimed = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (aimed instanceof HTMLDetailsElement) aimed.open = true;
};
addEventListener("hashchange", unfold);
unfold();

// A part that is asked again by itself (the banner of emergencies) keeps unfolded what somebody did.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const open = [...detail.target.querySelectorAll("details[id][open]")].map((one) => one.id);
  const reopen = () => open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (open.length) document.addEventListener("htmx:afterSwap", reopen, { once: true });
});

// A call page keeps its household open while it lives, and frees it when it is left.
const held = document.querySelector("[data-hold]");
if (held) {
  const RENEW = 5 * 60 * 1000;
  const MOST = 11; // an hour without a gesture ends the session: the page must not keep it alive
  let renewals = 0;
  let isSending = false;
  const token = () => {
    const form = new FormData();
    form.set("csrf_token", document.querySelector('[name="csrf_token"]').value);
    return form;
  };
  const renew = async () => {
    if (renewals >= MOST) return;
    renewals += 1;
    try {
      const answer = await fetch(held.dataset.hold, { method: "POST", body: token() });
      if (answer.ok) held.innerHTML = await answer.text();
    } catch {
      // No network: the colleague sees the household free after a quarter of an hour.
    }
  };
  setInterval(renew, RENEW);
  for (const gesture of ["pointerdown", "keydown"]) {
    document.addEventListener(gesture, () => { renewals = 0; }, { passive: true });
  }
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) isSending = true; // htmx keeps the page
  });
  addEventListener("pageshow", (event) => {
    isSending = false;
    if (event.persisted) renew();
  });
  const leave = () => {
    if (isSending) return;
    const form = token();
    const renewed = [...document.querySelectorAll("[data-renewed]")];
    form.set("page-fermee", Math.max(...renewed.map((one) => Number(one.dataset.renewed))));
    navigator.sendBeacon(held.dataset.leave, form);
  };
  addEventListener("pagehide", leave);
  // What a page sends while it goes may die with it in the service worker's hands: a link says so
  // as soon as it is followed. Said twice, it is the same.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const isOther = event.button || event.ctrlKey || event.metaKey || event.shiftKey;
    if (!link || isOther || link.target || link.hash || event.defaultPrevented) return;
    if (link.origin === location.origin) leave();
  });
}

// Codes typed from a paper sheet: Enter goes to the next row, and sends from the last one.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-next]")) return;
  const rows = [...document.querySelectorAll("[data-next]")];
  const next = rows[rows.indexOf(event.target) + 1];
  if (!next) return;
  event.preventDefault();
  next.focus();
});
