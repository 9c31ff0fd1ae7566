// Runs before the first paint, so that nobody who chose a theme sees the other one flash by.
(() => {
  try {
    const chosen = localStorage.getItem('streamcore.theme');
    if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage is off: the system's theme holds.
  }
})();
