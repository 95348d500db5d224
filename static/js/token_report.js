// What the page says about a file or paste that was read: rows, skipped lines, and what the button
// will do. Numbers and sentences only; nothing here keeps or shows a share token.

import { grouped, plural } from "./figures.js";
import { ranges } from "./token_forecast.js";
import { WORDS } from "./token_faults.js";
import { canCompare, markOf } from "./token_history.js";
import { nameButton } from "./token_look.js";

const MOST_LISTED = 100;
// Of many lines these are in sight at first: what is decided below must not be pages away.
const IN_SIGHT = 10;
// The import keeps as many names (MOST_UNUSED_COLUMNS in customers/intake/storing.py).
const MOST_COLUMNS = 20;
const byId = (id) => document.getElementById(id);
let isUnfolded = false;

export function showProblem(sentence) {
  byId("file-problem").hidden = !sentence;
  byId("file-problem").querySelector("p").textContent = sentence;
}

// Shows what was read; returns it in one sentence, for a screen reader.
export function show(found) {
  byId("file-reading").hidden = !found;
  nameButton(found?.fresh.length ?? 0, buttonWords(found));
  if (!found) {
    isUnfolded = false;
    return "";
  }
  const [duplicates, faulty] = [found.count("duplicate"), found.count("faulty")];
  byId("n-rows").textContent = grouped(found.rows);
  byId("n-ready").textContent = grouped(found.fresh.length);
  byId("n-duplicates").textContent = grouped(duplicates);
  byId("n-faulty").textContent = grouped(faulty);
  showSkipped(found.skipped);
  byId("reading-note").textContent = note(found);
  const sum = `${grouped(found.fresh.length)} of ${plural(found.rows, "row")} ready to import, ${plural(duplicates, "duplicate")}, ${plural(faulty, "faulty line")}.`;
  return [sum, showLevels(found)].filter(Boolean).join(" ");
}

// Levels in the file that are none of ours: Sumsub would take none of it, and close the import's gate.
function showLevels(found) {
  const form = byId("token-form");
  const isWhole = !("levelsPartial" in form.dataset);
  const known = new Set([...form.elements.level.options].map(({ value }) => value));
  const unknown = isWhole ? [...found.unknownLevels(known)] : [];
  const sentence = unknown.length ? levelWords(unknown) : "";
  byId("unknown-levels").hidden = !sentence;
  byId("unknown-levels").querySelector("p").textContent = sentence;
  return sentence;
}

function levelWords(unknown) {
  const lines = unknown.flatMap(([, at]) => at);
  const named = unknown.slice(0, 3).map(([name, at]) => `${quoted(name)} on line${at.length === 1 ? "" : "s"} ${ranges(at)}`);
  const more = unknown.length > 3 ? " and others" : "";
  return `${plural(lines.length, "line")} ${lines.length === 1 ? "names a level that is" : "name levels that are"} none of ours: ${named.join("; ")}${more}. Sumsub would not accept ${lines.length === 1 ? "it" : "them"}, and the whole import would be held. Correct the column level first.`;
}

// A share token that went into the wrong column is not shown.
function quoted(name) {
  return name.length <= 40 && !/_act-|eyJ/.test(name) ? `“${name}”` : "a text that is no level’s name";
}

// How the comparison with the history stands: under way, done, or why it could not be made.
export function showHistory(sentence, tone = "") {
  const element = byId("history-note");
  element.hidden = !sentence;
  element.dataset.tone = tone;
  element.textContent = sentence;
}

function buttonWords(found) {
  if (found?.fresh.length) return `Import ${plural(found.fresh.length, "row")}`;
  return found?.count("duplicate") ? "Import duplicates only" : "Import";
}

function note(found) {
  return [restOf(found), unlisted(found), unknownColumns(found)].filter(Boolean).join(" ");
}

function restOf(found) {
  const ready = found.fresh.length;
  if (!ready) return "No line is left to send.";
  const which = found.skipped.length ? `The other ${plural(ready, "line")}` : ready === 1 ? "The line" : `All ${plural(ready, "line")}`;
  return `${which} read well and need${ready === 1 ? "s" : ""} no look from you.`;
}

function unlisted(found) {
  const more = found.skipped.length - MOST_LISTED;
  return more > 0 ? `The list holds ${grouped(MOST_LISTED)} of ${plural(found.skipped.length, "skipped line")}; after Import the import’s page has them all under Skipped.` : "";
}

function unknownColumns({ unknown }) {
  if (!unknown.length) return "";
  const more = unknown.length - MOST_COLUMNS;
  const rest = more > 0 ? ` and ${grouped(more)} more` : "";
  return `Column${unknown.length === 1 ? "" : "s"} not known and left out: ${unknown.slice(0, MOST_COLUMNS).join(", ")}${rest}.`;
}

// ---- the list of skipped lines -------------------------------------------------------------

function showSkipped(skipped) {
  const rows = listed(skipped).map(skippedRow);
  byId("skipped-sum").hidden = rows.length <= IN_SIGHT;
  byId("skipped-sum").textContent = `Why lines are skipped: ${sumOf(skipped)}.`;
  byId("skipped").hidden = rows.length === 0;
  byId("skipped-lines").replaceChildren(...rows);
  fold(rows.slice(IN_SIGHT));
}

// Once somebody asked for the rest it stays in sight, whatever the history adds to this file.
function fold(rest) {
  const button = byId("skipped-rest");
  // One line more is no longer than the button.
  button.hidden = isUnfolded || rest.length < 2;
  rest.forEach((row) => { row.hidden = !button.hidden; });
  button.textContent = `Show ${plural(rest.length, "more skipped line")}`;
  button.onclick = () => {
    isUnfolded = true;
    fold(rest);
    rest[0].tabIndex = -1;
    rest[0].focus();
  };
}

// Of too many the faulty ones are listed first: they are what a person can mend.
function listed(skipped) {
  if (skipped.length <= MOST_LISTED) return skipped;
  const faulty = skipped.filter(({ kind }) => kind === "faulty");
  const others = skipped.filter(({ kind }) => kind !== "faulty");
  return [...faulty, ...others].slice(0, MOST_LISTED).sort((one, other) => one.line - other.line);
}

// Of many lines the first ones may all be alike: how often each reason comes, the commonest first.
function sumOf(skipped) {
  const counts = new Map();
  skipped.forEach((one) => counts.set(kindOf(one), (counts.get(kindOf(one)) ?? 0) + 1));
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return sorted.map(([kind, count]) => `${kind} (${grouped(count)})`).join("; ");
}

function kindOf({ fault, first }) {
  if (fault) return WORDS[fault].split(/[:;]/)[0];
  return first === undefined ? "already in another import" : "same token as an earlier line of this file";
}

function skippedRow(skipped) {
  const row = document.createElement("tr");
  row.append(
    cell("nowrap f-1", element("b", `Line ${grouped(skipped.line)}`)),
    cell("second f-wide f-2", ...why(skipped)),
    holds(skipped),
    cell("nowrap f-1 f-end", stateOf(skipped.kind)),
  );
  return row;
}

function why({ fault, first, told }) {
  if (fault) return [`${WORDS[fault][0].toUpperCase()}${WORDS[fault].slice(1)}.`];
  if (first !== undefined) return [`Same token as line ${grouped(first)} of this file.`];
  if (!told) return ["Already in another import."];
  return told.address ? [`${told.why} `, linkTo(told.address)] : [told.why];
}

// In a tab of its own: this page has the file, which leaving it would lose.
function linkTo(address) {
  const link = element("a", "Show it");
  Object.assign(link, { href: address, target: "_blank", rel: "noopener" });
  const where = element("span", " in a new tab");
  where.className = "sr-only";
  link.append(where);
  return link;
}

// Short words of the server's kind, and for a share token its mark.
function holds({ holds: words = "", token }) {
  const made = cell("mono p2 f-hide nowrap", words || "–");
  if (token && canCompare) markOf(token).then((mark) => made.replaceChildren(mark));
  return made;
}

function cell(className, ...content) {
  const made = document.createElement("td");
  made.className = className;
  made.append(...content);
  return made;
}

function element(name, text) {
  const made = document.createElement(name);
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
