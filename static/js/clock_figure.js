// A picture of the forecast: when this import sends, and when share tokens die. Widths are attributes,
// for the policy forbids styles; the words beside it say the same.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 288;
const HEIGHT = 44;
const BINS = 36;
const STEP = WIDTH / BINS;
const TALLEST = 24;

function drawn(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// Share tokens by the step in which they die, from now on; those of the past are in the first, and
// those that outlive the picture in none.
function counted(tokens, now, span) {
  const bins = Array.from({ length: BINS }, () => ({ lost: 0, all: 0 }));
  for (const { death, lost } of tokens) {
    if (death > now + span) continue;
    const place = Math.floor(((death - now) / span) * BINS);
    const bin = bins[Math.min(BINS - 1, Math.max(0, place))];
    bin.all += 1;
    if (lost) bin.lost += 1;
  }
  return bins;
}

function bar(kind, count, place, most) {
  const height = count ? Math.max(2, (count / most) * TALLEST) : 0;
  return drawn("rect", { class: kind, x: place * STEP, y: TALLEST - height, width: STEP - 1, height });
}

// Draws into `svg` when `tokens` ({death, lost}) die, and above what time this import sends. The
// picture reaches to the last death, but not beyond three times the import or half an hour. All
// moments in milliseconds; returns the one at the picture's end.
export function drawClock(svg, { tokens, now, seconds }) {
  const sending = seconds * 1000;
  const last = tokens.reduce((latest, { death }) => Math.max(latest, death), now);
  const span = Math.max(60_000, sending * 1.05, Math.min(last - now, Math.max(sending * 3, 1_800_000)));
  const bins = counted(tokens, now, span);
  const most = Math.max(1, ...bins.map(({ all }) => all));
  const bars = bins.flatMap(({ all, lost }, place) => [bar("dies", all, place, most), bar("lost", lost, place, most)]);
  const axis = drawn("line", { x1: 0, x2: WIDTH, y1: TALLEST + 0.5, y2: TALLEST + 0.5 });
  const sends = drawn("rect", { class: "sends", x: 0, y: 32, width: Math.max(3, (sending / span) * WIDTH), height: 8, rx: 2 });
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.replaceChildren(...bars, axis, sends);
  return now + span;
}
