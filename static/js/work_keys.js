// Walking through tasks by keyboard: J and K move the focus from task to task, X chooses the one that
// has it, P opens its plan, Enter follows its link. The focus is the cursor.

import { keysAreOn } from "./keys.js";

const place = document.getElementById("tasks");

function rows() {
  return [...place.querySelectorAll("[data-task]")];
}

function current() {
  return document.activeElement?.closest("[data-task]") ?? null;
}

function move(step) {
  const all = rows();
  const here = current();
  const inSight = all.find((row) => row.getBoundingClientRect().top >= 0) ?? all[0];
  const next = here ? all[all.indexOf(here) + step] : inSight;
  if (next) next.querySelector(".main-link").focus();
  else if (step > 0) place.querySelector(".pager [rel=next]")?.focus();
}

const DEEDS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => current()?.querySelector("input[type=checkbox]")?.click(),
  p: () => current()?.querySelector(".acts a")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !keysAreOn()) return;
  if (document.querySelector("dialog[open]") || event.target.closest("textarea, select, .menu[open]")) return;
  if (event.target.matches("input:not([type=checkbox])")) return;
  const deed = DEEDS[event.key.toLowerCase()];
  if (!place || !deed) return;
  event.preventDefault();
  deed();
});
