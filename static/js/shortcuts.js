// One-key shortcuts: a key presses or focuses the first visible [data-shortcut="key"], or opens the
// dialog that has it. "/" is the search of the page, "?" the list of keys; a key typed into a field,
// or with a modifier, stays a letter. Escape leaves an empty search.

import { keysAreOn } from "./keys.js";

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function answers(element) {
  return element instanceof HTMLDialogElement || element.checkVisibility();
}

function use(element) {
  if (element instanceof HTMLDialogElement) element.showModal();
  else if (element.matches("input, select, textarea")) {
    element.focus();
    element.select?.();
  } else element.click();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape" && event.target.matches("input[type=search]") && !event.target.value) {
    event.target.blur();
    return;
  }
  if (typing(event.target) || document.querySelector("dialog[open]") || !keysAreOn()) return;
  const wanted = `[data-shortcut~="${CSS.escape(event.key.toLowerCase())}"]`;
  const element = [...document.querySelectorAll(wanted)].find(answers);
  if (!element) return;
  event.preventDefault();
  use(element);
}

export function wireShortcuts(root) {
  root.addEventListener("keydown", onKey);
}
