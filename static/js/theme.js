// The appearance switch: system, light or dark, kept in this browser only.

import { recall, remember } from "./storage.js";

const KEY = "theme";

function stored() {
  return recall("local", KEY) ?? "system";
}

function apply(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  // Blocked storage: the choice holds until the next page.
  remember("local", KEY, theme);
}

export function wireThemeSwitch(root) {
  for (const group of root.querySelectorAll("[data-theme-switch]")) {
    for (const choice of group.querySelectorAll("input")) {
      choice.checked = choice.value === stored();
      choice.addEventListener("change", () => apply(choice.value));
    }
  }
}
