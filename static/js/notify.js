// A notification of the browser's own when an import is over, for whoever pressed the button. The
// wish is kept for this tab and this import; the browser asks for permission at the press.
//
// import_live.js tells of every update by an event "import-update" on the document. Whenever the
// import moves to another state, the page's story and the bell ask for themselves anew.

import { recall, remember } from "./storage.js";

const OVER = new Set(["finished", "cancelled"]);
const page = document.getElementById("import-page");
const button = document.getElementById("import-notify");
const say = document.getElementById("import-notify-say");
const panel = document.getElementById("import-telling");
const number = button?.dataset.import;
const wish = `notify-import-${number}`;

const WORDS = {
  on: "You get a notification when it is finished or stops, while this page stays open in a tab.",
  denied: "This browser does not let us notify you. Allow notifications for this site in its settings, then press again.",
  unsupported: "This browser shows no notifications here. The bell tells you.",
};

let lastState = page.dataset.state;

function show(words) {
  say.textContent = words;
  say.hidden = !words;
}

// Where the browser keeps nothing for pages, the wish lasts until the page is left.
let wishedHere = false;

function isWished() {
  return wishedHere || recall("session", wish) === "yes";
}

function keep(wished) {
  wishedHere = wished;
  remember("session", wish, wished ? "yes" : null);
  button.setAttribute("aria-pressed", String(wished));
  button.querySelector("span").textContent = wished ? "Do not notify me" : "Notify me in this browser";
}

async function onPress() {
  if (isWished()) {
    keep(false);
    show("");
    return;
  }
  const answer = await Notification.requestPermission();
  keep(answer === "granted");
  show(answer === "granted" ? WORDS.on : answer === "denied" ? WORDS.denied : "");
}

function titleOf(update) {
  if (update.state === "finished") return `Import ${number} is finished`;
  return update.state === "paused" ? `Import ${number} is paused` : `Import ${number} is cancelled`;
}

// Phones' browsers have the class and refuse its construction.
function notify(update) {
  try {
    const shown = new Notification(titleOf(update), { body: update.say, tag: wish });
    shown.addEventListener("click", () => {
      window.focus();
      shown.close();
    });
  } catch {
    show(WORDS.unsupported);
  }
}

function onUpdate({ detail: update }) {
  if (update.state === lastState) return;
  lastState = update.state;
  document.body.dispatchEvent(new Event("import-moved"));
  document.body.dispatchEvent(new Event("refresh-bell"));
  const over = OVER.has(update.state);
  if (button && isWished() && (over || update.state === "paused")) {
    notify(update);
    if (over) keep(false);
  }
  if (panel && over) panel.hidden = true;
}

function wire() {
  button.hidden = false;
  if (!("Notification" in window)) {
    button.disabled = true;
    show(WORDS.unsupported);
    return;
  }
  if (Notification.permission === "denied") {
    keep(false);
    show(WORDS.denied);
  } else if (isWished()) {
    keep(true);
    show(WORDS.on);
  }
  button.addEventListener("click", onPress);
}

document.addEventListener("import-update", onUpdate);
if (button) wire();
