// Text to counted lines: a small CSV reader with the server's rules (customers/token_csv).

const DELIMITERS = [",", ";", "\t"];
const MAX_TOKEN = 1024;
const TTL_MS = 1_200_000;
const MEANINGS = {
  token: "token",
  sharetoken: "token",
  userid: "external_id",
  externalid: "external_id",
  yourid: "external_id",
  label: "label",
  issuedat: "issued_at",
  expiresat: "expires_at",
  level: "level",
};
const TOKEN = /^[!#-&(-+\--:=?-[\]-_a-~]+$/;
const FORMULA = /^[=+\-@＝＋－＠]/;
const PLAIN_NAME = /^[\p{L}]+([ _-][\p{L}]+){0,3}$/u;

// Why a file is refused as a whole; the message is a sentence for people.
export class Refused extends Error {}

function meaning(cell) {
  return MEANINGS[cell.replace(/[\s_\ufeff-]+/g, "").toLowerCase()];
}

// ---- records -------------------------------------------------------------------------------

// Yields [line number where the record starts, cells]. Throws Refused for broken quotes.
function* records(text, delimiter) {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const cells = [];
    let more = true;
    while (more) {
      const cell = text[at] === '"' ? quoted(text, at, line) : bare(text, at, delimiter);
      cells.push(cell.value);
      line += cell.lines;
      at = cell.end;
      more = text[at] === delimiter;
      if (more) at += 1;
      else if (at < text.length && text[at] !== "\n") {
        throw new Refused(`Line ${line} has text after a closing quote. Correct the quotes and choose the file again.`);
      }
    }
    at += 1;
    line += 1;
    yield [start, cells];
  }
}

function bare(text, at, delimiter) {
  let end = at;
  while (end < text.length && text[end] !== delimiter && text[end] !== "\n") end += 1;
  return { value: text.slice(at, end), end, lines: 0 };
}

function quoted(text, at, line) {
  let end = at + 1;
  for (;;) {
    end = text.indexOf('"', end);
    if (end < 0) throw new Refused(`The quote opened on line ${line} is never closed. Close or remove it and choose the file again.`);
    if (text[end + 1] !== '"') break;
    end += 2;
  }
  const inside = text.slice(at + 1, end);
  return { value: inside.replaceAll('""', '"'), end: end + 1, lines: inside.split("\n").length - 1 };
}

// ---- one line ------------------------------------------------------------------------------

function tokenFault(token) {
  if (!token) return "No token in the column token.";
  if (new TextEncoder().encode(token).length > MAX_TOKEN) return "Longer than a share token can be.";
  if (FORMULA.test(token)) return "Holds a spreadsheet formula, not a token.";
  if (TOKEN.test(token)) return "";
  if (/\s/.test(token)) return "Holds white space inside the share token.";
  return "Holds something else than a share token.";
}

// Milliseconds of a declared moment; NaN when it cannot be read, null when there is none.
function moment(text) {
  if (!text) return null;
  if (/^\d{9,10}(\.\d{1,6})?$/.test(text)) return Number(text) * 1000;
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)) return NaN;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`;
  return Date.parse(zoned.replace(" ", "T"));
}

function deadlineOf(cells, places) {
  const issued = moment(cells[places.issued_at]?.trim() ?? "");
  const expires = moment(cells[places.expires_at]?.trim() ?? "");
  if (Number.isNaN(issued) || Number.isNaN(expires)) return NaN;
  return expires ?? (issued === null ? null : issued + TTL_MS);
}

// ---- the whole file ------------------------------------------------------------------------

class Reading {
  constructor(columns, unknown) {
    Object.assign(this, { columns, unknown, rows: 0, ready: 0, duplicates: 0, faulty: 0 });
    this.skipped = [];
    this.deadlines = [];
    this.seen = new Map();
  }

  take(line, token, deadline, surplus) {
    this.rows += 1;
    const why = tokenFault(token) || surplus || (Number.isNaN(deadline) ? "A time that cannot be read." : "");
    if (why) {
      this.faulty += 1;
      this.skipped.push({ line, why, kind: "faulty" });
    } else if (this.seen.has(token)) {
      this.duplicates += 1;
      const first = this.seen.get(token);
      this.skipped.push({ line, why: `Same token as line ${first} of this file.`, kind: "duplicate" });
    } else {
      this.seen.set(token, line);
      this.ready += 1;
      if (deadline !== null) this.deadlines.push(deadline);
    }
  }
}

function headerOf(text) {
  const first = text.split("\n").find((line) => line.trim());
  if (first === undefined) throw new Refused("This file is empty. Choose a CSV file with a header line and one share token a line.");
  const read = DELIMITERS.map((sign) => [sign, first.split(sign).map((cell) => cell.trim().replace(/^"|"$/g, ""))]);
  const usable = read.filter(([, cells]) => cells.some((cell) => meaning(cell) === "token"));
  if (!usable.length) throw new Refused("The first line has no column named “token”. Put a header line with the word token above the share tokens.");
  return usable.reduce((best, one) => (one[1].length > best[1].length ? one : best));
}

function placesOf(cells) {
  const places = {};
  cells.forEach((cell, place) => {
    const column = meaning(cell);
    if (!column) return;
    if (column in places) throw new Refused(`The first line names two columns for “${column}”. Keep one and remove the other.`);
    places[column] = place;
  });
  return places;
}

// Throws Refused when the file cannot be read as a whole.
export function readText(raw) {
  const text = raw.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const [delimiter, cells] = headerOf(text);
  const places = placesOf(cells);
  const unknown = cells.filter((cell) => cell && !meaning(cell) && PLAIN_NAME.test(cell));
  const reading = new Reading(Object.keys(places), unknown);
  let headerSeen = false;
  for (const [line, found] of records(text, delimiter)) {
    if (found.every((cell) => !cell.trim())) continue;
    if (headerSeen) {
      const surplus = found.slice(cells.length).some((cell) => cell.trim()) ? "More cells than the header has." : "";
      reading.take(line, (found[places.token] ?? "").trim(), deadlineOf(found, places), surplus);
    }
    headerSeen = true;
  }
  if (!reading.rows) throw new Refused("The file has a header and no share token below it. Add one share token a line.");
  reading.seen.clear();
  return reading;
}

// Pasted text: a CSV with its header, or one share token a line.
export function readPaste(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const first = lines.find((line) => line.trim()) ?? "";
  const isCsv = DELIMITERS.some((sign) => first.split(sign).some((cell) => meaning(cell) === "token"));
  if (isCsv) return readText(text);
  const reading = new Reading(["token"], []);
  lines.forEach((line, place) => {
    if (line.trim()) reading.take(place + 1, line.trim(), null, "");
  });
  reading.seen.clear();
  return reading;
}
