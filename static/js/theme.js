// The appearance switch: system, light or dark, kept in this browser only.

const KEY = "theme";

function stored() {
  try {
    return localStorage.getItem(KEY) ?? "system";
  } catch {
    return "system";
  }
}

function apply(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Blocked storage: the choice holds until the next page.
  }
}

export function wireThemeSwitch(root) {
  for (const group of root.querySelectorAll("[data-theme-switch]")) {
    for (const choice of group.querySelectorAll("input")) {
      choice.checked = choice.value === stored();
      choice.addEventListener("change", () => apply(choice.value));
    }
  }
}
