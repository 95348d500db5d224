// Copy buttons, share tokens, faults, and the filter of applicants without loading the page anew.
"use strict";

document.documentElement.classList.add("scripted");

const byId = (id) => document.getElementById(id);

function say(text) {
  byId("said").textContent = text;
}

/** Ask the sandbox; an answer that is a refusal throws its own sentence. */
async function ask(address, method = "GET", body = undefined) {
  let answer;
  try {
    answer = await fetch(address, { method, body, cache: "no-store" });
  } catch {
    throw new Error("The sandbox does not answer. Start it again, then try once more.");
  }
  const text = await answer.text();
  if (answer.ok) return text;
  let told = text;
  try {
    told = JSON.parse(text).description || text;
  } catch { /* not JSON: show it as it is */ }
  throw new Error(told);
}

// ---- copying

async function copy(button) {
  const text = byId(button.dataset.copy).textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text, button);
  }
  const label = button.firstChild;
  const before = button.dataset.label || label.textContent;
  button.dataset.label = before;
  label.textContent = "Copied";
  say("Copied");
  clearTimeout(button.timer);
  button.timer = setTimeout(() => { label.textContent = before; }, 1500);
}

/** Without a secure context (a name other than localhost) there is no clipboard to ask. */
function copyBySelection(text, button) {
  const area = document.createElement("textarea");
  area.value = text;
  button.after(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  button.focus();
}

// ---- share tokens

let minting = "";

async function mint() {
  byId("mint-told").textContent = "";
  byId("mint-told").className = "";
  byId("mint-token").textContent = "…";
  try {
    const wanted = {
      applicant_id: minting,
      for_client_id: byId("mint-for").value,
      ttl: byId("mint-ttl").value,
    };
    const made = JSON.parse(await ask("/_sandbox/mint", "POST", JSON.stringify(wanted)));
    byId("mint-token").textContent = made.token;
    byId("mint-told").textContent =
      `Good for one reuse until ${made.expires_at.slice(11, 19)} UTC. It is not shown again.`;
  } catch (error) {
    byId("mint-token").textContent = "";
    byId("mint-told").textContent = error.message;
    byId("mint-told").className = "told-bad";
  }
}

function openMint(button) {
  minting = button.dataset.mint;
  byId("mint-name").textContent = button.dataset.name;
  byId("mint").showModal();
  mint();
}

// ---- applicants

/** Load the page at another address and take over one section of it. */
async function swap(address, id) {
  const page = new DOMParser().parseFromString(await ask(address), "text/html");
  byId(id).replaceWith(document.importNode(page.getElementById(id), true));
  history.replaceState(null, "", address);
  const found = byId("found");
  if (found) say(found.textContent);
}

function notFound(error) {
  byId("found").className = "told-bad";
  byId("found").textContent = error.message;
  say(error.message);
}

function filterAddress(form) {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  return `/?${query}`;
}

// ---- faults

function tell(text, bad) {
  byId("scenario-told").textContent = text;
  byId("scenario-told").className = bad ? "told-bad" : "";
}

async function putInForce(text) {
  try {
    byId("scenario-text").value = await ask("/_sandbox/faults", "PUT", text);
    const page = new DOMParser().parseFromString(await ask(location.href), "text/html");
    byId("rules").replaceWith(document.importNode(page.getElementById("rules"), true));
    const facts = page.querySelector(".facts");
    document.querySelector(".facts").replaceWith(document.importNode(facts, true));
    tell("In force.", false);
  } catch (error) {
    tell(`Nothing was changed: ${error.message}`, true);
  }
}

/** Add a preset's rules to those in force; without rules, clear them. Switches stay as they are. */
async function preset(button) {
  try {
    const scenario = JSON.parse(await ask("/_sandbox/faults"));
    const wanted = button.dataset.rules;
    scenario.rules = wanted ? [...scenario.rules, ...JSON.parse(wanted)] : [];
    await putInForce(JSON.stringify(scenario));
  } catch (error) {
    tell(error.message, true);
  }
}

// ---- what a click means

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.copy) copy(button);
  else if (button?.dataset.mint) openMint(button);
  else if (button?.id === "mint-again") mint();
  else if (button && "rules" in button.dataset) preset(button);
  const link = event.target.closest("a[data-swap]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    swap(link.href, link.dataset.swap)
      .then(() => byId(link.dataset.swap).scrollIntoView())
      .catch(notFound);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id === "scenario") {
    event.preventDefault();
    putInForce(byId("scenario-text").value);
  } else if (form.dataset.swap) {
    event.preventDefault();
    const focused = document.activeElement?.name;
    swap(filterAddress(form), form.dataset.swap).then(() => {
      const fresh = byId(form.dataset.swap).querySelector("form");
      (fresh.elements.namedItem(focused) || fresh.querySelector("button")).focus();
    }).catch(notFound);
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-swap]");
  if (form && event.target.matches("select")) form.requestSubmit();
});
