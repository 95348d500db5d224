// Naming a colleague in a note: after an @ the list of those who may read it opens below the field.
// Arrows choose, Enter or Tab takes, Escape closes. Without script names are typed in full.

const BEFORE_NAME = /(?:^|\s)@([^@\n]{0,40})$/u;

function wire(field) {
  const list = document.getElementById(field.dataset.mentions);
  if (!list) return;
  const options = [...list.querySelectorAll("[role=option]")];
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);

  const open = () => options.filter((option) => !option.hidden);
  const chosen = () => options.find((option) => option.ariaSelected === "true");

  function choose(option) {
    for (const one of options) one.ariaSelected = String(one === option);
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  function close() {
    list.hidden = true;
    choose(null);
  }

  function begun() {
    return field.value.slice(0, field.selectionStart).match(BEFORE_NAME)?.[1];
  }

  function show() {
    const start = begun()?.toLowerCase();
    for (const option of options) {
      option.hidden = start === undefined || !option.textContent.toLowerCase().startsWith(start);
    }
    list.hidden = open().length === 0;
    choose(list.hidden ? null : open()[0]);
  }

  function take(option) {
    const end = field.selectionStart;
    const start = end - begun().length;
    field.setRangeText(`${option.textContent} `, start, end, "end");
    close();
    field.focus();
  }

  field.addEventListener("input", show);
  field.addEventListener("click", show);
  field.addEventListener("blur", () => setTimeout(close, 150));
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const all = open();
    const at = all.indexOf(chosen());
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(all[(at + step + all.length) % all.length]);
    else if (event.key === "Enter" || event.key === "Tab") take(all[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    take(option);
  });
}

for (const field of document.querySelectorAll("[data-mentions]")) wire(field);
