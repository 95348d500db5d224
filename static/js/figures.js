// Numbers in words, as accounts/look/figures.py writes them.

export function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}

export function plural(number, word) {
  return `${grouped(number)} ${word}${number === 1 ? "" : "s"}`;
}

// The time of day in UTC as 14:06:15, with the day before it when that is not today.
export function clock(milliseconds, now = Date.now()) {
  const iso = new Date(milliseconds).toISOString();
  const time = iso.slice(11, 19);
  return iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10) ? time : `${day(milliseconds)}, ${time}`;
}

function day(milliseconds) {
  const options = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
  return new Date(milliseconds).toLocaleDateString("en-GB", options);
}
