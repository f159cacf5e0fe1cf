// Softer words are accepted in place, and a need named by the guide is begun without a detour.
// Without this file each button sends the page, which comes back so.

// The advice was read while typing: the page need not come back with it.
for (const once of document.querySelectorAll('[name="relire"]')) once.disabled = true;

document.addEventListener("click", (event) => {
  const accept = event.target.closest("[data-after]");
  if (!accept) return;
  const zone = accept.closest("[data-coach]");
  const text = zone && document.getElementById(zone.dataset.coach);
  if (!text) return;
  event.preventDefault();
  if (text.value === accept.dataset.before) {
    text.value = accept.dataset.after;
    text.dispatchEvent(new Event("change", { bubbles: true }));
  }
  text.dispatchEvent(new Event("reread", { bubbles: true }));
  text.focus();
});

document.addEventListener("click", (event) => {
  const begin = event.target.closest("[data-begin-need]");
  const add = document.getElementById("ajouter-besoin");
  if (!begin || !add || !document.getElementById("besoin-vide")) return;
  const form = document.getElementById("compte-rendu");
  const before = form.querySelectorAll(".need-block").length;
  if (!form.querySelector('[name="spoke"]:checked')) {
    const yes = form.querySelector('[name="spoke"][value="oui"]');
    yes.checked = true;
    yes.dispatchEvent(new Event("change", { bubbles: true }));
  }
  event.preventDefault();
  add.click();
  const blocks = form.querySelectorAll(".need-block");
  if (blocks.length === before) return;
  const category = blocks[blocks.length - 1].querySelector("select");
  category.value = begin.dataset.beginNeed;
  category.dispatchEvent(new Event("change", { bubbles: true }));
  category.scrollIntoView({ block: "center" });
  category.focus();
});
