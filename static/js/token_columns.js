// The header line of a file of share tokens: which delimiter, which columns, where each stands.
// The words are those of customers/token_csv/columns.py; tests/parts/token_files.json holds both.

import { grouped } from "./figures.js";

const DELIMITERS = [",", ";", "\t"];
const FOREIGN_DELIMITERS = ["|", ":", "^", "~"];
const ALIASES = new Map(Object.entries({
  token: "token",
  sharetoken: "token",
  userid: "external_id",
  externalid: "external_id",
  yourid: "external_id",
  label: "label",
  issuedat: "issued_at",
  expiresat: "expires_at",
  level: "level",
}));
// These count only where no column has the name itself.
const SYNONYMS = new Map(Object.entries({
  sumsubtoken: "token",
  sumsubsharetoken: "token",
  kyctoken: "token",
  externaluserid: "external_id",
  customerid: "external_id",
  yourreference: "external_id",
  reference: "external_id",
  tag: "label",
  issued: "issued_at",
  minted: "issued_at",
  mintedat: "issued_at",
  tokenissuedat: "issued_at",
  expires: "expires_at",
  expiry: "expires_at",
  expiration: "expires_at",
  tokenexpiresat: "expires_at",
  levelname: "level",
  verificationlevel: "level",
}));
// Only names made of letters are shown back: a file without a header begins with a share token.
const SAFE_NAME = /^(?=.{1,40}$)\p{L}+([ _-]\p{L}+){0,3}$/u;

// Why a file is refused as a whole; the message is a sentence for people.
export class Refused extends Error {}

export const refusals = {
  empty: () => new Refused("The file is empty. Choose a CSV file with a header line and one share token a line."),
  noRows: () => new Refused("The file has a header and no share token below it. Add one share token a line."),
  noPaste: () => new Refused("Nothing was pasted. Paste one share token a line."),
  unclosedQuote: (line) => new Refused(`The quote opened on line ${grouped(line)} is never closed. Close or remove it and choose the file again.`),
  strayQuote: (line) => new Refused(`Line ${grouped(line)} has text after a closing quote. Correct the quotes and choose the file again.`),
  twice: (column) => new Refused(`The first line names two columns for “${column}”. Keep one and remove the other.`),
  delimiter: (sign) => new Refused(`The columns of the first line are separated by “${sign}”. Use a comma, a semicolon or a tab.`),
  noToken: (names) => new Refused(
    `The first line has no column named “token”.${names.length ? ` The columns found are: ${names.join(", ")}.` : ""} Put a header line with the word token above the share tokens.`),
};

function meanings(cells) {
  const words = cells.map((cell) => cell.replace(/[\s_\ufeff-]+/g, "").toLowerCase());
  const named = new Set(words.map((word) => ALIASES.get(word)).filter(Boolean));
  return words.map((word) => {
    const synonym = SYNONYMS.get(word);
    return ALIASES.get(word) ?? (named.has(synonym) ? undefined : synonym);
  });
}

// The cells of one line; an empty list when its quotes are broken.
function cellsOf(line, delimiter) {
  const cells = [];
  let at = 0;
  for (;;) {
    const cell = line[at] === '"' ? /^"((?:[^"]|"")*)"/.exec(line.slice(at)) : null;
    if (line[at] === '"' && !cell) return [];
    const end = cell ? at + cell[0].length : nextSign(line, delimiter, at);
    cells.push(cell ? cell[1].replaceAll('""', '"') : line.slice(at, end));
    if (end >= line.length) return cells;
    if (line[end] !== delimiter) return [];
    at = end + 1;
  }
}

function nextSign(line, sign, at) {
  const end = line.indexOf(sign, at);
  return end < 0 ? line.length : end;
}

export function namesTokenColumn(line) {
  return DELIMITERS.some((sign) => meanings(cellsOf(line, sign)).includes("token"));
}

// {delimiter, width, places, unknown} of a header line. Throws Refused.
export function readHeader(line) {
  const read = DELIMITERS.map((sign) => [sign, cellsOf(line, sign)]);
  const usable = read.filter(([, cells]) => meanings(cells).includes("token"));
  if (!usable.length) throw noTokenColumn(line, longest(read)[1]);
  const [delimiter, cells] = longest(usable);
  return { delimiter, width: cells.length, places: placesOf(cells), unknown: unknownOf(cells) };
}

function longest(read) {
  return read.reduce((best, one) => (one[1].length > best[1].length ? one : best));
}

function placesOf(cells) {
  const places = {};
  meanings(cells).forEach((column, place) => {
    if (!column) return;
    if (column in places) throw refusals.twice(column);
    places[column] = place;
  });
  return places;
}

function unknownOf(cells) {
  const known = meanings(cells);
  return cells
    .map((cell, place) => [cell.trim(), place])
    .filter(([name, place]) => name && !known[place])
    .map(([name, place]) => (SAFE_NAME.test(name) ? name : `column ${place + 1}`));
}

function noTokenColumn(line, cells) {
  const foreign = FOREIGN_DELIMITERS.find((sign) => {
    return line.includes(sign) && meanings(line.replaceAll('"', "").split(sign)).includes("token");
  });
  if (foreign) return refusals.delimiter(foreign);
  const names = cells.map((cell) => cell.trim());
  return refusals.noToken(names.every((name) => SAFE_NAME.test(name)) ? names : []);
}
