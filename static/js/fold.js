// <details data-fold="1000"> is open on wide windows and folded below that width in pixels,
// until somebody opens or closes it by hand.

function wire(details) {
  const narrow = matchMedia(`(width < ${Number(details.dataset.fold)}px)`);
  const follow = () => {
    if (!("touched" in details.dataset)) details.open = !narrow.matches;
  };
  details.querySelector("summary").addEventListener("click", () => {
    details.dataset.touched = "";
  });
  narrow.addEventListener("change", follow);
  follow();
}

export function wireFolds(root) {
  root.querySelectorAll("details[data-fold]").forEach(wire);
}
