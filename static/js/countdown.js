// Keeps every <time data-deadline="ISO"> true: the time left, its urgency, "died 14:32" at the end.
// One timer serves the page and finds new countdowns by itself, so swapped partials need no wiring.
// The words and limits are those of accounts/look/figures.py.

const SOON = 300;
const LAST = 60;

export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n) => String(n).padStart(2, "0");
  if (whole < 60) return `${whole}\u00a0s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}\u00a0min\u00a0${two(whole % 60)}\u00a0s`;
  if (whole < 172800) {
    return `${Math.floor(whole / 3600)}\u00a0h\u00a0${two(Math.floor((whole % 3600) / 60))}\u00a0min`;
  }
  return `${Math.floor(whole / 86400)}\u00a0days`;
}

function urgency(seconds) {
  if (seconds <= 0) return "over";
  if (seconds < LAST) return "last";
  return seconds < SOON ? "soon" : "ok";
}

function update(element) {
  const deadline = new Date(element.dataset.deadline);
  const seconds = (deadline - Date.now()) / 1000;
  element.dataset.left = urgency(seconds);
  const text = element.querySelector("span") ?? element;
  text.textContent =
    seconds > 0 ? duration(seconds) : `died ${deadline.toISOString().slice(11, 16)}`;
}

export function wireCountdowns(root) {
  const tick = () => root.querySelectorAll("[data-deadline]").forEach(update);
  tick();
  setInterval(tick, 1000);
}
