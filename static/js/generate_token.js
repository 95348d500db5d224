// Generate share token: the moment of death while one chooses, and the one time that a token shows;
// a partner token, too, shows for its seconds only (data-after and data-gone say what holds for it).
// The token is in the page only: it leaves after its seconds, when its dialog closes, and when the
// page is left, so that neither the back button nor a restored tab brings it back.

import { duration } from "./countdown.js";

const GONE = "Hidden. It cannot be shown again; generate a new one if it was not copied.";

function chosenSeconds(form) {
  const chosen = form.querySelector("[name=ttl]:checked")?.value;
  return Number(chosen === "other" ? form.querySelector("[name=seconds]").value : chosen);
}

function showDeath(time) {
  const form = time.closest("form");
  const seconds = chosenSeconds(form);
  const note = form.querySelector("[data-default-ttl]");
  if (note) note.hidden = Number(note.dataset.defaultTtl) !== seconds;
  if (!(seconds >= 1)) return;
  const death = new Date(Date.now() + seconds * 1000);
  if (Number.isNaN(death.getTime())) return;
  const iso = death.toISOString();
  const sameDay = iso.slice(0, 10) === new Date().toISOString().slice(0, 10);
  time.textContent = sameDay ? iso.slice(11, 19) : `${iso.slice(0, 10)}, ${iso.slice(11, 19)}`;
}

function showLife(bar) {
  const left = (new Date(bar.dataset.lifeEnds) - Date.now()) / 1000;
  const share = Math.max(0, Math.min(1, left / Number(bar.dataset.life)));
  bar.querySelector("rect").setAttribute("width", (1000 * share).toFixed(1));
}

function hide(secret) {
  secret.querySelector("output").textContent = "";
  secret.querySelector("output").hidden = true;
  secret.querySelector("button")?.remove();
  secret.querySelector("[data-secret-note]").textContent = secret.dataset.gone ?? GONE;
  delete secret.dataset.secret;
}

function showSecret(secret) {
  secret.dataset.until ??= String(Date.now() + Number(secret.dataset.secret) * 1000);
  const left = (Number(secret.dataset.until) - Date.now()) / 1000;
  if (left <= 0) return hide(secret);
  const note = secret.querySelector("[data-secret-note]");
  note.textContent = `Hidden in ${duration(left)}. ${secret.dataset.after ?? "It cannot be shown again."}`;
}

function tick() {
  document.querySelectorAll("[data-would-die]").forEach(showDeath);
  document.querySelectorAll("[data-life]").forEach(showLife);
  document.querySelectorAll("[data-secret]").forEach(showSecret);
}

function onArrival(event) {
  if (event.target.querySelector("dialog")) {
    document.querySelectorAll("details.menu[open]").forEach((menu) => menu.removeAttribute("open"));
  }
  tick();
}

function forget() {
  document.querySelectorAll("[data-once]").forEach((dialog) => dialog.remove());
  document.querySelectorAll("[data-secret]").forEach(hide);
}

setInterval(tick, 1000);
document.addEventListener("input", tick);
document.addEventListener("htmx:load", onArrival);
document.addEventListener("close", (event) => event.target.matches("[data-once]") && forget(), true);
document.addEventListener("DOMContentLoaded", tick);
window.addEventListener("pagehide", forget);
