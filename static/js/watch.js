// A page part that moves: told by server-sent events that something changed, it fetches itself anew
// by htmx, as the same HTML that a reload would bring. Where there is no stream it asks every two
// seconds.
//
//   <div id="batch" data-watch="/…/live/" data-morph hx-get="…" hx-trigger="moved" …>

const POLL_MS = 2000;
const SILENCE_MS = 10_000;
const MOST_FAILURES = 2;
const SELECTOR = "[data-watch]";

let source = null;
let watched = "";
let polling = 0;

export function wireWatch(root) {
  root.addEventListener("htmx:afterSettle", look);
  root.addEventListener("visibilitychange", look);
  look();
}

// Whoever asks no more has lost its mark: then nothing is to be watched.
function look() {
  const address = document.querySelector(SELECTOR)?.dataset.watch ?? "";
  if (address === watched && !document.hidden) return;
  end();
  if (address && !document.hidden) begin(address);
}

function begin(address) {
  watched = address;
  source = new EventSource(address);
  let failures = 0;
  let silence = setTimeout(poll, SILENCE_MS);
  source.addEventListener("message", () => {
    clearTimeout(silence);
    failures = 0;
    moved();
  });
  source.addEventListener("settled", () => {
    clearTimeout(silence);
    source.close();
    moved();
  });
  source.addEventListener("error", () => {
    clearTimeout(silence);
    failures += 1;
    if (source.readyState === EventSource.CLOSED || failures >= MOST_FAILURES) poll();
    else silence = setTimeout(poll, SILENCE_MS);
  });
}

function poll() {
  source?.close();
  clearInterval(polling);
  polling = setInterval(moved, POLL_MS);
}

function end() {
  source?.close();
  clearInterval(polling);
  source = null;
  watched = "";
}

function moved() {
  document.querySelector(SELECTOR)?.dispatchEvent(new CustomEvent("moved", { bubbles: true }));
}
