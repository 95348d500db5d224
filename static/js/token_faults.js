// What is wrong with one line: codes as customers/reasons.py has them, words as the server says them
// (customers/wording/skipped.py). tests/parts/token_files.json holds both sides together.

const MAX_TOKEN = 1024;
const MAX_CELL = 256;
const FORMULA = "=+-@＝＋－＠";
const TOKEN = /^[!#-&(-+\--:=?-[\]-_a-~]+$/;
const SPACE = /[\s\x1c-\x1f\x85]/;
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;
const USUAL = /^[ -~]{0,256}$/;
const EPOCH = /^\d{9,10}(\.\d{1,6})?$/;
const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?) ?(Z|[+-]\d\d(?::?\d\d)?)?$/i;
const TTL_MS = 1_200_000;
const encoder = new TextEncoder();

export const WORDS = {
  empty: "holds no share token",
  too_long: "holds a cell that is too long: a share token has 1\u00a0024 bytes at most, another cell 256",
  formula: "holds a spreadsheet formula, not a token",
  white_space: "holds white space inside the share token",
  control_character: "holds a control character",
  bad_time: "holds a time that cannot be read, or ends before it begins; write times as 2026-11-20T14:05:00Z",
  too_many_cells: "has more cells than the header has columns",
  not_a_token: "holds something else than a share token",
};

function bytes(text) {
  // Most texts are short enough for any encoding.
  return text.length * 3 <= MAX_CELL ? text.length : encoder.encode(text).length;
}

// Why a trimmed text cannot be a share token; "" when it can.
export function tokenFault(text) {
  if (!text) return "empty";
  if (bytes(text) > MAX_TOKEN) return "too_long";
  if (FORMULA.includes(text[0])) return "formula";
  if (TOKEN.test(text)) return "";
  if (SPACE.test(text)) return "white_space";
  return CONTROL.test(text) ? "control_character" : "not_a_token";
}

function textFault(text) {
  if (USUAL.test(text)) return "";
  const one = text.split(/[\s\x1c-\x1f\x85]+/).filter(Boolean).join(" ");
  if (bytes(one) > MAX_CELL) return "too_long";
  return CONTROL.test(one) ? "control_character" : "";
}

// Milliseconds of a declared moment; null when there is none, NaN when it cannot be read.
export function moment(text) {
  if (!text) return null;
  if (EPOCH.test(text)) return ofOurDays(Number(text) * 1000);
  const [, day, time, zone] = ISO.exec(text) ?? [];
  if (!day || !isDay(day)) return NaN;
  return ofOurDays(Date.parse(`${day}T${time.replace(",", ".")}${inFull(zone)}`));
}

function inFull(zone = "Z") {
  if (zone.toUpperCase() === "Z") return "Z";
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

// Date.parse takes 31 February for a day in March.
function isDay(day) {
  if (day.slice(8) <= "28" && day.slice(8) > "00") return day.slice(5, 7) <= "12" && day.slice(5, 7) > "00";
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.valueOf()) && at.toISOString().startsWith(day);
}

function ofOurDays(milliseconds) {
  const year = new Date(milliseconds).getUTCFullYear();
  return year >= 2000 && year < 2100 ? milliseconds : NaN;
}

// When the share token dies: milliseconds, null when the file does not say, NaN for a faulty time.
function deathOf(issuedText, expiresText) {
  const issued = moment(issuedText);
  const expires = moment(expiresText);
  if (Number.isNaN(issued) || Number.isNaN(expires)) return NaN;
  if (issued !== null && expires !== null && expires <= issued) return NaN;
  return expires ?? (issued === null ? null : issued + TTL_MS);
}

// What of a faulty cell may be shown: that it is empty, or how a formula begins. Nothing else, for it
// may be a piece of a share token.
export function shownOf(text, fault) {
  if (fault === "empty") return "Empty";
  if (fault !== "formula") return "";
  const [name = ""] = /^.[A-Za-z.]+(?=\()/u.exec(text) ?? [];
  return `${name.slice(0, 7) || text[0]}…`;
}

// {token, fault, dies, level} of one record, after the header's plan.
export function readLine(cells, { places, width }) {
  const cell = (column) => (cells[places[column]] ?? "").trim();
  const token = cell("token");
  const surplus = cells.slice(width).some((extra) => extra.trim()) ? "too_many_cells" : "";
  const dies = deathOf(cell("issued_at"), cell("expires_at"));
  const fault =
    tokenFault(token) ||
    surplus ||
    ["external_id", "label", "level"].map((column) => textFault(cell(column))).find(Boolean) ||
    (Number.isNaN(dies) ? "bad_time" : "");
  return { token, fault, dies, level: cell("level").split(/\s+/).join(" ") };
}
