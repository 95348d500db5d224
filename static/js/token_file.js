// Reads a file, a paste or one share token in the browser, before anything is sent: how many rows,
// which lines will be skipped and why, how long the import takes. Only a preview: the server reads
// again and decides. Share tokens stay in this page's memory; what is asked of the server before
// Import is the SHA-256 of the file and of each share token, to learn which came before.

import { decode } from "./token_bytes.js";
import { showClock, wireClock } from "./token_clock.js";
import { Refused } from "./token_columns.js";
import { grouped, plural } from "./figures.js";
import { wireDonor } from "./token_donor.js";
import { canCompare, compare, hexOf } from "./token_history.js";
import { readPaste, readText } from "./token_lines.js";
import { show, showHistory, showProblem } from "./token_report.js";
import { wireWays } from "./token_ways.js";

const form = document.getElementById("token-form");
const byId = (id) => document.getElementById(id);
const input = byId("id_file");
const pasted = byId("id_pasted");
const single = byId("id_single");
const SIGNED_OUT = "You are signed out, so earlier imports cannot be asked and nothing can be imported. Reload the page, sign in, and choose the file again.";
const CHANGED = "The file cannot be read: it changed, or went, since it was chosen. Choose it again.";
let reading = 0;

// ---- reading -------------------------------------------------------------------------------

async function takeFile() {
  const file = input.files[0];
  const turn = ++reading;
  clear();
  if (!file) return;
  byId("dropzone").dataset.filled = "";
  byId("file-name").textContent = file.name;
  byId("file-facts").textContent = `${size(file.size)} · reading`;
  byId("file-button").textContent = "Replace";
  await report(turn, async () => {
    if (file.size > Number(form.dataset.maxBytes)) throw new Refused(tooLarge());
    const bytes = await file.arrayBuffer();
    askAboutSameFile(turn, bytes);
    await drawn();
    const found = readText(decode(bytes));
    if (turn === reading) byId("file-facts").textContent = `${size(file.size)} · ${found.columns.length === 1 ? "column" : "columns"} ${found.columns.join(", ")}`;
    return found;
  });
  if (turn === reading && byId("file-facts").textContent.endsWith("reading")) byId("file-facts").textContent = size(file.size);
}

// Lets the browser draw what was written before a long computation.
function drawn() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

async function takeTyped(field) {
  const turn = ++reading;
  clear();
  if (!field.value.trim()) return;
  askAboutSameFile(turn, new TextEncoder().encode(asSent(field)));
  await report(turn, async () => readPaste(field.value));
}

// What the form will send of it: lines end as forms end them, one share token comes trimmed.
function asSent(field) {
  return field === single ? field.value.trim() : field.value.replace(/\r?\n/g, "\r\n");
}

async function report(turn, read) {
  let found = null;
  let problem = "";
  byId("dropzone").setAttribute("aria-busy", "true");
  try {
    found = await read();
    if (found.rows > Number(form.dataset.maxRows)) throw new Refused(tooMany());
    if (!found.fresh.length) problem = "No line of this can be imported. Correct the lines below and try again.";
  } catch (error) {
    if (!(error instanceof Refused) && error.name !== "NotReadableError") throw error;
    problem = error instanceof Refused ? error.message : CHANGED;
    found = null;
  }
  if (turn !== reading) return;
  byId("dropzone").removeAttribute("aria-busy");
  showProblem(problem);
  tell(found);
  if (found?.fresh.length) await askHistory(turn, found);
}

function tell(found, more = "") {
  const said = show(found);
  const clock = showClock(found?.fresh ?? []);
  say([said, more, clock].filter(Boolean).join(" "));
}

// A screen reader is told the sum of it, not each figure and line.
function say(sentence) {
  byId("reading-say").textContent = sentence;
}

function clear() {
  showProblem("");
  showHistory("");
  tell(null);
  byId("dropzone").removeAttribute("aria-busy");
  byId("same-file").hidden = true;
  byId("id_again").checked = false;
}

function tooLarge() {
  const limit = Math.floor(Number(form.dataset.maxBytes) / 1024 / 1024);
  return `The file is larger than ${limit} MiB, the limit of an upload here. Split it, or use the command line, which has no limit.`;
}

function tooMany() {
  return `The file has more than ${grouped(Number(form.dataset.maxRows))} rows, the limit of one import here. Split it, or use the command line, which has no limit.`;
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} bytes` : `${grouped(Math.round(bytes / 1024))} kB`;
}

// ---- what the server knows -----------------------------------------------------------------

async function askAboutSameFile(turn, bytes) {
  if (!canCompare) return;
  const answer = await fetch(`${form.dataset.sameFile}?sha256=${await hexOf(bytes)}`);
  if (!answer.ok || turn !== reading) return;
  const { found, recent, sentence } = await answer.json();
  byId("same-file").hidden = !found;
  byId("same-file").querySelector("span").textContent = sentence ?? "";
  byId("same-file").querySelector(".again").hidden = !recent;
}

function asksForAWord() {
  return !byId("same-file").hidden && !byId("same-file").querySelector(".again").hidden;
}

async function askHistory(turn, found) {
  if (!canCompare) {
    showHistory("Not compared with earlier imports yet: browsers do that over HTTPS only. Import compares.", "warn");
    return;
  }
  const before = found.fresh.length;
  try {
    const said = await compare(found.fresh, form.dataset.history, (done) => {
      if (turn === reading) showHistory(`Comparing with earlier imports: ${grouped(done)} of ${grouped(before)}.`);
      return turn === reading;
    });
    if (said) tellHistory(found, said);
  } catch ({ status }) {
    const why = status === 401 ? SIGNED_OUT : "Earlier imports could not be asked now. Import compares with them all the same.";
    if (turn === reading) showHistory(why, "warn");
  }
}

function tellHistory(found, said) {
  found.own(said.owned, said.told);
  const owned = said.owned.length ? `${plural(said.owned.length, "share token")} ${said.owned.length === 1 ? "is" : "are"} in an earlier import already and will be skipped.` : "";
  const again = said.again ? `${plural(said.again, "share token")} came before and led to no customer; ${said.again === 1 ? "it is" : "they are"} looked up at Sumsub first, then sent.` : "";
  const sentence = [owned, again].filter(Boolean).join(" ") || "Compared with earlier imports: none of these came before.";
  showHistory(sentence);
  tell(found, sentence);
}

// ---- the controls --------------------------------------------------------------------------

const ways = wireWays({ input, pasted, single, taken: takeEither });

function takeEither() {
  if (input.files.length) return takeFile();
  return takeTyped(single.value.trim() ? single : pasted);
}

function onSubmit(event) {
  if (!input.files.length && !single.value.trim() && !pasted.value.trim()) {
    event.preventDefault();
    showProblem("Nothing to import yet. Choose a CSV file of share tokens, or paste them.");
    ways.focus();
    return;
  }
  if (asksForAWord() && !byId("id_again").checked) {
    event.preventDefault();
    byId("id_again").focus();
    return;
  }
  // A second press would store the same file again.
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  byId("import-button").setAttribute("aria-disabled", "true");
  byId("import-button").textContent = "Storing";
}

let typing;
function onTyping(event) {
  clearTimeout(typing);
  typing = setTimeout(() => takeTyped(event.target), 250);
}

input.addEventListener("change", takeFile);
pasted.addEventListener("input", onTyping);
single.addEventListener("input", onTyping);
form.addEventListener("submit", onSubmit);
// The page comes back from the browser's history with its button as it was left.
window.addEventListener("pageshow", () => {
  delete form.dataset.sent;
  byId("import-button").removeAttribute("aria-disabled");
});

wireDonor();
wireClock(say);
takeEither();
