// Bytes to text as the server does it: UTF-8 with or without a mark, UTF-16 with one.

import { grouped } from "./figures.js";
import { Refused } from "./token_columns.js";

const SAVE_AS = "Save it as “CSV UTF-8” and choose that file.";
const FOREIGN = [
  [[0x50, 0x4b, 0x03, 0x04], "an Excel workbook or a zip archive"],
  [[0x50, 0x4b, 0x05, 0x06], "an empty zip archive"],
  [[0x1f, 0x8b], "a gzip archive"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF document"],
];

function startsWith(bytes, magic) {
  return magic.every((byte, place) => bytes[place] === byte);
}

function encodingOf(bytes) {
  if (startsWith(bytes, [0xff, 0xfe])) return "utf-16le";
  if (startsWith(bytes, [0xfe, 0xff])) return "utf-16be";
  return "utf-8";
}

// The line of the first `sign` in the text, the first line being 1.
function lineOf(text, sign) {
  const before = text.slice(0, text.indexOf(sign)).replace(/\r\n?/g, "\n");
  return grouped(before.split("\n").length);
}

// Throws Refused for another kind of file, and for bytes that are not Unicode.
export function decode(buffer) {
  const bytes = new Uint8Array(buffer);
  const foreign = FOREIGN.find(([magic]) => startsWith(bytes, magic));
  if (foreign) throw new Refused(`This is ${foreign[1]}, not a CSV file. ${SAVE_AS}`);
  const encoding = encodingOf(bytes);
  const text = strictly(bytes, encoding);
  if (text.includes("\0")) {
    throw new Refused(`Line ${lineOf(text, "\0")} holds a NUL byte, so this is not a text file in UTF-8. ${SAVE_AS}`);
  }
  return text;
}

function strictly(bytes, encoding) {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const line = lineOf(new TextDecoder(encoding).decode(bytes), "\ufffd");
    const name = encoding === "utf-8" ? "UTF-8" : "UTF-16";
    throw new Refused(`Line ${line} holds a character that is not ${name}. ${SAVE_AS}`);
  }
}
