// The ledger as it grows, and the webhooks on their way. Asks only while somebody looks.
"use strict";

(() => {
  const EVERY_MS = 1500;
  const MOST = 200;
  const SENT = 20;
  const rows = document.getElementById("ledger-rows");
  const state = document.getElementById("ledger-state");
  const pause = document.getElementById("ledger-pause");
  const only = document.getElementById("ledger-event");
  let last = Number(document.getElementById("ledger").dataset.last);
  let paused = false;
  let webhooks = true;
  let sent = [];

  function cell(kind, name, text, code) {
    const made = document.createElement(kind);
    if (kind === "th") made.scope = "row";
    if (name) made.className = name;
    if (code && text) {
      const inner = document.createElement("code");
      inner.textContent = text;
      made.append(inner);
    } else {
      made.textContent = text;
    }
    return made;
  }

  function row(event) {
    const made = document.createElement("tr");
    const answer = [event.status, event.error_code].filter((part) => part !== null).join(" · ");
    made.append(
      cell("th", "end", event.seq),
      cell("td", "", event.at.slice(11, 23)),
      cell("td", "", event.event),
      cell("td", "", event.client_id),
      cell("td", "", event.external_user_id || event.applicant_id || "", true),
      cell("td", "end", answer),
    );
    hide(made);
    return made;
  }

  function hide(made) {
    made.hidden = Boolean(only.value) && made.children[2].textContent !== only.value;
  }

  function show(name, text) {
    state.className = `live ${name}`;
    if (state.textContent !== text) state.textContent = text;
  }

  async function lines(address) {
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok) return null;
    const text = await answer.text();
    return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  }

  async function look() {
    const fresh = await lines(`/_sandbox/ledger.jsonl?after=${last}&newest=${MOST}`);
    if (!fresh?.length) return;
    last = fresh[fresh.length - 1].seq;
    document.getElementById("ledger-empty").hidden = true;
    rows.prepend(...fresh.reverse().map(row));
    while (rows.children.length > MOST) rows.lastElementChild.remove();
  }

  const COLUMNS = [
    ["at", "Time, UTC"], ["type", "Webhook"], ["client_id", "To"], ["attempt", "Attempt"],
    ["status", "Answer"], ["state", "State"],
  ];

  function said(item, name) {
    if (name === "at") return item.at.slice(11, 23);
    if (name === "status") return item.status ?? item.error ?? "";
    if (name === "state") return item.state.replaceAll("_", " ");
    return String(item[name] ?? "");
  }

  function attempts(items) {
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const [, text] of COLUMNS) {
      const made = cell("th", "", text);
      made.scope = "col";
      head.append(made);
    }
    const body = table.createTBody();
    for (const item of items) {
      const cells = COLUMNS.map(([name], place) =>
        cell(place ? "td" : "th", "", said(item, name)));
      body.insertRow().append(...cells);
    }
    const around = document.createElement("div");
    around.className = "scroll attempts";
    around.tabIndex = 0;
    around.setAttribute("role", "region");
    around.setAttribute("aria-label", "Attempts to deliver webhooks, newest first");
    around.append(table);
    return around;
  }

  async function lookForWebhooks() {
    if (!webhooks) return;
    const after = sent.length ? sent[0].seq : 0;
    const fresh = await lines(`/_sandbox/deliveries.jsonl?after=${after}&newest=${SENT}`);
    webhooks = fresh !== null;
    document.getElementById("deliveries").hidden = !webhooks;
    if (!fresh?.length) return;
    sent = [...fresh.reverse(), ...sent].slice(0, SENT);
    document.getElementById("deliveries-rows").replaceChildren(attempts(sent));
  }

  async function tick() {
    if (!paused && !document.hidden) {
      try {
        await look();
        await lookForWebhooks();
        if (!paused) show("", "Live");
      } catch {
        show("lost", "The sandbox does not answer. Start it again; this page goes on by itself.");
      }
    }
    setTimeout(tick, EVERY_MS);
  }

  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    show(paused ? "still" : "", paused ? "Paused" : "Live");
  });
  only.addEventListener("change", () => { for (const made of rows.children) hide(made); });
  tick();
})();
