// The three ways in: a file (chosen or dropped), a paste, one share token. One of them at a time.

const byId = (id) => document.getElementById(id);

const FACTS = {
  file: ["Drop a CSV here, or choose it", null],
  paste: ["Paste share tokens below", "One a line, or a CSV with its header."],
  single: ["Paste one share token below", "Enter imports it."],
};

// Wires the buttons, drops, and pastes anywhere on the page. `taken` is called when what is to be
// read has changed. Returns {focus}: puts the focus on the way in use.
export function wireWays({ input, pasted, single, taken }) {
  const zone = byId("dropzone");
  const optionalColumns = byId("file-facts").textContent;
  const fields = { paste: pasted, single };
  let way = "file";

  function use(wanted) {
    way = wanted;
    byId("paste-field").hidden = way !== "paste";
    byId("single-field").hidden = way !== "single";
    zone.querySelector(".file-button").hidden = way !== "file";
    for (const [name, id] of [["paste", "paste-instead"], ["single", "single-instead"]]) {
      byId(id).setAttribute("aria-expanded", String(way === name));
      byId(id).hidden = way !== "file" && way !== name;
    }
    byId("paste-instead").textContent = way === "paste" ? "Use a file instead" : "Paste instead";
    byId("single-instead").textContent = way === "single" ? "Use a file instead" : "One share token";
    byId("file-name").textContent = FACTS[way][0];
    byId("file-facts").textContent = FACTS[way][1] ?? optionalColumns;
  }

  // Another way: what the others held is let go.
  function change(wanted) {
    use(wanted);
    input.value = "";
    pasted.value = "";
    single.value = "";
    zone.removeAttribute("data-filled");
    byId("file-button").textContent = "Choose file";
    fields[way]?.focus();
    taken();
  }

  function onDrop(event) {
    event.preventDefault();
    delete zone.dataset.over;
    if (!event.dataTransfer.files.length) return;
    const { files } = event.dataTransfer;
    change("file");
    input.files = files;
    taken();
  }

  // Share tokens pasted outside of any field find their way; so do several pasted where one belongs.
  function onPaste(event) {
    const inField = event.target.closest?.("input, textarea, select");
    const text = event.clipboardData.getData("text/plain").trim();
    if (!text || (inField && inField !== single)) return;
    const isOne = !text.includes("\n");
    if (inField && isOne) return;
    event.preventDefault();
    change(isOne ? "single" : "paste");
    fields[way].value = text;
    taken();
  }

  // Browsers are silent when the same file is chosen again, which is what one does after mending it.
  let kept = null;
  input.addEventListener("click", () => {
    kept = new DataTransfer();
    for (const file of input.files) kept.items.add(file);
    input.value = "";
  });
  input.addEventListener("cancel", () => {
    input.files = kept.files;
  });

  byId("paste-instead").addEventListener("click", () => change(way === "paste" ? "file" : "paste"));
  byId("single-instead").addEventListener("click", () => change(way === "single" ? "file" : "single"));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.dataset.over = "";
  });
  zone.addEventListener("dragleave", () => delete zone.dataset.over);
  zone.addEventListener("drop", onDrop);
  document.addEventListener("paste", onPaste);

  const wantsOne = new URLSearchParams(location.search).get("how") === "token";
  use(pasted.value.trim() ? "paste" : single.value.trim() || wantsOne ? "single" : "file");
  if (wantsOne) single.focus();
  return { focus: () => (fields[way] ?? input).focus() };
}
