// Text to counted lines: a small CSV reader with the server's rules (customers/token_csv).

import { namesTokenColumn, readHeader, refusals } from "./token_columns.js";
import { readLine, shownOf, tokenFault } from "./token_faults.js";

const LONGEST_LINE = 131_072;
// What a line without anything on it may hold; a quote is something.
const BLANK = /^[,;\t \r\n\ufeff\u00a0]*$/;

// ---- records -------------------------------------------------------------------------------

// Yields [line number where the record starts, cells, from, to] from `at` on, which is on `line`.
// Throws Refused for broken quotes.
function* records(text, delimiter, at, line) {
  while (at < text.length) {
    const end = endOfLine(text, at);
    const plain = text.slice(at, end);
    const record = plain.includes('"') ? withQuotes(text, at, line, delimiter) : { cells: plain.split(delimiter), end, lines: 0 };
    yield [line, record.cells, at, record.end];
    at = record.end + 1;
    line += record.lines + 1;
  }
}

function endOfLine(text, at) {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function withQuotes(text, at, first, delimiter) {
  const cells = [];
  let line = first;
  for (;;) {
    const cell = text[at] === '"' ? quoted(text, at, line) : bare(text, at, delimiter);
    cells.push(cell.value);
    line += cell.lines;
    at = cell.end;
    if (text[at] !== delimiter) break;
    at += 1;
  }
  if (at < text.length && text[at] !== "\n") throw refusals.strayQuote(line);
  return { cells, end: at, lines: line - first };
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
    if (end < 0) throw refusals.unclosedQuote(line);
    if (text[end + 1] !== '"') break;
    end += 2;
  }
  const inside = text.slice(at + 1, end);
  return { value: inside.replaceAll('""', '"'), end: end + 1, lines: inside.split("\n").length - 1 };
}

// ---- the whole file ------------------------------------------------------------------------

// What was read. `fresh` are the lines to import, in file order; `skipped` those that will not be:
// faulty ones with a code and what of them may be shown, duplicates with the line of the first. Share
// tokens stay in this page's memory: of `fresh` for the history, of duplicates for their marks.
class Reading {
  constructor(columns, unknown) {
    Object.assign(this, { columns, unknown, rows: 0, fresh: [], skipped: [], again: 0 });
    this.seen = new Map();
  }

  take(line, { token = "", fault, dies, level = "" }) {
    this.rows += 1;
    if (fault) this.skipped.push({ line, kind: "faulty", fault, holds: shownOf(token, fault) });
    else if (this.seen.has(token)) this.skipped.push({ line, kind: "duplicate", first: this.seen.get(token), token });
    else {
      this.seen.set(token, line);
      this.fresh.push({ line, token, dies, level });
    }
  }

  ended() {
    this.seen.clear();
    return this;
  }

  count(kind) {
    return this.skipped.filter((one) => one.kind === kind).length;
  }

  // Lines by the level that they name, as far as it is none of `known`.
  unknownLevels(known) {
    const found = new Map();
    for (const { line, level } of this.fresh) {
      if (!level || known.has(level)) continue;
      if (found.has(level)) found.get(level).push(line);
      else found.set(level, [line]);
    }
    return found;
  }

  // Lines that another import owns leave `fresh`; `told` says of some where that is.
  own(places, told) {
    const owned = new Set(places);
    const words = new Map(told.map((one) => [one.place, one]));
    const gone = this.fresh.filter((_, place) => owned.has(place));
    const why = this.fresh.map((_, place) => words.get(place)).filter((_, place) => owned.has(place));
    this.fresh = this.fresh.filter((_, place) => !owned.has(place));
    this.skipped = this.skipped.concat(gone.map(({ line, token }, place) => ({ line, kind: "duplicate", told: why[place], token })));
    this.skipped.sort((one, other) => one.line - other.line);
  }
}

function plain(raw) {
  return raw.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
}

// Throws Refused when the file cannot be read as a whole.
export function readText(raw) {
  const text = plain(raw);
  const lines = text.split("\n");
  const above = lines.findIndex((line) => !BLANK.test(line));
  if (above < 0) throw refusals.empty();
  const header = readHeader(lines[above]);
  const below = lines.slice(0, above + 1).reduce((sum, line) => sum + line.length + 1, 0);
  const reading = new Reading(Object.keys(header.places), header.unknown);
  for (const [line, cells, from, to] of records(text, header.delimiter, below, above + 2)) {
    if (to - from > LONGEST_LINE) reading.take(line, { fault: "too_long" });
    else if (!isBlank(cells, text, from, to)) reading.take(line, readLine(cells, header));
  }
  if (!reading.rows) throw refusals.noRows();
  return reading.ended();
}

function isBlank(cells, text, from, to) {
  return !cells.some((cell) => cell.trim()) && BLANK.test(text.slice(from, to));
}

// Pasted text: a CSV with its header, or one share token a line.
export function readPaste(raw) {
  const lines = plain(raw).split("\n");
  const first = lines.find((line) => !BLANK.test(line));
  if (first === undefined) throw refusals.noPaste();
  if (namesTokenColumn(first)) return readText(raw);
  const reading = new Reading(["token"], []);
  lines.forEach((line, place) => {
    if (BLANK.test(line)) return;
    const token = line.trim();
    reading.take(place + 1, { token, fault: tokenFault(token), dies: null });
  });
  return reading.ended();
}
