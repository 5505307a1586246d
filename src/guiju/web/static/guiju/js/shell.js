// The frame: menu folding, light and dark, menus, dialogs, printing, copying the address, scroll places, trees.
const root = document.documentElement;
const words = document.getElementById("words").dataset;

function remember(key, value) {
  try {
    if (value === undefined) return window.localStorage.getItem(key);
    window.localStorage.setItem(key, value);
  } catch (error) { /* storage may be switched off: then nothing is remembered */ }
  return null;
}

function say(text, tone = "info") {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone } }));
}

function foldNav() {
  if (window.matchMedia("(max-width: 767.98px)").matches) return root.classList.toggle("gj-nav-open");
  return remember("gj.nav", root.classList.toggle("gj-nav-small") ? "small" : "wide");
}

// Folded groups are remembered by their heading; the group one stands in is always open.
function foldGroup(button, folded = button.getAttribute("aria-expanded") === "true") {
  button.setAttribute("aria-expanded", String(!folded));
  button.parentElement.classList.toggle("gj-nav-folded", folded);
}

function foldGroupByHand(button) {
  foldGroup(button);
  const names = [...document.querySelectorAll(".gj-nav-folded > [data-nav-fold]")].map((other) => other.textContent.trim());
  remember("gj.nav.folded", JSON.stringify(names));
}

function switchTheme() {
  const next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
  root.setAttribute("data-bs-theme", next);
  remember("gj.theme", next);
}

async function copyLink() {
  const address = window.location.href;
  try {
    await navigator.clipboard.writeText(address);
  } catch (error) { // plain http inside an intranet has no clipboard API
    const field = Object.assign(document.createElement("textarea"), { value: address });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  say(words.copied);
}

function fillSignIn(button) {
  document.getElementById("id_login").value = button.dataset.fillLogin;
  document.getElementById("id_password").value = button.dataset.fillPassword;
  document.querySelector("#signin [type=submit]").focus();
}

function twist(button) {
  const item = button.closest("li");
  const open = item.getAttribute("aria-expanded") !== "true";
  item.setAttribute("aria-expanded", String(open));
  item.querySelector(":scope > ul").hidden = !open;
}

const clicks = {
  "[data-nav-toggle]": foldNav,
  "[data-nav-fold]": foldGroupByHand,
  "[data-theme-toggle]": switchTheme,
  "[data-copy-link]": copyLink,
  "[data-print]": () => window.print(),
  "[data-back]": () => window.history.back(),
  "[data-twist]": twist,
  "[data-fill-login]": fillSignIn,
  "[data-close]": (button) => button.closest("dialog").close(),
  "[data-show]": (button) => document.getElementById(button.dataset.show).showModal(),
};

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  for (const [selector, act] of Object.entries(clicks)) {
    const hit = event.target.closest(selector);
    if (hit) act(hit);
  }
  for (const menu of document.querySelectorAll("details.gj-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  if (event.target instanceof HTMLDialogElement) event.target.close(); // the backdrop
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.gj-menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  const node = event.target instanceof Element ? event.target.closest(".gj-tree .gj-node") : null;
  if (node) walkTree(event, node);
});

function walkTree(event, node) {
  const shown = [...node.closest(".gj-tree").querySelectorAll(".gj-node")].filter((other) => other.offsetParent);
  const item = node.parentElement;
  const button = node.querySelector("[data-twist]");
  const focus = (target) => target && target.querySelector("a").focus();
  const moves = {
    ArrowDown: () => focus(shown[shown.indexOf(node) + 1]),
    ArrowUp: () => focus(shown[shown.indexOf(node) - 1]),
    ArrowRight: () => (button && item.getAttribute("aria-expanded") !== "true" ? button.click() : focus(item.querySelector(":scope > ul .gj-node"))),
    ArrowLeft: () => (button && item.getAttribute("aria-expanded") === "true" ? button.click() : focus(item.parentElement.closest("li")?.querySelector(".gj-node"))),
  };
  if (!moves[event.key]) return;
  event.preventDefault();
  moves[event.key]();
}

// Back returns to the same place: the browser restores the window, this restores panes that scroll by themselves.
const place = () => `gj.scroll:${window.location.pathname}${window.location.search}`;
window.addEventListener("pagehide", () => {
  const tops = [...document.querySelectorAll("[data-scroll]")].map((pane) => [pane.dataset.scroll, pane.scrollTop, pane.scrollLeft]);
  try { window.sessionStorage.setItem(place(), JSON.stringify(tops)); } catch (error) { /* see remember */ }
});
const arrival = performance.getEntriesByType("navigation")[0];
if (arrival && arrival.type !== "navigate") {
  let saved = null;
  try { saved = JSON.parse(window.sessionStorage.getItem(place())); } catch (error) { /* see remember */ }
  for (const [name, top, left] of saved || []) {
    const pane = document.querySelector(`[data-scroll="${name}"]`);
    if (pane) pane.scrollTo(left, top);
  }
}

const foldedGroups = remember("gj.nav.folded") || "[]";
for (const button of document.querySelectorAll("[data-nav-fold]")) {
  const here = button.parentElement.querySelector("[aria-current]");
  if (!here && JSON.parse(foldedGroups).includes(button.textContent.trim())) foldGroup(button, true);
}
const nav = document.querySelector(".gj-nav [aria-current]");
if (nav) nav.scrollIntoView({ block: "nearest" });
// On a phone the tabs are wider than the screen: the one that is open is in sight.
for (const tab of document.querySelectorAll(".gj-tabs [aria-current]")) {
  const row = tab.parentElement;
  row.scrollLeft += tab.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - tab.offsetWidth) / 2;
}
const wrong = document.querySelector("[data-focus]");
if (wrong) wrong.focus();
