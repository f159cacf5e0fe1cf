// The one script: keys 1–9, the focus on errors, the draft, the end of the session. Pages work without it.
"use strict";

document.documentElement.classList.add("scripted");

document.querySelector("[data-focus]")?.focus();

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) return;
  const choice = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.focus();
  choice.dispatchEvent(new Event("change", { bubbles: true }));
});

// The number just shown is the one about to be dialled.
document.addEventListener("htmx:afterSettle", () => {
  const shown = [...document.querySelectorAll("[data-shown]")].pop();
  const radio = shown && document.getElementById(`compose-${shown.dataset.shown}`);
  if (radio && !shown.dataset.noted) {
    radio.checked = true;
    shown.dataset.noted = "1";
  }
});
