// "Look first": what asking Sumsub's preview costs in time, and what the button then does.

import { duration } from "./countdown.js";
import { grouped, plural } from "./figures.js";

const choice = document.getElementById("look-choice");
const button = document.getElementById("import-button");
let ready = 0;
let otherwise = "Import";

function chosen() {
  return choice?.querySelector("input:checked")?.value ?? "";
}

// How many of so many rows are asked about before anything is sent.
function asked(rows, kind = chosen()) {
  if (kind === "all") return rows;
  return kind === "sample" ? Math.min(rows, Number(choice.dataset.sample)) : 0;
}

// Seconds until the look is over; nothing is sent before that. 0 when rows are sent at once.
export function lookSeconds(rows, kind = chosen()) {
  const rate = Number(choice?.dataset.rate);
  return rate ? asked(rows, kind) / rate : 0;
}

// Says beside each way of looking what it costs: `words` of a kind, empty where there is nothing to say.
export function showCosts(words) {
  for (const place of choice?.querySelectorAll("[data-look-cost]") ?? []) {
    place.textContent = words(place.dataset.lookCost);
    place.hidden = !place.textContent;
  }
}

const EACH = "Each row is asked about just before its turn; that takes no time of its own.";
const EACH_SHARES = "Each row is asked about just before its turn, out of the same limit: it takes about twice as long.";

export function lookWords(rows) {
  if (chosen() === "each") return "sharesLimit" in choice.dataset ? EACH_SHARES : EACH;
  const count = asked(rows);
  if (!count) return "";
  const time = duration(Math.max(1, lookSeconds(rows)));
  return `Looking at ${plural(count, "row")} takes about ${time}, a little more where other levels are tried for those that would be refused. Share tokens age meanwhile; nothing is sent before your word.`;
}

// What the button says for so many rows that are ready, `words` where nothing is looked at first.
export function nameButton(rows, words) {
  ready = rows;
  otherwise = words;
  const count = asked(rows);
  if (!count) button.textContent = words;
  else button.textContent = count < rows ? `Look at ${grouped(count)} of ${plural(rows, "row")}` : `Look at ${plural(rows, "row")} first`;
}

choice?.addEventListener("change", () => nameButton(ready, otherwise));
