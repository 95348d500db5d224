// Walking through the rows of an import by keyboard. The table is one stop for Tab, at the current
// row; J and K (inside the table the arrows too) move the focus from row to row, Enter follows the
// link that has it, Escape leaves. The focus is the cursor: a screen reader says what it says of any
// link, and the live page lets no row in while it is there.

import { keysAreOn } from "./keys.js";
import { recall, remember } from "./storage.js";

const area = document.getElementById("import-rows");
const KEPT_AT = `row:${location.pathname}`;

// Where storage is blocked, the way back begins at the first row.
let line = recall("session", KEPT_AT);

function rows() {
  return [...area.querySelectorAll("#import-body tr")];
}

function current() {
  const all = rows();
  return all.find((row) => row.dataset.line === line) ?? all[0];
}

// Only the current row's links are stops for Tab.
function setStops() {
  const here = current();
  for (const row of rows()) {
    for (const link of row.querySelectorAll("a")) {
      if (row === here) link.removeAttribute("tabindex");
      else link.tabIndex = -1;
    }
  }
}

function focusOn(row) {
  row.querySelector(".row-link").focus();
}

function rowWithFocus() {
  return document.activeElement?.closest("#import-body tr") ?? null;
}

// From outside the first step goes to the current row, or to the first one in sight.
function entrance() {
  const here = current();
  const inSight = rows().find((row) => row.getBoundingClientRect().top >= 0);
  return here?.dataset.line === line ? here : (inSight ?? here);
}

function move(step) {
  const here = rowWithFocus();
  const target = here ? rows()[rows().indexOf(here) + step] : entrance();
  if (target) focusOn(target);
  else if (step > 0) area.querySelector(".pager [rel=next]")?.focus();
}

const ANYWHERE = { j: () => move(1), k: () => move(-1) };
const INSIDE = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Home: () => focusOn(rows()[0]),
  End: () => focusOn(rows().at(-1)),
  Escape: () => document.activeElement.blur(),
};

function deedFor(event) {
  const from = event.target;
  if (from.closest("dialog, .menu[open], [popover]:popover-open")) return null;
  if (from.matches("input[type=search]")) return event.key === "ArrowDown" && rows().length ? () => focusOn(entrance()) : null;
  if (from.closest("input, textarea, select")) return null;
  if (rowWithFocus() && INSIDE[event.key]) return INSIDE[event.key];
  return keysAreOn() && rows().length ? ANYWHERE[event.key.toLowerCase()] : null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  const deed = deedFor(event);
  if (!deed) return;
  event.preventDefault();
  deed();
});

area.addEventListener("focusin", (event) => {
  const row = event.target.closest("#import-body tr");
  if (!row) return;
  line = row.dataset.line;
  remember("session", KEPT_AT, line);
  setStops();
});
area.addEventListener("rows:changed", setStops);

setStops();
const [arrival] = performance.getEntriesByType("navigation");
if (arrival?.type === "back_forward" && current()?.dataset.line === line) focusOn(current());
