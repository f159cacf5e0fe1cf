// On a volunteer's pages: the key of the week, the worker, and what waits for the network.
import { asking, button, element } from "./boxes.js";
import * as vault from "./vault.js";

const about = document.getElementById("hors-ligne").dataset;
const place = document.getElementById("en-attente");
const isHere = (path) => location.pathname === path;
const isHeard = (answer) => answer.headers.has(vault.SAID); // by the service, and nothing between
const AGAIN = 30 * 1000;
let saved = 0; // reports that have left since the page opened
let stuck = []; // what was being typed, and which the service did not take
let trouble = ""; // why a button did nothing
let isOut = false; // the session is over: nothing leaves before signing in
let isBusy = false; // there is a network, and the service does not answer
let timer;

const reports = (count) => (count === 1 ? "1 compte rendu" : `${count} comptes rendus`);

async function show() {
  const kept = await keptHere().catch(() => undefined);
  const rows = kept ?? [];
  const waits = rows.filter((one) => one.state === "waits").length;
  const lines = [];
  if (saved) {
    const words =
      saved === 1
        ? "Un compte rendu gardé hors ligne vient d’être enregistré."
        : `${reports(saved)} gardés hors ligne viennent d’être enregistrés.`;
    lines.push(element("p", words));
  }
  if (waits) {
    const verb = waits === 1 ? "attend" : "attendent";
    let what = isBusy ? "que le service réponde" : "le réseau";
    if (isOut) what = "que vous vous reconnectiez";
    lines.push(element("p", `${reports(waits)} ${verb} ${what}, à l’abri sur cet appareil.`));
  } else if (!navigator.onLine) {
    const words = kept
      ? "Vous êtes hors ligne : votre compte rendu part dès que le réseau revient."
      : "Vous êtes hors ligne, et cet appareil ne peut rien garder : laissez cette page ouverte, et enregistrez quand le réseau revient.";
    lines.push(element("p", words));
  }
  if (trouble) lines.push(element("p", trouble));
  for (const row of rows.filter((one) => one.state !== "waits")) lines.push(doubt(row));
  for (const one of stuck) lines.push(unkept(one));
  place.replaceChildren(...lines);
  place.className = lines.length ? "notice warm" : "";
  clearTimeout(timer);
  // A network that comes back without a word, a service that starts again.
  if (waits && !isOut) timer = setTimeout(leave, AGAIN);
}

/** The reports kept on this device; undefined when it cannot keep those of this page. */
async function keptHere() {
  const who = await whose();
  const rows = who === undefined ? [] : await vault.waiting(who);
  const csrf = pageToken();
  if (!csrf || (await vault.isFromHere(new URLSearchParams({ csrf_token: csrf })))) return rows;
  return rows.length ? rows : undefined;
}

const pageToken = () => document.querySelector('[name="csrf_token"]')?.value;

const DOUBTS = {
  conflict: [
    "Un compte rendu gardé hors ligne diffère de celui qui est enregistré.",
    "Voir les deux",
    "Garder celui qui est enregistré",
  ],
  review: [
    "Un compte rendu gardé hors ligne est à relire avant d’être enregistré.",
    "Le relire",
    "L’effacer de cet appareil",
  ],
  refused: [
    "Un compte rendu gardé hors ligne n’a pas pu être enregistré.",
    "Revoir mon texte",
    "L’effacer de cet appareil",
  ],
  closed: [
    "Un compte rendu gardé hors ligne date de plus d’une semaine : il ne peut plus être lu ni enregistré. Si cet appel compte encore, dites-le à la coordination.",
    "",
    "L’effacer de cet appareil",
  ],
};

/** A report the server did not take: it says why on its page, beside what it keeps. */
function doubt(row) {
  const [why, look, leave] = DOUBTS[row.state];
  const forget = async () => {
    await vault.unqueue(row.key);
    await show();
  };
  return asking(why, [look, () => send(row).catch(tell)], [leave, forget]);
}

/** What was being typed and is kept nowhere else: it is read here, then taken up again or not. */
function unkept({ row, path, sent, isOther }) {
  const forget = async () => {
    await vault.dropDraftRow(row);
    stuck = stuck.filter((one) => one.row !== row);
    await show();
  };
  const why = isOther
    ? "Un compte rendu commencé sur cet appareil diffère de celui que vous avez commencé ailleurs."
    : "Un compte rendu commencé hors ligne n’a pas pu être gardé : cette fiche n’est plus dans votre liste.";
  const box = asking(why, [], ["L’effacer de cet appareil", forget]);
  const texts = sent.filter(([name, value]) => /^note$|-text$/.test(name) && value);
  const said = texts.map(([, value]) => element("blockquote", value, { class: "mb-0 w-100" }));
  box.children[0].after(...said);
  if (!isOther) return box;
  const take = async () => {
    const csrf = await token();
    const answer = csrf && (await ask(`${path}/brouillon`, [...sent, ["a-la-place", "1"]], csrf));
    if (!answer?.ok || !isHeard(answer)) return tell();
    await vault.dropDraftRow(row);
    location.assign(callOf(path, sent));
    return undefined;
  };
  box.lastChild.before(
    element("a", "Voir l’autre", { class: "btn btn-sm btn-outline-primary", href: callOf(path, sent) }),
    button("Reprendre celui de cet appareil", "btn-outline-primary", () => take().catch(tell)),
  );
  return box;
}

const callOf = (path, sent) => `${path}?personne=${new URLSearchParams(sent).get("person_id")}`;

/** The button that was pressed did nothing: say so. */
async function tell() {
  trouble = isOut
    ? "Reconnectez-vous d’abord : votre texte reste à l’abri sur cet appareil."
    : "Le service ne répond pas : réessayez un peu plus tard. Votre texte reste à l’abri sur cet appareil.";
  await show();
}

/** Send as a form does: the answer of the server is a page, which shows both. */
async function send(row) {
  const fresh = await token();
  if (!fresh) return tell();
  if (!(await vault.hasKey(row.who, row.week))) await getKey(row.week, fresh);
  const { path, sent } = (await vault.unsealed(row)) ?? {};
  if (!path) return tell();
  await vault.knowPage(row.who, fresh);
  const form = element("form", "", { method: "post", action: path, hidden: "" });
  for (const [name, value] of [...sent, ["csrf_token", fresh]]) {
    form.append(element("textarea", value, { name }));
  }
  document.body.append(form);
  HTMLFormElement.prototype.submit.call(form);
  return undefined;
}

async function whose() {
  return about.qui ? Number(about.qui) : (await vault.current())?.who;
}

async function ask(address, fields, csrf) {
  const body = new URLSearchParams(fields);
  body.set("csrf_token", csrf);
  return fetch(address, vault.asked(body));
}

/** A token of the session of now; undefined when nobody, or somebody else, is signed in. */
async function token() {
  const answer = await fetch(about.jeton, { redirect: "manual" });
  isOut = answer.type === "opaqueredirect" || [401, 403].includes(answer.status);
  isBusy = !isOut && !answer.ok;
  if (!answer.ok) return undefined;
  const given = await answer.json();
  return given.qui === (await whose()) ? given.jeton : undefined;
}

/** Ask the key of a week: whether it came (true), never will (false), or may later (undefined). */
async function getKey(week, csrf) {
  const answer = await ask(about.cle, [["semaine", week]], csrf);
  if (!isHeard(answer)) return undefined;
  if (answer.ok) await vault.keepKey(await answer.json());
  if (answer.ok) return true;
  return answer.status === 422 ? false : undefined;
}

/** What the service says of a report it was sent, when it is not to be asked again. */
const VERDICTS = { 409: "conflict", 422: "review" };
for (const status of [400, 403, 404, 413]) VERDICTS[status] = "refused";

const ANSWERS = new Set([204, ...Object.keys(VERDICTS).map(Number)]);

/** Send one report that waited; false when it must wait longer, and those behind it. */
async function replay(row, csrf) {
  const isKeyed = (await vault.hasKey(row.who, row.week)) || (await getKey(row.week, csrf));
  if (isKeyed === undefined) return false;
  if (!isKeyed) {
    await vault.mark(row, "closed");
    return true;
  }
  const { path, sent } = await vault.unsealed(row);
  const answer = await ask(path, sent, csrf);
  if (!isHeard(answer) || !ANSWERS.has(answer.status)) isBusy = true;
  if (!isHeard(answer)) return false;
  if (answer.status === 204) {
    await vault.unqueue(row.key);
    saved += 1;
    return true;
  }
  const verdict = VERDICTS[answer.status];
  // Something is to be checked, as where a need goes: it is a draft too, for another device.
  if (verdict === "review") await ask(`${path}/brouillon`, sent, csrf);
  if (verdict) await vault.mark(row, verdict);
  return Boolean(verdict) || answer.status === 500; // a fault about this one is not the next one's
}

async function replayDrafts(rows, csrf) {
  stuck = [];
  for (const row of rows) {
    if (!(await vault.hasKey(row.who, row.week))) await getKey(row.week, csrf);
    const kept = await vault.unsealed(row);
    if (!kept) continue;
    const answer = await ask(`${kept.path}/brouillon`, kept.sent, csrf);
    if (!isHeard(answer)) continue;
    if (!answer.ok) {
      const isOther = answer.status === 409;
      if (isOther || [404, 422].includes(answer.status)) stuck.push({ row, ...kept, isOther });
      continue;
    }
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
  trouble = "";
  try {
    await navigator.locks.request("appel-solidaire", flush);
  } catch {
    isBusy = false; // still no network: it waits
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
  const me = Number(about.qui);
  const csrf = pageToken();
  if (me) {
    const key = await vault.current();
    if (key && key.who !== me) await vault.forgetKeys(); // whoever had this telephone before
    if (csrf && (key?.who !== me || key.week !== about.semaine)) await getKey(about.semaine, csrf);
    if (csrf) await vault.knowPage(me, csrf);
  }
  await vault.prune();
  if (me) await keepFiles();
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
