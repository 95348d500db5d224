// The UTC clock in the top bar, in step with the second.

function show(element) {
  element.textContent = `${new Date().toISOString().slice(11, 19)} UTC`;
}

export function wireClock(root) {
  for (const element of root.querySelectorAll("[data-clock]")) {
    const tick = () => {
      show(element);
      if (element.isConnected) setTimeout(tick, 1000 - (Date.now() % 1000));
    };
    tick();
  }
}
