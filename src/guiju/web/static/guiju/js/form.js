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
    load(query, give) {
      const address = new URL(select.dataset.pickUrl, window.location.href);
      address.searchParams.set("q", query);
      fetch(address, { headers: { Accept: "application/json" } })
        .then((answer) => answer.json())
        .then((answer) => answer.results, () => [])
        .then((results) => {
          const wasOpen = this.isOpen;
          give(results);
          if (!wasOpen) this.close(); // chosen or left before the answer came
        });
    },
  };
}

async function startPickers() {
  const selects = [...document.querySelectorAll("select[data-pick]")].filter((select) => !select.tomselect);
  if (!selects.length) return;
  const TomSelect = await tomSelect();
  for (const select of selects) {
    if (select.tomselect) continue;
    const picker = new TomSelect(select, {
      plugins: select.multiple ? ["remove_button"] : [],
      maxOptions: 200,
      refreshThrottle: 0, // a list that waits opens once more over the next field when one chooses quickly
      searchField: ["text", "hint"], // hint carries pinyin and code
      labelField: "text",
      valueField: "value",
      hidePlaceholder: true,
      render: { no_results: () => Object.assign(document.createElement("div"), { className: "no-results", textContent: words.none }) },
      ...remote(select),
    });
    picker.onClick = () => { // who clicks into it wants to type, not to leave
      picker.clearActiveItems();
      if (!(picker.isOpen && picker.isFocused)) picker.focus(); // which opens it a moment later, whatever was pressed since
    };
  }
}

const dirty = new Set(); // forms in which something was typed
const kept = new WeakMap(); // a form that is saved beside the page, and what of it the server has for certain
const sent = new WeakMap(); // the same, and what was last sent to be saved
const leaving = new Set();
const saving = new Map(); // forms that are being saved beside the page, with the request
const held = new Map(); // a form, and the button that waits until it is saved
const came = (field) => {
  if (field.type === "radio" || field.type === "checkbox") return field.defaultChecked;
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    const chosen = options.filter((option) => option.defaultSelected);
    const first = field.multiple ? [] : options.filter((option) => !option.disabled).slice(0, 1);
    return (chosen.length ? chosen.slice(field.multiple ? 0 : -1) : first).map((option) => option.value);
  }
  if (field.type === "file") return "";
  const fresh = field.cloneNode(true);
  if ("defaultValue" in fresh) fresh.value = field.defaultValue; // as the browser shows it, a time without seconds
  return fresh.value;
};
const stands = (field) => {
  if (field.type === "radio" || field.type === "checkbox") return field.checked;
  return field instanceof HTMLSelectElement ? [...field.selectedOptions].map((option) => option.value) : field.value;
};
const written = (form, of = stands) => JSON.stringify( // the number of what was saved is nothing that anybody wrote
  [...form.elements].filter((field) => field.name && field.name !== "version" && !(field instanceof HTMLButtonElement))
    .map((field) => [field.name, of(field)]));
// A page that refuses brings back what nobody has kept; everywhere else it begins with what is there.
if (!document.querySelector(".gj-errors")) {
  for (const form of document.querySelectorAll("form[data-guard][hx-post]")) kept.set(form, written(form, came));
}
// Whoever typed before this script was there has typed all the same.
for (const form of document.querySelectorAll("form[data-guard]")) {
  if (written(form) !== written(form, came)) dirty.add(form);
}
const isLost = (form) => form.isConnected
  && (written(form) !== kept.get(form) || (saving.has(form) && written(form) !== sent.get(form)));
const saves = (event) => event.detail.elt instanceof HTMLFormElement && event.detail.requestConfig.verb !== "get";
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) dirty.add(form);
});
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && event.target.method === "post" && saving.has(event.target)) {
    event.preventDefault(); // sent with the number of what is being saved, or it would meet a change of its own
    if (!held.has(event.target)) window.setTimeout(goOn, 5_000, event.target); // an answer that never comes
    held.set(event.target, event.submitter);
    return;
  }
  dirty.delete(event.target);
  if (event.defaultPrevented || event.target.method !== "post") return;
  const button = event.submitter;
  if (button) window.setTimeout(() => { button.disabled = true; }, 0);
  leaving.add(event.target);
  window.setTimeout(() => leaving.delete(event.target), 10_000); // a download leaves the page where it is
});
// What is being sent as a whole is not saved beside it once more: the answer would know nothing of that.
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (leaving.has(form) || held.has(form)) event.preventDefault();
  else if (saves(event)) {
    saving.set(form, event.detail.xhr);
    sent.set(form, written(form));
  }
});
// Nor does anybody read on the way out what became of it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (leaving.has(event.detail.requestConfig.elt)) event.detail.shouldSwap = false;
});
function goOn(form, request = saving.get(form)) {
  if (saving.get(form) !== request) return; // the next one is on its way already
  saving.delete(form);
  if (!held.has(form)) return;
  const button = held.get(form);
  held.delete(form);
  if (form.isConnected) form.requestSubmit(button);
}
document.addEventListener("htmx:afterRequest", (event) => window.setTimeout(goOn, 0, event.detail.elt, event.detail.xhr));
window.addEventListener("beforeunload", (event) => {
  if (![...dirty].some(isLost)) return;
  event.preventDefault();
  event.returnValue = words.unsaved;
});
window.addEventListener("pageshow", () => {
  leaving.clear();
  saving.clear();
  held.clear();
  for (const button of document.querySelectorAll("form[method=post] button:disabled")) button.disabled = false;
});

// "Saved" ends the warning as far as it was sent; after a refusal, or no answer, nobody knows what the server has.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!saves(event)) return;
  if (event.detail.successful) kept.set(form, sent.get(form));
  else kept.delete(form);
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
