// What is known of the donor and the level chosen: the agreement, and how rows fared there lately. A
// donor's own level is chosen with it, unless a person chose one before.

const facts = JSON.parse(document.getElementById("donor-facts").textContent);
const form = document.getElementById("token-form");
const { partner, level } = form.elements;
const levels = [...level.options].map(({ value }) => value);
let isChosen = level.value !== levels[0] && level.value !== chosenDonor().level;

function chosenDonor() {
  return facts[partner?.value ?? ""] ?? { agreement: "", level: "", went: {} };
}

function onPartner() {
  const own = chosenDonor().level;
  if (!isChosen) level.value = levels.includes(own) ? own : levels[0];
  update();
}

function levelWords({ level: own, went }) {
  const copies = form.elements.mode.value === "copy";
  return [ofOwn(own), copies ? "" : went[level.value]].filter(Boolean).join(" ");
}

function ofOwn(own) {
  if (!own) return "";
  if (!levels.includes(own)) return `The donor’s own level, ${own}, is not among ours now.`;
  return own === level.value ? "The donor’s own level." : `The donor’s own level is ${own}.`;
}

function say(id, control, words) {
  const element = document.getElementById(id);
  element.textContent = words;
  element.hidden = !words;
  const ids = new Set((control?.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  control?.setAttribute("aria-describedby", [...ids.add(id)].join(" "));
}

function update() {
  const donor = chosenDonor();
  if (partner) say("donor-facts-say", partner, donor.agreement);
  say("level-facts-say", level, levelWords(donor));
}

export function wireDonor() {
  partner?.addEventListener("change", onPartner);
  level.addEventListener("change", () => {
    isChosen = true;
    update();
  });
  for (const mode of form.elements.mode) mode.addEventListener("change", update);
  update();
}
