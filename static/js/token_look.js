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
function asked(rows) {
  if (chosen() === "all") return rows;
  return chosen() === "sample" ? Math.min(rows, Number(choice.dataset.sample)) : 0;
}

// Seconds until the look is over; nothing is sent before that. 0 when rows are sent at once.
export function lookSeconds(rows) {
  const rate = Number(choice?.dataset.rate);
  return rate ? asked(rows) / rate : 0;
}

export function lookWords(rows) {
  if (chosen() === "each") return "Each row is asked about just before its turn; that takes no time of its own.";
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
