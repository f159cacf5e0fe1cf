// Keys 1–9 answer the question marked as the one of now; 0 goes back to the first. A key moves on to
// the next question shown, so that a whole report is a few presses and Enter.

const form = document.querySelector(".call-report"); // a real call, or a rehearsal
const OFF = "sans-raccourcis";
let now;

const groups = () =>
  [...form.querySelectorAll("fieldset")].filter(
    (group) => group.checkVisibility() && group.querySelector(":scope > .choices [data-key]"),
  );

const isAnswered = (group) => Boolean(group.querySelector("[data-key]:checked"));

function mark(group) {
  now = group;
  for (const one of form.querySelectorAll(".keys-now")) one.classList.remove("keys-now");
  group?.classList.add("keys-now");
}

/** The next question shown that has no answer yet; the one just answered when there is none. */
function next(group) {
  const shown = groups();
  const later = shown.slice(shown.indexOf(group) + 1);
  return later.find((one) => !isAnswered(one)) ?? group;
}

function choose(choice) {
  choice.checked = true;
  choice.focus();
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  const group = next(now);
  if (group !== now) {
    mark(group);
    group.scrollIntoView({ block: "nearest" });
  }
}

const isTyping = (field) =>
  field.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(OFF)) return;
  if (isTyping(event.target)) return;
  if (event.key === "0") {
    const [first] = groups();
    mark(first);
    (first?.querySelector("[data-key]:checked") ?? first?.querySelector("[data-key]"))?.focus();
    return;
  }
  if (!now?.checkVisibility()) mark(groups()[0]);
  const choice = now?.querySelector(`:scope > .choices [data-key="${CSS.escape(event.key)}"]`);
  if (!choice) return;
  event.preventDefault();
  choose(choice);
});

// A hand or the Tab key says which question is the one of now.
form.addEventListener("focusin", (event) => {
  const group = event.target.closest("fieldset");
  if (group && group !== now && groups().includes(group) && event.target.matches(":focus-visible")) {
    mark(group);
  }
});
form.addEventListener("change", () => {
  if (!now?.checkVisibility()) mark(groups()[0]);
});

const toggle = document.getElementById("raccourcis");
function tell() {
  const isOff = Boolean(localStorage.getItem(OFF));
  form.classList.toggle("no-keys", isOff);
  toggle.textContent = isOff ? "Remettre les raccourcis du clavier" : "Couper ces raccourcis";
}
toggle.addEventListener("click", () => {
  if (localStorage.getItem(OFF)) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
  tell();
});
tell();
const [first] = groups();
mark(first && isAnswered(first) ? next(first) : first);
