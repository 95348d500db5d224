// [data-sends-form]: a file field whose form goes as soon as something was chosen. [data-sends] is
// the button that would send it, and says meanwhile what its [data-sending] holds: a photo takes a
// while on the way from a phone.

function send(field) {
  const button = field.form.querySelector("[data-sends]");
  field.form.requestSubmit(button);
}

function say(form, button) {
  if (!button?.matches("[data-sends]")) return;
  const label = button.querySelector("[data-sending]");
  label.textContent = label.dataset.sending;
  form.setAttribute("aria-busy", "true");
  setTimeout(() => {
    button.disabled = true;
  });
}

export function wireSends(root) {
  root.addEventListener("change", (event) => {
    const field = event.target.closest("[data-sends-form]");
    if (field?.value) send(field);
  });
  root.addEventListener("submit", (event) => say(event.target, event.submitter));
}
