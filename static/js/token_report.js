// What the page says about a file or paste that was read: rows, skipped lines, time needed, and what
// the button will do. Numbers and sentences only; nothing here keeps or shows a share token.

import { duration } from "./countdown.js";

const MOST_LISTED = 100;
const TTL_SECONDS = 1200;

const byId = (id) => document.getElementById(id);
const rate = Number(byId("token-form").dataset.rate);
const running = Number(byId("token-form").dataset.running);

export function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}

function plural(number, word) {
  return `${grouped(number)} ${word}${number === 1 ? "" : "s"}`;
}

export function showProblem(sentence) {
  byId("file-problem").hidden = !sentence;
  byId("file-problem").querySelector("p").textContent = sentence;
}

function showReading(found) {
  byId("file-reading").hidden = !found;
  if (!found) return;
  byId("n-rows").textContent = grouped(found.rows);
  byId("n-ready").textContent = grouped(found.ready);
  byId("n-duplicates").textContent = grouped(found.duplicates);
  byId("n-faulty").textContent = grouped(found.faulty);
  showSkipped(found.skipped);
  byId("reading-note").textContent = note(found);
}

function note(found) {
  const more = found.skipped.length - MOST_LISTED;
  const rest = !found.ready
    ? "No line is left to import."
    : found.skipped.length
    ? `The other ${plural(found.ready, "line")} read well and need no look from you.`
    : `All ${plural(found.ready, "line")} read well and need no look from you.`;
  const unlisted = more > 0 ? ` ${plural(more, "skipped line")} more, not listed here.` : "";
  const columns = found.unknown.length
    ? ` Not known and left out: ${found.unknown.join(", ")}.`
    : "";
  return rest + unlisted + columns;
}

function showSkipped(skipped) {
  byId("skipped").hidden = skipped.length === 0;
  const lines = skipped.slice(0, MOST_LISTED).map(skippedRow);
  byId("skipped-lines").replaceChildren(...lines);
}

function skippedRow({ line, why, kind }) {
  const row = document.createElement("tr");
  row.append(
    cell("nowrap f-1", strong(`Line ${grouped(line)}`)),
    cell("second f-wide f-2", document.createTextNode(why)),
    cell("nowrap f-1 f-end", stateOf(kind)),
  );
  return row;
}

function cell(className, content) {
  const made = document.createElement("td");
  made.className = className;
  made.append(content);
  return made;
}

function strong(text) {
  const made = document.createElement("b");
  made.textContent = text;
  return made;
}

function stateOf(kind) {
  const [state, tone, symbol, word] =
    kind === "duplicate"
      ? ["duplicate", "idle", "duplicate", "Duplicate"]
      : ["refused", "bad", "warn", "Faulty"];
  const made = document.createElement("span");
  made.className = "state";
  made.dataset.state = state;
  made.dataset.tone = tone;
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${symbol}`);
  icon.append(use);
  made.append(icon, word);
  return made;
}

function showTime(found) {
  if (!found || !found.ready) return;
  const seconds = rate ? (found.ready * (running + 1)) / rate : 0;
  const ends = new Date(Date.now() + seconds * 1000).toISOString().slice(11, 19);
  const share = running ? ` It shares the budget with ${plural(running, "other import")}.` : "";
  const dies = earliest(found.deadlines, seconds);
  const words = `${plural(found.ready, "row")} need${found.ready === 1 ? "s" : ""} about ${duration(seconds)}. Started now, the last is sent about ${ends} UTC.`;
  byId("time-needed").textContent = `${words}${share} ${dies}`;
}

function earliest(deadlines, seconds) {
  if (!deadlines.length) {
    return seconds > TTL_SECONDS
      ? "That is longer than the 20 min that a share token usually lives: have it minted for longer, or split the file."
      : "Tokens usually live 20 min from their minting; this file declares no times.";
  }
  const late = lateRows(deadlines, seconds / deadlines.length);
  const first = new Date(Math.min(...deadlines.slice(0, 1000))).toISOString().slice(11, 19);
  return late
    ? `${plural(late, "token")} will be too old by then.`
    : `The first token dies at ${first} UTC, after its turn.`;
}

// Rows with an earlier deadline go first, so only the order by deadline counts.
function lateRows(deadlines, secondsEach) {
  const now = Date.now();
  const sorted = Float64Array.from(deadlines).sort();
  let late = 0;
  sorted.forEach((dies, place) => {
    if (dies < now + (place + 1) * secondsEach * 1000) late += 1;
  });
  return late;
}

function showButton(found) {
  const words = found?.ready ? `Import ${plural(found.ready, "row")}` : "Import";
  byId("import-button").textContent = words;
}

export function show(found) {
  showReading(found);
  showTime(found);
  showButton(found);
}
