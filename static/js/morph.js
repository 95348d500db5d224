// Makes an element's contents equal to fresh ones by changing as little as possible, so that focus,
// selection, hover and transitions survive. Elements are matched by place and tag; what a person
// opened or closed by hand stays as it is.

const KEPT = new Set(["open", "data-touched"]);

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
