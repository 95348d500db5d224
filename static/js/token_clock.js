// "Will it finish in time?": the forecast in words, kept true while the clock, the other imports and
// the choices on the page change.

import { drawClock } from "./clock_figure.js";
import { duration } from "./countdown.js";
import { clock, grouped, plural } from "./figures.js";
import { lookSeconds, lookWords, showCosts } from "./token_look.js";
import { forecast, inTurn, ranges } from "./token_forecast.js";

const REFRESH_MS = 5000;
const ASK_MS = 10_000;
// A start that may wait for longer than this needs no word.
const SOON_MS = 30 * 60 * 1000;

const byId = (id) => document.getElementById(id);
const form = byId("token-form");
let shares = JSON.parse(byId("clock-shares").textContent);
let turn = [];
let madeAt = Date.now();

// ---- words ---------------------------------------------------------------------------------

function verdict(found) {
  if (found.dead.length === found.rows) return "No: every share token is dead already.";
  if (lost(found) === found.rows) return "No: every share token would be too old.";
  if (lost(found)) return `For ${grouped(found.rows - lost(found))} of ${plural(found.rows, "row")}.`;
  if (found.rows === 1) return "Yes.";
  return found.declared === found.rows ? `Yes, for all ${plural(found.rows, "row")}.` : "Yes, if the share tokens are as young as you say.";
}

function needed(found) {
  const need = found.rows === 1 ? "needs" : "need";
  if (!shares.rate) return `${plural(found.rows, "row")} ${need} no waiting: there is no limit on calls.`;
  if (found.rows === 1 && found.seconds < 1 && !lookSeconds(1)) return "It is sent within a second.";
  const wait = lookSeconds(found.rows);
  const ends = clock(Date.now() + (wait + found.seconds) * 1000);
  const from = wait ? "Imported right after the look" : "Started now";
  const last = found.rows === 1 ? "it" : "the last";
  return `${plural(found.rows, "row")} ${need} about ${duration(found.seconds)}. ${from}, ${last} is sent about ${ends} UTC.${sharing()}`;
}

function sharing() {
  if (!shares.others.length) return "";
  const waiting = shares.others.reduce((sum, one) => sum + one, 0);
  return ` It shares the budget with ${plural(shares.others.length, "other import")}, which ${shares.others.length === 1 ? "has" : "have"} ${plural(waiting, "row")} to send.`;
}

function tooOld(found) {
  const parts = [];
  if (found.dead.length) parts.push(`${plural(found.dead.length, "share token")} ${are(found.dead)} dead already: ${lines(found.dead)}.`);
  if (found.late.length) parts.push(`${plural(found.late.length, "share token")} ${found.late.length === 1 ? "dies" : "die"} before ${found.late.length === 1 ? "its" : "their"} turn: ${lines(found.late)}.`);
  if (parts.length) parts.push("Ask the donor for new ones.");
  return parts.join(" ");
}

// What looking first costs in time and in share tokens, against sending at once.
function cost(kind, atOnce) {
  const wait = lookSeconds(turn.length, kind);
  if (!wait) return "";
  const looked = forecast(turn, shares, assumed(), Date.now(), wait * 1000);
  const more = lost(looked) - lost(atOnce);
  const time = `${duration(Math.max(1, wait))} more`;
  const ends = clock(Date.now() + (wait + looked.seconds) * 1000);
  const last = turn.length === 1 ? "It" : "The last row";
  return `${time}. ${last} would be sent about ${ends} UTC${more ? `, and ${plural(more, "more share token")} would be too old` : ""}.`;
}

const lost = ({ dead, late }) => dead.length + late.length;
const are = (list) => (list.length === 1 ? "is" : "are");
const lines = (list) => `line${list.length === 1 ? "" : "s"} ${ranges(list)}`;

function startBy(found) {
  if (found.startBy - Date.now() > SOON_MS) return "";
  if (lost(found) && found.startBy - Date.now() < 5000) return "Start now: with every second more are too old.";
  const which = lost(found) ? "more" : found.rows === 1 ? "it" : "some";
  return `Start by ${clock(found.startBy)} UTC, or ${which} will be too old.`;
}

// ---- what would hold rows back -------------------------------------------------------------

function held() {
  const partner = form.elements.partner?.value;
  const scopes = new Set(["connection", form.elements.mode.value, `partner:${partner}`]);
  return shares.held.filter(({ scope }) => scopes.has(scope)).map(({ sentence }) => sentence).join(" ");
}

// ---- the page ------------------------------------------------------------------------------

function assumed() {
  return madeAt + Number(byId("clock-live").value) * 1000;
}

function notice(id, text) {
  byId(id).hidden = !text;
  byId(id).querySelector("p").textContent = text;
}

function update() {
  notice("clock-held", held());
  byId("clock-others").textContent = shares.others.length ? grouped(shares.others.length) : "none";
  const wait = lookSeconds(turn.length) * 1000;
  const found = turn.length ? forecast(turn, shares, assumed(), Date.now(), wait) : null;
  const atOnce = found && wait ? forecast(turn, shares, assumed(), Date.now()) : found;
  showCosts((kind) => (atOnce ? cost(kind, atOnce) : ""));
  byId("clock-look").hidden = !found || !lookWords(turn.length);
  byId("clock-look").textContent = lookWords(turn.length);
  byId("clock-assumed").hidden = !found || found.declared === found.rows;
  byId("clock-deadlines").textContent = deadlines(found);
  byId("clock-verdict").hidden = !found;
  byId("clock-start").hidden = !found;
  byId("clock-figure").hidden = !found || found.rows === 1;
  notice("clock-late", found ? tooOld(found) : "");
  if (!found) {
    byId("time-needed").textContent = byId("time-needed").dataset.idle;
    return "";
  }
  byId("clock-verdict").textContent = verdict(found);
  byId("time-needed").textContent = needed(found);
  byId("clock-start").textContent = startBy(found);
  draw(found);
  return [byId("clock-verdict").textContent, needed(found), lookWords(turn.length), tooOld(found)].filter(Boolean).join(" ");
}

function draw(found) {
  const late = new Set([...found.dead, ...found.late]);
  const tokens = turn.map(({ line, dies }) => ({ death: dies ?? assumed(), lost: late.has(line) }));
  const until = drawClock(byId("clock-drawing"), { tokens, now: Date.now(), seconds: found.seconds });
  byId("clock-amber").hidden = !late.size;
  byId("clock-until").textContent = clock(until).slice(0, -3);
}

function deadlines(found) {
  if (!found) return "20 min, unless declared";
  if (!found.declared) return "not in the file";
  return found.declared === found.rows ? "in the file" : `in the file for ${plural(found.declared, "row")}`;
}

// Shows the forecast for these lines; returns it in words, for a screen reader.
export function showClock(fresh) {
  turn = inTurn(fresh);
  setMade();
  return update();
}

function setMade() {
  madeAt = Date.now() - Number(byId("clock-made").value) * 1000;
}

// Keeps the clock true; `say` is told its words when a choice on the page changed them.
export function wireClock(say) {
  byId("clock-made").addEventListener("change", setMade);
  form.addEventListener("change", ({ target }) => {
    if (["partner", "mode", "look"].includes(target.name) || target.closest("#clock-assumed")) say(update());
  });
  setInterval(update, REFRESH_MS);
  setInterval(askShares, ASK_MS);
  update();
}

async function askShares() {
  if (document.hidden) return;
  try {
    const answer = await fetch(form.dataset.shares);
    if (answer.ok && !answer.redirected) shares = await answer.json();
  } catch {
    // The figures stay those of the last answer; Import does not depend on them.
  }
  update();
}
