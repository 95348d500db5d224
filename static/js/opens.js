// <button disabled data-opens-in="SECONDS"> becomes usable when that time is over, and what stands
// in [data-until="its id"] goes. Counted from the page's arrival, so that a wrong clock of this
// machine does no harm; the server holds the rule in any case.

function open(button) {
  button.disabled = false;
  for (const note of document.querySelectorAll(`[data-until="${CSS.escape(button.id)}"]`)) note.hidden = true;
  for (const note of document.querySelectorAll(`[data-from="${CSS.escape(button.id)}"]`)) note.hidden = false;
}

export function wireOpenings(root) {
  for (const button of root.querySelectorAll("[data-opens-in]")) {
    const left = Number(button.dataset.opensIn) * 1000 - performance.now();
    setTimeout(() => open(button), Math.max(0, left));
  }
}
