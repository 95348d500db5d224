// Reads a file or paste of share tokens in the browser, before anything is sent: how many rows,
// which lines will be skipped and why, how long the import takes. Only a preview: the server reads
// again and decides. Share tokens stay in this page's memory; what is asked of the server before
// Import is the file's SHA-256, to learn whether the same file was imported before.

import { decode } from "./token_bytes.js";
import { Refused, readPaste, readText } from "./token_lines.js";
import { grouped, show, showProblem } from "./token_report.js";

const form = document.getElementById("token-form");
const byId = (id) => document.getElementById(id);
const input = byId("id_file");
const pasted = byId("id_pasted");
let reading = 0;

// ---- reading -------------------------------------------------------------------------------

async function takeFile() {
  const file = input.files[0];
  const turn = ++reading;
  clear();
  if (!file) return;
  byId("dropzone").dataset.filled = "";
  byId("file-name").textContent = file.name;
  byId("file-facts").textContent = size(file.size);
  byId("file-button").textContent = "Replace";
  await report(turn, async () => {
    if (file.size > Number(form.dataset.maxBytes)) throw new Refused(tooLarge());
    const bytes = await file.arrayBuffer();
    askAboutSameFile(turn, bytes);
    const found = readText(decode(bytes));
    if (turn === reading) byId("file-facts").textContent = `${size(file.size)} · columns ${found.columns.join(", ")}`;
    return found;
  });
}

async function takePaste() {
  const turn = ++reading;
  clear();
  if (!pasted.value.trim()) return;
  await report(turn, async () => readPaste(pasted.value));
}

async function report(turn, read) {
  let found = null;
  let problem = "";
  try {
    found = await read();
    if (found.rows > Number(form.dataset.maxRows)) throw new Refused(tooMany());
    if (!found.ready && found.rows) problem = "No line of this file can be imported.";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    problem = error.message;
    found = null;
  }
  if (turn !== reading) return;
  showProblem(problem);
  show(found);
}

function clear() {
  showProblem("");
  show(null);
  byId("same-file").hidden = true;
  byId("id_again").checked = false;
}

function tooLarge() {
  const limit = Math.floor(Number(form.dataset.maxBytes) / 1024 / 1024);
  return `This file is larger than ${limit} MiB, the limit of one upload here. Split it, or use the command line.`;
}

function tooMany() {
  return `This file has more than ${grouped(Number(form.dataset.maxRows))} rows, the limit of one import here. Split it, or use the command line.`;
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} bytes` : `${grouped(Math.round(bytes / 1024))} kB`;
}

async function askAboutSameFile(turn, bytes) {
  if (!crypto.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const answer = await fetch(`${form.dataset.sameFile}?sha256=${hex}`);
  if (!answer.ok || turn !== reading) return;
  const { found, sentence } = await answer.json();
  byId("same-file").hidden = !found;
  byId("same-file").querySelector("span").textContent = sentence ?? "";
}

// ---- the controls --------------------------------------------------------------------------

function showPaste(shown) {
  byId("paste-field").hidden = !shown;
  byId("paste-instead").setAttribute("aria-expanded", String(shown));
  byId("paste-instead").textContent = shown ? "Use a file instead" : "Paste instead";
  byId("dropzone").querySelector(".file-button").hidden = shown;
}

function onPasteInstead() {
  const shown = byId("paste-field").hidden;
  showPaste(shown);
  if (shown) {
    input.value = "";
    byId("dropzone").removeAttribute("data-filled");
    byId("file-name").textContent = "Paste share tokens below";
    byId("file-facts").textContent = "One a line, or a CSV with its header.";
    pasted.focus();
  } else {
    pasted.value = "";
    byId("file-name").textContent = "Drop a CSV here, or choose it";
  }
  takeEither();
}

function takeEither() {
  return input.files.length ? takeFile() : takePaste();
}

function onDrop(event) {
  event.preventDefault();
  delete byId("dropzone").dataset.over;
  if (!event.dataTransfer.files.length) return;
  showPaste(false);
  pasted.value = "";
  input.files = event.dataTransfer.files;
  takeFile();
}

function onDrag(event) {
  event.preventDefault();
  byId("dropzone").dataset.over = "";
}

function onSubmit(event) {
  if (!byId("same-file").hidden && !byId("id_again").checked) {
    event.preventDefault();
    byId("id_again").focus();
    return;
  }
  // A second press would store the same file again.
  byId("import-button").setAttribute("aria-disabled", "true");
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
}

let typing;
input.addEventListener("change", takeFile);
pasted.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(takePaste, 250);
});
byId("paste-instead").addEventListener("click", onPasteInstead);
byId("dropzone").addEventListener("dragover", onDrag);
byId("dropzone").addEventListener("dragleave", () => delete byId("dropzone").dataset.over);
byId("dropzone").addEventListener("drop", onDrop);
form.addEventListener("submit", onSubmit);
// The page comes back from the browser's history with its button as it was left.
window.addEventListener("pageshow", () => {
  delete form.dataset.sent;
  byId("import-button").removeAttribute("aria-disabled");
});

byId("paste-instead").hidden = false;
showPaste(Boolean(pasted.value.trim()));
takeEither();
