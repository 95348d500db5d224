// Single keys that act anywhere on a page are a help for some and a trap for others (who dictate,
// say): each browser may switch them off, in the list of keys.

const KEPT_AT = "single-keys";

export function keysAreOn() {
  try {
    return localStorage.getItem(KEPT_AT) !== "off";
  } catch {
    return true;
  }
}

export function wireKeySwitch(root) {
  for (const box of root.querySelectorAll("[data-key-switch]")) {
    box.checked = keysAreOn();
    box.addEventListener("change", () => {
      try {
        localStorage.setItem(KEPT_AT, box.checked ? "on" : "off");
      } catch {
        // Blocked storage: single keys stay on.
        box.checked = true;
      }
    });
  }
}
