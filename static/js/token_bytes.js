// Bytes to text as the server does it: UTF-8 with or without a mark, UTF-16 with one.

import { Refused } from "./token_lines.js";

const SAVE_AS = "Save it as “CSV UTF-8” and choose that file.";
const FOREIGN = [
  [[0x50, 0x4b], "an Excel workbook or a zip archive"],
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

// Throws Refused for another kind of file, and for bytes that are not Unicode.
export function decode(buffer) {
  const bytes = new Uint8Array(buffer);
  const foreign = FOREIGN.find(([magic]) => startsWith(bytes, magic));
  if (foreign) throw new Refused(`This is ${foreign[1]}, not a CSV file. ${SAVE_AS}`);
  let text;
  try {
    text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw new Refused(`This file is not in Unicode. ${SAVE_AS}`);
  }
  if (text.includes("\0")) throw new Refused(`This is not a text file in UTF-8. ${SAVE_AS}`);
  return text;
}
