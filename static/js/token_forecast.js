// How long share tokens take to redeem, and which of them would be too old by then. No page in here.

// The k-th row goes once k of its own rows went, and of every other import as many, or all that it
// has (customers/shares.py). Seconds; 0 without a limit.
function secondsUntil(place, { rate, others }) {
  if (!rate) return 0;
  return others.reduce((sum, waiting) => sum + Math.min(waiting, place), place) / rate;
}

// Rows with an earlier declared deadline go first; the others follow in file order.
export function inTurn(lines) {
  const last = (line) => line.dies ?? Infinity;
  return [...lines].sort((one, other) => last(one) - last(other) || one.line - other.line);
}

// What becomes of the lines, in their turn, when they start `wait` milliseconds from `now`. `assumed`
// is when share tokens die whose file does not say. All moments in milliseconds.
export function forecast(turn, shares, assumed, now, wait = 0) {
  const found = { rows: turn.length, seconds: secondsUntil(turn.length, shares), dead: [], late: [], startBy: Infinity };
  turn.forEach(({ line, dies }, place) => {
    const death = dies ?? assumed;
    const sent = now + wait + secondsUntil(place + 1, shares) * 1000;
    if (death <= now) found.dead.push(line);
    else if (death < sent) found.late.push(line);
    else found.startBy = Math.min(found.startBy, now + death - sent);
  });
  found.declared = turn.filter(({ dies }) => dies !== null).length;
  return found;
}

// Line numbers as "2–42, 57 and 61"; only so many pieces are named.
export function ranges(lines, most = 5) {
  const pieces = [];
  for (const line of [...lines].sort((one, other) => one - other)) {
    const last = pieces.at(-1);
    if (last && last[1] === line - 1) last[1] = line;
    else pieces.push([line, line]);
  }
  const named = pieces.slice(0, most).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  if (pieces.length > most) return `${named.join(", ")} and others`;
  return named.length > 1 ? `${named.slice(0, -1).join(", ")} and ${named.at(-1)}` : named.join("");
}
