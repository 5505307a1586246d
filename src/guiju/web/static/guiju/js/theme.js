// Runs before the first paint: light or dark, and the folded menu. Everything else waits for the page.
"use strict";
(function () {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function remembered(key) {
    try { return window.localStorage.getItem(key); } catch (error) { return null; }
  }
  function apply() {
    root.setAttribute("data-bs-theme", remembered("gj.theme") || (dark.matches ? "dark" : "light"));
  }
  apply();
  dark.addEventListener("change", apply);
  if (remembered("gj.nav") === "small") root.classList.add("gj-nav-small");
})();
