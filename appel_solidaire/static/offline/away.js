// The page of bad days: what became of the last gesture, and the way back to the person on the line.
import * as vault from "./vault.js";

const place = document.getElementById("dit");
const asked = new URLSearchParams(location.search);
const words = asked.has("perdu") ? place.dataset.lost : asked.has("pas-fait") && place.dataset.undone;
if (words) {
  place.textContent = words;
  place.className = "notice alert";
}
const kept = await vault.page().catch(() => undefined);
const back = document.getElementById("appel-en-cours");
if (kept) {
  back.href = kept.path;
  back.hidden = false;
}
