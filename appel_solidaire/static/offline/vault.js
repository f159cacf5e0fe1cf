// What a browser keeps while it has no network: reports not yet sent, what is being typed, and the
// page of the person being called. All of it is sealed with the volunteer's key of the week, which
// the browser can use and cannot read. Nothing else is kept, and nothing in clear but numbers.
// A form is kept only when it comes from a page of whoever holds a key here: not from the page of
// the colleague who had this telephone before, nor from another site, which knows no token of ours.

const NAME = "appel-solidaire";
const STORES = { keys: "id", queue: "key", drafts: "id", page: "id" };
const WEEK = 7 * 24 * 3600 * 1000;
const MOST_PAGES = 300;
const PAGE_LIFE = 60 * 60 * 1000; // as a session: an older page says nothing sure any more

/** The header by which a script asks to be told plainly, and the service answers: nobody else does. */
export const SAID = "X-Said";

/** How a script sends a form. What answers without ``SAID`` is not the service: a portal, a proxy. */
export const asked = (fields) => {
  return { method: "POST", body: fields, redirect: "manual", headers: { [SAID]: "1" } };
};

function settled(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

async function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    for (const [store, keyPath] of Object.entries(STORES)) {
      request.result.createObjectStore(store, { keyPath });
    }
  };
  return settled(request);
}

async function store(name, mode, act) {
  const database = await open();
  try {
    return await settled(act(database.transaction(name, mode).objectStore(name)));
  } finally {
    database.close();
  }
}

const put = (name, row) => store(name, "readwrite", (rows) => rows.put(row));
const remove = (name, id) => store(name, "readwrite", (rows) => rows.delete(id));
const every = (name) => store(name, "readonly", (rows) => rows.getAll());
const clear = (name) => store(name, "readwrite", (rows) => rows.clear());

// Keys -------------------------------------------------------------------------------------------

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

const markOf = (csrf) => csrf.slice(-27); // a token ends with its signature

/** Keep the key the server derived; those of somebody else leave this browser. */
export async function keepKey({ cle, qui, semaine, duree }) {
  const key = await crypto.subtle.importKey("raw", bytes(cle), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
  let pages = [];
  for (const one of await every("keys")) {
    if (one.who === qui) pages = [...new Set([...pages, ...(one.pages ?? [])])];
    else await remove("keys", one.id);
  }
  const until = Date.now() + duree * 1000; // whatever the hour of this machine
  await put("keys", { id: `${qui}:${semaine}`, who: qui, week: semaine, until, key, pages });
}

/** Whoever this page was made for holds the key: what its forms send may be kept here. */
export async function knowPage(who, csrf) {
  const key = await current();
  if (key?.who !== who || key.pages?.includes(markOf(csrf))) return;
  await put("keys", { ...key, pages: [...(key.pages ?? []), markOf(csrf)].slice(-MOST_PAGES) });
}

/** Whether a form comes from a page of whoever holds a key here. */
export const isFromHere = async (fields) => Boolean(await keyFor(fields));

async function keyFor(fields) {
  const mark = markOf(fields.get("csrf_token") ?? "");
  const key = mark && (await current());
  return !key?.pages || key.pages.includes(mark) ? key : undefined; // keys of before name no page
}

/** The key of now: whose it is and for which week; undefined when there is none. */
export async function current() {
  const live = (await every("keys")).filter((one) => one.until > Date.now());
  return live.sort((one, other) => (one.week < other.week ? 1 : -1))[0];
}

async function keyOf(row) {
  return (await every("keys")).find((one) => one.who === row.who && one.week === row.week);
}

export const hasKey = async (who, week) => Boolean(await keyOf({ who, week }));

/** Signing out: nothing kept here can be opened any more, until its owner signs in again. */
export async function forgetKeys() {
  await Promise.all([clear("keys"), clear("page")]);
}

/** Keys of weeks that are over leave; so does what no key opens any more, and which was said. */
export async function prune() {
  const now = Date.now();
  for (const one of await every("keys")) if (one.until <= now) await remove("keys", one.id);
  for (const one of await every("queue")) if (one.at < now - 4 * WEEK) await remove("queue", one.key);
  for (const one of await every("drafts")) if (one.at < now - 2 * WEEK) await remove("drafts", one.id);
}

async function sealed(content, key) {
  if (!key) return undefined;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const clear = new TextEncoder().encode(JSON.stringify(content));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key.key, clear);
  return { who: key.who, week: key.week, at: Date.now(), iv, data };
}

/** What a row holds; undefined while its key is not here. */
export async function unsealed(row) {
  const key = await keyOf(row);
  if (!key) return undefined;
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, key.key, row.data);
  return JSON.parse(new TextDecoder().decode(plain));
}

const content = (path, fields) => {
  return { path, sent: [...fields].filter(([name]) => name !== "csrf_token") };
};

// Reports ----------------------------------------------------------------------------------------

/** Keep a report until it can be sent; false when nothing here can seal it. */
export async function queue(path, fields) {
  const row = await sealed(content(path, fields), await keyFor(fields));
  if (!row) return false;
  await put("queue", { ...row, key: fields.get("key"), state: "waits" });
  return true;
}

export const unqueue = (key) => remove("queue", key);

export const mark = (row, state) => put("queue", { ...row, state });

/** The reports that wait, oldest first; everybody's on this browser unless told whose. */
export async function waiting(who) {
  const rows = await every("queue");
  return rows.filter((one) => who === undefined || one.who === who).sort((a, b) => a.at - b.at);
}

// What is being typed ----------------------------------------------------------------------------

const draftId = (who, path, fields) => `${who}:${path}:${fields.get("person_id")}`;

/** Keep what is being typed while the server cannot be told; false when nothing can seal it. */
export async function keepDraft(path, fields) {
  const row = await sealed(content(path, fields), await keyFor(fields));
  if (!row) return false;
  await put("drafts", { ...row, id: draftId(row.who, path, fields) });
  return true;
}

export async function dropDraft(path, fields) {
  const key = await keyFor(fields);
  if (key) await remove("drafts", draftId(key.who, path, fields));
}

export const dropDraftRow = (row) => remove("drafts", row.id);

export async function drafts(who) {
  return (await every("drafts")).filter((one) => one.who === who);
}

// The page of the person being called ------------------------------------------------------------

export async function keepPage(path, html, headers) {
  const row = await sealed({ path, html, headers }, await current());
  if (row) await put("page", { ...row, id: "now" });
}

export const forgetPage = () => clear("page");

export async function page() {
  const [row] = await every("page");
  if (!row || row.at < Date.now() - PAGE_LIFE) return undefined;
  return unsealed(row);
}
