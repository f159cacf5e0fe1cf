// On a volunteer's pages: the key of the week, the worker, and what waits for the network.
import * as vault from "./vault.js";

const about = document.getElementById("hors-ligne").dataset;
const place = document.getElementById("en-attente");
const isHere = (path) => location.pathname === path;
let said = []; // what became of the reports that have just left
let isOut = false; // the session is over: nothing leaves before signing in

function element(tag, words, attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = words;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

const reports = (count) => (count === 1 ? "1 compte rendu" : `${count} comptes rendus`);

async function show() {
  const who = await whose();
  const rows = who === undefined ? [] : await vault.waiting(who);
  const waits = rows.filter((one) => one.state === "waits").length;
  const lines = [...said];
  if (waits) {
    const verb = waits === 1 ? "attend" : "attendent";
    const what = isOut ? "que vous vous reconnectiez" : "le réseau";
    lines.push(element("p", `${reports(waits)} ${verb} ${what}, à l’abri sur cet appareil.`));
  } else if (!navigator.onLine) {
    lines.push(
      element("p", "Vous êtes hors ligne : votre compte rendu part dès que le réseau revient."),
    );
  }
  for (const row of rows.filter((one) => one.state !== "waits")) lines.push(await doubt(row));
  place.replaceChildren(...lines);
  place.className = lines.length ? "notice warm" : "";
}

/** A report the server did not take: both versions are looked at side by side, then one goes. */
async function doubt(row) {
  const box = element("div", "", { class: "d-flex flex-wrap gap-2 align-items-center" });
  const why =
    row.state === "conflict"
      ? "Un compte rendu gardé hors ligne diffère de celui qui est enregistré."
      : "Un compte rendu gardé hors ligne n’a pas pu être enregistré.";
  const look = element("button", "Voir les deux", { class: "btn btn-sm btn-outline-primary" });
  const leave = element("button", "Garder celui qui est enregistré", { class: "btn btn-sm btn-link" });
  if (row.state !== "conflict") {
    look.textContent = "Revoir mon texte";
    leave.textContent = "L’effacer de cet appareil";
  }
  look.addEventListener("click", () => send(row));
  leave.addEventListener("click", async () => {
    await vault.unqueue(row.key);
    await show();
  });
  box.append(element("p", why, { class: "mb-0" }), look, leave);
  return box;
}

/** Send as a form does: the answer of the server is a page, which shows both. */
async function send(row) {
  const { path, sent } = (await vault.unsealed(row)) ?? {};
  const fresh = path && (await token());
  if (!fresh) return;
  const form = element("form", "", { method: "post", action: path, hidden: "" });
  for (const [name, value] of [...sent, ["csrf_token", fresh]]) {
    form.append(element("textarea", value, { name }));
  }
  document.body.append(form);
  HTMLFormElement.prototype.submit.call(form);
}

async function whose() {
  return about.qui ? Number(about.qui) : (await vault.current())?.who;
}

async function ask(address, fields, csrf) {
  const body = new URLSearchParams(fields);
  body.set("csrf_token", csrf);
  return fetch(address, { method: "POST", body, redirect: "manual" });
}

/** A token of the session of now; undefined when nobody, or somebody else, is signed in. */
async function token() {
  const answer = await fetch(about.jeton, { redirect: "manual" });
  isOut = !answer.ok;
  if (isOut) return undefined;
  const given = await answer.json();
  return given.qui === (await whose()) ? given.jeton : undefined;
}

async function getKey(week, csrf) {
  const answer = await ask(about.cle, [["semaine", week]], csrf);
  if (answer.ok) await vault.keepKey(await answer.json());
  return answer.ok;
}

/** Send one report that waited; false when it must wait longer. */
async function replay(row, csrf) {
  if (!(await vault.hasKey(row.who, row.week)) && !(await getKey(row.week, csrf))) {
    await vault.mark(row, "refused");
    return true;
  }
  const { path, sent } = await vault.unsealed(row);
  const answer = await ask(path, sent, csrf);
  if (answer.type === "opaqueredirect") {
    await vault.unqueue(row.key);
    said.push(element("p", "Un compte rendu gardé hors ligne vient d’être enregistré."));
  } else if (answer.status === 422) {
    await review(row, path, sent, csrf);
  } else if (answer.status === 409) {
    await vault.mark(row, "conflict");
  } else if (answer.status === 403 || answer.status === 404) {
    await vault.mark(row, "refused");
  } else {
    return false;
  }
  return true;
}

/** Something is to be checked, as where a need goes: it becomes the draft of its page. */
async function review(row, path, sent, csrf) {
  const kept = await ask(`${path}/brouillon`, sent, csrf);
  if (!kept.ok) return vault.mark(row, "refused");
  await vault.unqueue(row.key);
  const who = new URLSearchParams(sent).get("person_id");
  const line = element("p", "Un compte rendu gardé hors ligne est à relire avant d’être enregistré : ");
  line.append(element("a", "le relire", { href: `${path}?personne=${who}` }));
  said.push(line);
  return undefined;
}

async function replayDrafts(rows, csrf) {
  for (const row of rows) {
    const kept = await vault.unsealed(row);
    if (!kept) continue;
    const answer = await ask(`${kept.path}/brouillon`, kept.sent, csrf);
    if (!answer.ok) continue;
    await vault.dropDraftRow(row);
    const isTouched = document.getElementById("compte-rendu")?.dataset.touched;
    if (isHere(kept.path) && !isTouched) location.reload();
  }
}

async function flush() {
  const who = await whose();
  const rows = (await vault.waiting(who)).filter((one) => one.state === "waits");
  const typed = await vault.drafts(who);
  if (!rows.length && !typed.length) return;
  const csrf = await token();
  if (!csrf) return;
  for (const row of rows) if (!(await replay(row, csrf))) break;
  await replayDrafts(typed, csrf);
}

/** One page at a time replays; a report sent twice would be one call all the same. */
async function leave() {
  said = [];
  try {
    await navigator.locks.request("appel-solidaire", flush);
  } catch {
    // Still no network: it waits.
  }
  await show();
}

async function keepFiles() {
  await navigator.serviceWorker.register(about.worker, { scope: about.scope, type: "module", updateViaCache: "none" });
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map((one) => one.name);
  const files = loaded.filter((one) => one.startsWith(`${location.origin}/static/`));
  // Not its controller: the worker may have taken the page over since it was opened without it.
  const [opened] = performance.getEntriesByType("navigation");
  const unseen = opened?.workerStart > 0 ? "" : location.pathname;
  active.postMessage({ files, unseen });
}

async function start() {
  await vault.prune();
  const key = await vault.current();
  if (about.qui && (key?.who !== Number(about.qui) || key.week !== about.semaine)) {
    const csrf = document.querySelector('[name="csrf_token"]');
    if (csrf) await getKey(about.semaine, csrf.value);
  }
  if (about.qui) await keepFiles();
}

for (const form of document.querySelectorAll('form[action$="/deconnexion"]')) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await vault.forgetKeys().catch(() => undefined);
    form.submit();
  });
}
addEventListener("online", leave);
addEventListener("offline", show);
if ("serviceWorker" in navigator && crypto.subtle) {
  start().catch(() => undefined).finally(leave); // a browser that keeps nothing works as ever
}
