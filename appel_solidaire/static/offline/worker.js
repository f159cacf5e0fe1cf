// Between a volunteer's pages and the network. With a network it changes nothing. Without, a report
// is kept sealed until it can leave, and the page of the person being called opens again.
import * as vault from "./vault.js";

const SHELF = "appel-solidaire-1"; // files of the program and a page that names nobody
const OFFLINE = "/benevole/hors-ligne";
const SHEET = "/benevole/";
const CALL = /^\/benevole\/appels\/\d+$/;
const AWAY = [502, 503, 504]; // the server, or what stands before it, cannot answer now
const OLD = 400; // the token of a session that was signed in again since: a fresh one is asked for

addEventListener("install", (event) => {
  // Leaving a page is told to the server alone, where the browser knows how to go round a worker.
  event.addRoutes?.({
    condition: { requestMethod: "POST", urlPattern: "/benevole/appels/*/quitter" },
    source: "network",
  });
  event.waitUntil(shelveOffline().then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(clients.claim());
});

// A page tells which files it is made of; and itself, when it was opened before this worker served.
addEventListener("message", (event) => {
  const { files, unseen } = event.data;
  const work = [renew(files)];
  if (unseen) work.push(clients.claim());
  if (unseen && CALL.test(unseen)) {
    // A copy: by the time it comes the page may be left, and its household free again.
    const copy = fetch(unseen, { headers: { "X-Copy": "1" } });
    work.push(copy.then((answer) => keep(unseen, answer)));
  }
  event.waitUntil(Promise.allSettled(work));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "GET" && pathname.startsWith("/static/")) {
    event.respondWith(file(request));
  } else if (request.mode === "navigate" && request.method === "POST") {
    event.respondWith(CALL.test(pathname) ? report(request) : written(request));
  } else if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(page(event));
  }
});

async function shelve(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(`not kept: ${address}`);
  await (await caches.open(SHELF)).put(address, answer);
}

/** The page of bad days with the files it is made of: it is opened first when nothing answers. */
async function shelveOffline() {
  await shelve(OFFLINE);
  const html = await (await caches.match(OFFLINE)).text();
  await Promise.all([...html.matchAll(/"(\/static\/[^"]+)"/g)].map(([, file]) => shelveOnce(file)));
}

/** A file never seen is a new version of the program: so may be the page of bad days. */
async function renew(files) {
  const kept = await Promise.all(files.map((file) => caches.match(file)));
  await Promise.allSettled(files.map(shelveOnce));
  if (!kept.every(Boolean)) await shelveOffline();
}

async function shelveOnce(address) {
  if (!(await caches.match(address))) await shelve(address);
}

/** A file named by its content never changes; another is asked again, and kept for bad days. */
async function file(request) {
  const kept = await caches.match(request);
  if (kept && new URL(request.url).search) return kept;
  try {
    const answer = await fetch(request);
    if (answer.ok) await (await caches.open(SHELF)).put(request, answer.clone());
    return answer;
  } catch (fault) {
    if (kept) return kept;
    throw fault;
  }
}

async function sent(...request) {
  try {
    return await fetch(...request);
  } catch {
    return undefined; // no network: told by the page that follows
  }
}

async function report(request) {
  const copy = request.clone();
  const { pathname } = new URL(request.url);
  const fields = new URLSearchParams(await copy.text());
  const isOurs = await vault.isFromHere(fields).catch(() => false);
  if (!isOurs) return (await sent(request)) ?? Response.redirect(`${OFFLINE}?perdu=1`, 303);
  // Asked as a script does: whatever stands between, a redirection would look like a report saved.
  const answer = await sent(request.url, vault.asked(fields));
  const said = answer?.headers.get(vault.SAID);
  if (said && answer.status === 204) {
    await Promise.allSettled([vault.unqueue(fields.get("key")), vault.dropDraft(pathname, fields)]);
    return Response.redirect(said, 303);
  }
  const isReport = fields.get("action") === "enregistrer";
  const mayPass = [401, ...AWAY, ...(isReport ? [OLD] : [])];
  if (said && !mayPass.includes(answer.status)) return answer;
  const keep = isReport ? vault.queue : vault.keepDraft;
  const isKept = await keep(pathname, fields).catch(() => false);
  if (isKept && isReport) await vault.dropDraft(pathname, fields);
  if (said && (answer.status === 401 || !isKept)) return answer;
  return Response.redirect(isKept ? OFFLINE : `${OFFLINE}?perdu=1`, 303);
}

async function written(request) {
  return (await sent(request)) ?? Response.redirect(`${OFFLINE}?pas-fait=1`, 303);
}

async function page(event) {
  const { pathname } = new URL(event.request.url);
  const answer = await sent(event.request);
  if (answer) {
    if (answer.ok && CALL.test(pathname)) event.waitUntil(keep(pathname, answer.clone()));
    if (answer.ok && pathname === SHEET) event.waitUntil(vault.forgetPage());
    return answer;
  }
  const kept = CALL.test(pathname) ? await vault.page().catch(() => undefined) : undefined;
  if (kept?.path === pathname) return new Response(kept.html, { headers: kept.headers });
  return (await caches.match(OFFLINE)) ?? Response.error();
}

async function keep(path, answer) {
  if (!answer.ok || answer.redirected) return;
  const headers = [...answer.headers].filter(([name]) => /^(content-|referrer|x-)/.test(name));
  const fit = headers.filter(([name]) => !/^content-(length|encoding)$/.test(name));
  await vault.keepPage(path, await answer.text(), fit);
}
