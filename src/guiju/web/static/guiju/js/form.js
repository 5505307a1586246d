// Forms: pickers, a warning before unsaved entries are lost, one submission per click, links of the error summary.
const words = document.getElementById("words").dataset;
let library = null;

function tomSelect() {
  if (!library) library = new Promise((done, fail) => { // only pages with a picker load it
    const script = document.createElement("script");
    script.src = words.tomSelect;
    script.onload = () => done(window.TomSelect);
    script.onerror = fail;
    document.head.append(script);
  });
  return library;
}

function remote(select) {
  if (!select.dataset.pickUrl) return {};
  return {
    shouldLoad: (query) => query.trim().length > 0,
    load: (query, give) => {
      const address = new URL(select.dataset.pickUrl, window.location.href);
      address.searchParams.set("q", query);
      fetch(address, { headers: { Accept: "application/json" } })
        .then((answer) => answer.json())
        .then((answer) => give(answer.results))
        .catch(() => give());
    },
  };
}

async function startPickers() {
  const selects = [...document.querySelectorAll("select[data-pick]")].filter((select) => !select.tomselect);
  if (!selects.length) return;
  const TomSelect = await tomSelect();
  for (const select of selects) {
    if (select.tomselect) continue;
    new TomSelect(select, {
      plugins: select.multiple ? ["remove_button"] : [],
      maxOptions: 200,
      searchField: ["text", "hint"], // hint carries pinyin and code
      labelField: "text",
      valueField: "value",
      hidePlaceholder: true,
      render: { no_results: () => Object.assign(document.createElement("div"), { className: "no-results", textContent: words.none }) },
      ...remote(select),
    });
  }
}

const dirty = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) dirty.add(form);
});
document.addEventListener("submit", (event) => {
  dirty.delete(event.target);
  if (event.defaultPrevented || event.target.method !== "post") return;
  const button = event.submitter;
  if (button) window.setTimeout(() => { button.disabled = true; }, 0);
});
window.addEventListener("beforeunload", (event) => {
  if (![...dirty].some((form) => form.isConnected)) return;
  event.preventDefault();
  event.returnValue = words.unsaved;
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[method=post] button:disabled")) button.disabled = false;
});

// "Saved" also ends the warning when a fragment was saved by htmx.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.elt instanceof HTMLFormElement) dirty.delete(event.detail.elt);
});

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest(".gj-errors a[href^='#']") : null;
  const field = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!field) return;
  event.preventDefault();
  const visible = field.tomselect ? field.tomselect.control_input : field;
  visible.focus();
  visible.closest(".gj-field")?.scrollIntoView({ block: "center" });
});

startPickers();
document.addEventListener("htmx:load", startPickers);
