// Dialogs are <dialog class="dialog" id>: any [data-dialog-open="id"] opens one as a modal,
// [data-dialog-close] or a click on the backdrop closes it, and focus goes back to the opener.
// A dialog with data-dialog-now opens as soon as it arrives (a partial that htmx swapped in).
// A dialog with data-keep ignores the backdrop: it shows something that cannot be shown again.

function open(dialog) {
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

function onClick(event) {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    opener.closest("details.menu")?.removeAttribute("open");
    open(document.getElementById(opener.dataset.dialogOpen));
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) closer.closest("dialog")?.close();
}

// A press that starts inside and ends on the backdrop (selecting text) must not close anything.
function onPress(event) {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || "keep" in dialog.dataset) return;
  const box = dialog.getBoundingClientRect();
  const inside =
    event.clientX >= box.left &&
    event.clientX <= box.right &&
    event.clientY >= box.top &&
    event.clientY <= box.bottom;
  if (!inside) dialog.close();
}

export function openWaitingDialogs(root) {
  for (const dialog of root.querySelectorAll("dialog[data-dialog-now]")) open(dialog);
}

export function wireDialogs(root) {
  root.addEventListener("click", onClick);
  root.addEventListener("mousedown", onPress);
  openWaitingDialogs(root);
}
