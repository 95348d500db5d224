// Copy buttons: data-copy="text", or data-copy-from="id of an element". The button says that it
// was done; a page may hear of it (hx-trigger="copied"). The text itself goes nowhere else.

import { showToast } from "./toasts.js";

const SHOWN = 2000;

function wanted(button) {
  if (button.dataset.copy !== undefined) return button.dataset.copy;
  const source = document.getElementById(button.dataset.copyFrom);
  return source.value ?? source.textContent.trim();
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(wanted(button));
  } catch {
    showToast("The browser did not allow copying. Select the text and copy it by hand.", "error");
    return;
  }
  button.dispatchEvent(new CustomEvent("copied", { bubbles: true }));
  const label = button.querySelector("[data-copy-label]") ?? button;
  if ("copied" in button.dataset || label.querySelector("svg")) return;
  const before = label.textContent;
  button.dataset.copied = "";
  label.textContent = "Copied";
  setTimeout(() => {
    label.textContent = before;
    delete button.dataset.copied;
  }, SHOWN);
}

export function wireCopyButtons(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (button) copy(button);
  });
}
