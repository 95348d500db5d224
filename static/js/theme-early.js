// Runs before the first paint, so that a chosen theme never flashes. The rest is in theme.js.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be blocked; the system's theme is then used.
  }
})();
