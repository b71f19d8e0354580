// Keeps an open page true: asks for it anew when the server tells of a change, and changes only
// what differs, so that focus, scrolling, open details and half-filled forms stay as they are.
"use strict";
(() => {
  const SOON_MS = 300; // many changes at once are one
  const ANYWAY_MS = 10000; // silence makes a device offline, and silence sends no event
  const RETRY_MS = 3000;
  const KINDS = ["device", "rollout", "release"];
  const TYPED = ["INPUT", "SELECT", "TEXTAREA"];

  const keyOf = (node) => (node.nodeType === 1 ? node.id || node.dataset.key || "" : "");
  const isSame = (a, b) => a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

  const morphAttributes = (from, to) => {
    for (const { name } of [...from.attributes]) {
      if (!to.hasAttribute(name) && !(name === "open" && from.nodeName === "DETAILS")) from.removeAttribute(name);
    }
    for (const { name, value } of [...to.attributes]) {
      if (from.getAttribute(name) !== value) from.setAttribute(name, value);
    }
  };

  const morph = (from, to) => {
    if (from.nodeType !== 1) {
      if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
      return;
    }
    if (TYPED.includes(from.nodeName)) return; // belongs to the person
    morphAttributes(from, to);
    morphChildren(from, to);
  };

  const morphChildren = (from, to) => {
    let at = from.firstChild;
    for (const wanted of [...to.childNodes]) {
      let match = at;
      if (keyOf(wanted)) {
        match = [...from.childNodes].find((node) => isSame(node, wanted)) || null;
      } else {
        while (match && !isSame(match, wanted)) match = match.nextSibling;
      }
      if (!match) {
        from.insertBefore(wanted, at);
        continue;
      }
      if (match === at) at = at.nextSibling;
      else if (keyOf(wanted)) from.insertBefore(match, at);
      else {
        while (at !== match) at = drop(at);
        at = match.nextSibling;
      }
      morph(match, wanted);
    }
    while (at) at = drop(at);
  };

  const drop = (node) => {
    const next = node.nextSibling;
    node.remove();
    return next;
  };

  htmx.defineExtension("morph", {
    isInlineSwap: (style) => style === "morph",
    handleSwap: (style, target, fragment) => {
      if (style !== "morph") return false;
      const page = fragment.nodeType === 11 ? fragment.firstElementChild : fragment;
      if (page) morphChildren(target, page);
      return [target];
    },
  });

  // a question with a form open is closed by Escape
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest("details.confirm[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  const badge = document.getElementById("live");
  if (!badge) return;

  const say = (state, words) => {
    if (badge.dataset.live === state) return;
    badge.dataset.live = state;
    badge.textContent = words;
  };

  let waiting = 0;
  const refresh = () => {
    waiting = 0;
    if (!document.hidden) document.body.dispatchEvent(new Event("fleet-changed"));
  };
  const changed = () => {
    if (!waiting) waiting = setTimeout(refresh, SOON_MS);
  };

  // the server was restarted and asks for a new login
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (new URL(event.detail.xhr.responseURL).pathname === "/login") location.assign("/login");
  });

  let events;
  const connect = () => {
    events = new EventSource("/api/v1/events");
    events.onopen = () => {
      say("on", "live");
      changed(); // what happened meanwhile was not told
    };
    events.onerror = () => {
      const now = new Date().toLocaleTimeString();
      say("off", `live updates paused at ${now}; connecting again`);
      // the browser tries again by itself unless it was refused
      if (events.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MS);
    };
    for (const kind of KINDS) events.addEventListener(kind, changed);
  };
  connect();
  window.addEventListener("pagehide", () => events.close());
  window.addEventListener("pageshow", (event) => event.persisted && connect());
  document.addEventListener("visibilitychange", changed);
  setInterval(() => badge.dataset.live === "on" && changed(), ANYWAY_MS);
})();
