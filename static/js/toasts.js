// Toasts: Django's messages that came with the page, and new ones from an event "toast" with
// detail {text, tone} (htmx raises it from the answer's header HX-Trigger).
// Good news leaves by itself, unless somebody points at it or is inside it; bad news stays.

const STAY = 10_000;
const KEEPS = new Set(["error", "warning"]);

function leaveLater(toast) {
  if (KEEPS.has(toast.dataset.tone)) return;
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) leaveLater(toast);
    else toast.remove();
  }, STAY);
}

export function showToast(text, tone = "success") {
  const template = document.getElementById("toast-template");
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.dataset.tone = tone;
  toast.querySelector("[data-toast-text]").textContent = text;
  if (tone !== "success") {
    const symbol = tone === "info" ? "info" : "warn";
    toast.querySelector("use").setAttribute("href", `#i-${symbol}`);
  }
  document.getElementById("toasts").append(toast);
  leaveLater(toast);
}

export function wireToasts(root) {
  root.querySelectorAll("#toasts [data-toast]").forEach(leaveLater);
  root.addEventListener("click", (event) => {
    event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove();
  });
  root.addEventListener("toast", (event) => showToast(event.detail.text, event.detail.tone));
}
