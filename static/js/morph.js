// Makes an element's contents equal to fresh ones by changing as little as possible, so that focus,
// selection, hover and transitions survive. Elements are matched by place and tag; what a person
// opened or closed by hand stays as it is, and so does the one stop for Tab among rows.

const KEPT = new Set(["open", "data-touched", "tabindex"]);

export function morph(old, fresh) {
  if (fresh instanceof Element) takeAttributes(old, fresh);
  const wanted = [...fresh.childNodes];
  wanted.forEach((node, place) => morphChild(old, old.childNodes[place], node));
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
}

function morphChild(parent, old, fresh) {
  if (!old) parent.append(fresh);
  else if (!alike(old, fresh)) old.replaceWith(fresh);
  else if (old instanceof Element) morph(old, fresh);
  else if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
}

function alike(old, fresh) {
  return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && old.id === fresh.id;
}

function takeAttributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (!KEPT.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!KEPT.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

// For htmx: what asks for itself and bears data-morph changes in place, so that whoever stands in it
// by keyboard stays there. Once it asks no more it is replaced, which ends its asking.
export function takeByMorph(event) {
  const { target, serverResponse, shouldSwap } = event.detail;
  if (!shouldSwap || !target.hasAttribute("data-morph")) return;
  const whole = new DOMParser().parseFromString(serverResponse, "text/html");
  const fresh = whole.getElementById(target.id);
  if (!fresh?.hasAttribute("data-morph")) return;
  event.detail.shouldSwap = false;
  morph(target, fresh);
}
