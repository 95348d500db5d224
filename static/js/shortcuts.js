// One-key shortcuts: a key presses or focuses the first visible [data-shortcut="key"].
// "/" is the search of the page; a key typed into a field, or with a modifier, stays a letter.

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const wanted = `[data-shortcut~="${CSS.escape(event.key.toLowerCase())}"]`;
  const element = [...document.querySelectorAll(wanted)].find((e) => e.checkVisibility());
  if (!element) return;
  event.preventDefault();
  if (element.matches("input, select, textarea")) {
    element.focus();
    element.select?.();
  } else element.click();
}

export function wireShortcuts(root) {
  root.addEventListener("keydown", onKey);
}
