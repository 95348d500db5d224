// Single keys that act anywhere on a page are a help for some and a trap for others (who dictate,
// say): each browser may switch them off, in the list of keys.

import { recall, remember } from "./storage.js";

const KEPT_AT = "single-keys";

export function keysAreOn() {
  return recall("local", KEPT_AT) !== "off";
}

export function wireKeySwitch(root) {
  for (const box of root.querySelectorAll("[data-key-switch]")) {
    box.checked = keysAreOn();
    box.addEventListener("change", () => {
      // Blocked storage: single keys stay on.
      if (!remember("local", KEPT_AT, box.checked ? "on" : "off")) box.checked = true;
    });
  }
}
