// Asks for the page anew a moment after something changed.
"use strict";
(() => {
  let waiting = false;
  const changed = () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      // a form that somebody fills in stays as it is
      const field = document.activeElement;
      if (field && ["INPUT", "SELECT", "TEXTAREA"].includes(field.tagName)) return;
      document.body.dispatchEvent(new Event("fleet-changed"));
    }, 500);
  };
  if (!document.querySelector("main[hx-get]")) return;
  const events = new EventSource("/api/v1/events");
  for (const kind of ["device", "rollout", "release"]) events.addEventListener(kind, changed);
})();
