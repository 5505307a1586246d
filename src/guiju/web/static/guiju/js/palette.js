// Dialogs that find: the command palette (Ctrl K) and the unit switcher. The server answers with frame/results.html.
const words = document.getElementById("words").dataset;
const finders = [...document.querySelectorAll("dialog[data-dialog][data-url]")];

function load(dialog) {
  const results = dialog.querySelector("[data-results]");
  const query = dialog.querySelector("input[name=q]").value.trim();
  if (!results.childElementCount) results.textContent = words.loading;
  const address = new URL(dialog.dataset.url, window.location.href);
  address.searchParams.set("q", query);
  window.htmx.ajax("GET", address.pathname + address.search, { target: results, source: results, swap: "innerHTML" });
}

function open(dialog) {
  if (dialog.open) return;
  dialog.showModal();
  const field = dialog.querySelector("input[name=q]");
  field.select();
  field.focus();
  load(dialog);
}

function mark(dialog, step) {
  const links = [...dialog.querySelectorAll("[data-results] a")];
  if (!links.length) return;
  const now = links.findIndex((link) => link.classList.contains("gj-at"));
  const next = (Math.max(now, step > 0 ? -1 : 0) + step + links.length) % links.length;
  links.forEach((link, index) => link.classList.toggle("gj-at", index === next));
  links[next].scrollIntoView({ block: "nearest" });
}

for (const dialog of finders) {
  let wait = 0;
  const field = dialog.querySelector("input[name=q]");
  field.addEventListener("input", () => {
    window.clearTimeout(wait);
    wait = window.setTimeout(() => load(dialog), 180);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // Enter that ends pinyin input opens nothing
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(dialog, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const link = dialog.querySelector("[data-results] a.gj-at") || dialog.querySelector("[data-results] a");
      if (link) link.click();
    }
  });
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-open]") : null;
  const dialog = button && finders.find((one) => one.dataset.dialog === button.dataset.open);
  if (dialog) open(dialog);
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  const dialog = finders.find((one) => one.dataset.key === event.key.toLowerCase());
  if (!dialog) return;
  event.preventDefault();
  open(dialog);
});
