// Action menus are <details class="menu">: they work without script. This adds what people expect:
// one open at a time, arrow keys inside, Escape and a click elsewhere close, focus returns.

const OPEN = "details.menu[open]";

function items(menu) {
  return [...menu.querySelectorAll(".menu-list :is(a, button):not(:disabled)")];
}

function closeOthers(root, kept) {
  for (const menu of root.querySelectorAll(OPEN)) if (menu !== kept) menu.open = false;
}

function move(menu, step) {
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const next = at === -1 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length;
  all[next]?.focus();
}

function onKey(event) {
  const menu = event.target.closest(OPEN);
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "ArrowDown") move(menu, 1);
  else if (event.key === "ArrowUp") move(menu, -1);
  else return;
  event.preventDefault();
}

export function wireMenus(root) {
  root.addEventListener("click", (event) => closeOthers(root, event.target.closest(OPEN)));
  root.addEventListener("keydown", onKey);
}
