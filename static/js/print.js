// The button that prints this page. Without JavaScript the page says how to print instead.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  for (const hint of document.querySelectorAll("[data-print-hint]")) hint.hidden = true;
  button.addEventListener("click", () => window.print());
}
