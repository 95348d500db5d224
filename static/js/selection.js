// A selection in a list: how many rows are chosen, and all that the filter finds instead of some.
// Without script the check boxes work as they are; the buttons say then what is missing.

function boxes(form) {
  return [...document.querySelectorAll(`input[type=checkbox][form="${form.id}"]`)];
}

function show(form) {
  const all = form.querySelector("[data-select-all]").checked;
  const rows = boxes(form);
  for (const box of rows) box.disabled = all;
  const count = all ? Number(form.dataset.of) : rows.filter((box) => box.checked).length;
  form.querySelector("[data-selected]").textContent = count
    ? `${count.toLocaleString("en-GB").replaceAll(",", "\u00a0")} chosen`
    : "";
}

for (const form of document.querySelectorAll("form[data-selection]")) {
  document.addEventListener("change", (event) => event.target.form === form && show(form));
  window.addEventListener("pageshow", () => show(form));
}
