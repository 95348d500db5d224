// An import's page while its rows move. Updates come by server-sent events; where these cannot be
// had, the same updates are asked for every two seconds. Each carries the parts of the page that
// changed and the rows that changed, as the same HTML that a reload would bring.
//
// Rows on the screen change in place. New outcomes go to the top only while nobody is reading
// further down, pointing at the table, marking text in it or walking through it; else they wait behind "14 newer
// outcomes". Rows that no longer fit the filter turn faint, and leave when new ones come in.

import { grouped } from "./figures.js";
import { wireFolds } from "./fold.js";
import { morph } from "./morph.js";

const POLL_MS = 2000;
const SETTLED_POLL_MS = 30_000;
const SAY_MS = 10_000;
const SILENCE_MS = 10_000;
const MOST_FAILURES = 2;
const MOST_ROWS = 50;
const REFILL_MS = 2000;

const page = document.getElementById("import-page");
const rows = document.getElementById("import-rows");
const mark = document.getElementById("import-live");
const newer = document.getElementById("import-newer");
const say = document.getElementById("import-say");
const product = document.title.split(" · ").at(-1);

const waiting = new Map();
// Forecasts move no row: whether they are to be fetched anew, the mark of the look tells.
const filtersByForecast = new URLSearchParams(location.search).has("forecast");
let cursor = Number(page.dataset.cursor);
let look = page.dataset.look;
let missedSome = false;
let lastState = page.dataset.state;
let lastHold = page.dataset.hold;
let lastAt = "";
let saidAt = 0;
let source = null;
let refillAt = 0;
let refilling = null;
let fetching = null;

function address(path, more) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return `${path}?${query}`;
}

function fromHtml(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// ---- what an update does to the page -------------------------------------------------------

function apply(update) {
  cursor = update.cursor;
  look = update.look;
  lastAt = update.at;
  for (const [id, html] of Object.entries(update.parts)) takePart(id, html);
  takeCount(update.count);
  document.title = `${update.title} · ${product}`;
  takeRows(update);
  tell(update);
  document.dispatchEvent(new CustomEvent("import-update", { detail: update }));
}

function takePart(id, html) {
  const part = document.getElementById(id);
  if (!part) return;
  const fresh = fromHtml(html);
  wireFolds(fresh);
  morph(part, fresh);
}

function takeCount(count) {
  if (count === null) return;
  for (const shown of document.querySelectorAll("[data-row-count]")) shown.textContent = grouped(count);
}

function takeRows(update) {
  const fresh = update.rows.filter((row) => !replaced(row) && row.fits);
  const missed = update.missed || (update.foretold && filtersByForecast);
  if (missed || update.foretold || turned(update)) refreshShown();
  if (page.dataset.newest !== "yes") return;
  if (!body()) {
    if (fresh.length || missed) refillSoon();
    return;
  }
  for (const row of fresh.reverse()) waiting.set(row.line, row.html);
  missedSome ||= missed;
  if (!fetching) letInUnlessReading();
}

function letInUnlessReading() {
  if (isReading()) showWaiting();
  else letIn();
}

// The rows shown, if there are any.
function body() {
  return document.getElementById("import-body");
}

// True when the row is on the screen, or waits already: then it only changes.
function replaced(row) {
  if (waiting.has(row.line)) {
    if (row.fits) waiting.set(row.line, row.html);
    else waiting.delete(row.line);
    return true;
  }
  const shown = document.getElementById(`row-${row.line}`);
  if (shown) morphRow(shown, row);
  return shown !== null;
}

function morphRow(shown, row) {
  const fresh = fromHtml(row.html).querySelector("tr");
  fresh.toggleAttribute("data-left", !row.fits);
  morph(shown, fresh);
}

// Rows of a busy moment were left out of the update, forecasts came, or all that wait now wait for
// something else: ask for those on the screen.
async function refreshShown() {
  if (!body()) return;
  const lines = [...body().rows].map((row) => row.dataset.line).slice(0, 2 * MOST_ROWS);
  const answer = await fetch(address(page.dataset.updates, { lines: lines.join(",") }));
  if (!answer.ok) return;
  for (const row of (await answer.json()).rows) {
    const shown = document.getElementById(`row-${row.line}`);
    if (shown) morphRow(shown, row);
  }
}

function isReading() {
  const table = body();
  const scrolled = table.getBoundingClientRect().top < 40;
  const marked = document.getSelection();
  const marks = !marked.isCollapsed && table.contains(marked.anchorNode);
  return scrolled || marks || table.matches(":hover") || table.contains(document.activeElement);
}

function showWaiting() {
  newer.hidden = waiting.size === 0;
  const count = missedSome ? `${waiting.size}+` : waiting.size;
  newer.querySelector("span").textContent = `${count} newer outcome${waiting.size === 1 ? "" : "s"}`;
}

function letIn() {
  const table = body();
  for (const html of waiting.values()) table.prepend(fromHtml(html).querySelector("tr"));
  const left = table.querySelectorAll("tr[data-left]");
  left.forEach((row) => row.remove());
  while (table.rows.length > MOST_ROWS) table.lastElementChild.remove();
  waiting.clear();
  showWaiting();
  announceRows();
  if (left.length || missedSome) refillSoon();
  missedSome = false;
}

// Brings the rows as a reload would, at most every two seconds and never under somebody's eyes.
function refillSoon() {
  clearTimeout(refilling);
  refilling = setTimeout(() => {
    if (!body() || !isReading()) refill();
  }, Math.max(0, refillAt - Date.now()));
}

// One fetch at a time: a second one that answers first would be replaced by the older rows.
function refill() {
  refillAt = Date.now() + REFILL_MS;
  fetching ??= bringRows().finally(() => {
    fetching = null;
  });
  return fetching;
}

async function bringRows() {
  const known = cursor;
  replaceRows(await rowsOfReload());
  // What changed or came in during the fetch may be older in what was fetched.
  if (cursor !== known) refreshShown();
  takeMeanwhile();
}

async function rowsOfReload() {
  const answer = await fetch(address(location.pathname, {}));
  if (!answer.ok) return null;
  const whole = new DOMParser().parseFromString(await answer.text(), "text/html");
  return whole.getElementById("import-rows");
}

function replaceRows(fresh) {
  if (!fresh) return;
  for (const old of [...rows.children]) if (old !== newer) old.remove();
  for (const one of [...fresh.children]) if (one.id !== newer.id) rows.append(one);
  announceRows();
}

// Rows that came in during a fetch may be among the fetched.
function takeMeanwhile() {
  for (const line of waiting.keys()) if (document.getElementById(`row-${line}`)) waiting.delete(line);
  if (waiting.size && body()) letInUnlessReading();
}

// Whoever walks through the rows wants to know that they changed.
function announceRows() {
  rows.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
}

async function onNewer() {
  if (missedSome) {
    waiting.clear();
    missedSome = false;
    showWaiting();
    await refill();
  } else letIn();
  document.getElementById("rows-h").scrollIntoView({ block: "start" });
  body()?.querySelector(".row-link")?.focus({ preventScroll: true });
}

// Whether the import's state changed, or what holds it back. No row moves by that.
function turned(update) {
  return update.state !== lastState || update.hold !== lastHold;
}

// A summary at most every ten seconds, and at once when the import turned.
function tell(update) {
  const now = Date.now();
  if (!turned(update) && now - saidAt < SAY_MS) return;
  // Said again it would be read out again, by some who read screens.
  if (say.textContent !== update.say) say.textContent = update.say;
  saidAt = now;
  lastState = update.state;
  lastHold = update.hold;
}

function showLink(live) {
  mark.hidden = false;
  if (live) {
    delete mark.dataset.live;
    mark.textContent = "Live";
  } else {
    mark.dataset.live = "off";
    mark.textContent = lastAt ? `Reconnecting; figures are from ${lastAt}` : "Reconnecting";
  }
}

function showSettled() {
  mark.hidden = true;
}

// ---- where updates come from ---------------------------------------------------------------

function listen() {
  source = new EventSource(address(page.dataset.live, { after: cursor, look }));
  let failures = 0;
  // A proxy that holds the stream back looks like a connection on which nothing ever comes.
  let silence = setTimeout(pollInstead, SILENCE_MS);
  source.addEventListener("message", (event) => {
    clearTimeout(silence);
    failures = 0;
    showLink(true);
    apply(JSON.parse(event.data));
  });
  source.addEventListener("settled", () => {
    source.close();
    showSettled();
    setTimeout(poll, SETTLED_POLL_MS);
  });
  source.addEventListener("error", () => {
    clearTimeout(silence);
    failures += 1;
    showLink(false);
    if (source.readyState === EventSource.CLOSED || failures >= MOST_FAILURES) pollInstead();
    else silence = setTimeout(pollInstead, SILENCE_MS);
  });
}

function pollInstead() {
  source.close();
  poll();
}

async function poll() {
  const next = await ask();
  if (next) setTimeout(poll, next);
}

// Milliseconds until the next question, 0 when there is nobody to ask any more.
async function ask() {
  let answer;
  try {
    const options = { headers: { Accept: "application/json" } };
    answer = await fetch(address(page.dataset.updates, { after: cursor, look }), options);
  } catch {
    showLink(false);
    return POLL_MS;
  }
  if (answer.status === 401 || answer.status === 403 || answer.status === 404) {
    mark.hidden = false;
    mark.dataset.live = "off";
    mark.textContent = "Signed out; reload the page";
    return 0;
  }
  if (!answer.ok) {
    showLink(false);
    return POLL_MS;
  }
  const update = await answer.json();
  apply(update);
  if (update.settled) showSettled();
  else showLink(true);
  return update.settled ? SETTLED_POLL_MS : POLL_MS;
}

newer.addEventListener("click", onNewer);
if (page.dataset.settled === "yes") setTimeout(poll, SETTLED_POLL_MS);
else listen();
