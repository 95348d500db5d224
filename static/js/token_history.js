// Compares share tokens with the history: this browser hashes them, and only their SHA-256 go to the
// server, some thousands at a time. No share token leaves the page.

const CHUNK = 4000;
const DIGEST = 32;
const encoder = new TextEncoder();

// Browsers hash only on pages served over HTTPS, or from this very machine.
export const canCompare = Boolean(globalThis.crypto?.subtle);

// The SHA-256 of bytes in hex digits.
export async function hexOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A share token's mark as people read it: 9c41·e07b.
export async function markOf(token) {
  const hex = await hexOf(encoder.encode(token));
  return `${hex.slice(0, 4)}·${hex.slice(4, 8)}`;
}

async function hashed(lines) {
  const body = new Uint8Array(lines.length * DIGEST);
  const digests = lines.map(({ token }) => crypto.subtle.digest("SHA-256", encoder.encode(token)));
  (await Promise.all(digests)).forEach((digest, place) => body.set(new Uint8Array(digest), place * DIGEST));
  return body;
}

async function ask(address, body) {
  const headers = {
    "Content-Type": "application/octet-stream",
    "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
  };
  const answer = await fetch(address, { method: "POST", headers, body });
  if (!answer.ok) throw Object.assign(new Error("no history"), { status: answer.status });
  return answer.json();
}

// What the history has of `lines`: places of those that another import owns, words for some of
// these, and how many came before to no avail. Calls `progress` with the number of lines compared;
// when that returns false nobody waits for the answer any more, which is then null.
export async function compare(lines, address, progress) {
  const found = { owned: [], told: [], again: 0 };
  for (let from = 0; from < lines.length; from += CHUNK) {
    if (!progress(from)) return null;
    const said = await ask(address, await hashed(lines.slice(from, from + CHUNK)));
    for (const place of said.owned) found.owned.push(from + place);
    for (const one of said.told) found.told.push({ ...one, place: from + one.place });
    found.again += said.again.length;
  }
  return progress(lines.length) ? found : null;
}
