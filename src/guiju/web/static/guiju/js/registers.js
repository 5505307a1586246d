// Registers: entries kept in this browser until they are saved, files by dragging, keys of lists and forms.
const KEPT_DAYS = 14;

function storage(name, key, value) {
  try {
    const store = window[name];
    if (value === undefined) return store.getItem(key);
    if (value === null) store.removeItem(key);
    else store.setItem(key, value);
  } catch (error) { /* storage may be switched off: then nothing is kept */ }
  return null;
}

// --- drafts ---------------------------------------------------------------------------------------------------------

const form = document.querySelector("form[data-draft]");
const draftKey = form ? `gj.draft:${form.dataset.draft}` : "";
const words = document.getElementById("draft-words");
const sent = storage("sessionStorage", "gj.sent");

// A form that was sent and did not come back with faults was saved: its draft has done its work.
if (sent) {
  if (!(draftKey === sent && document.querySelector(".gj-errors"))) storage("localStorage", sent, null);
  storage("sessionStorage", "gj.sent", null);
}

function entries() {
  return [...form.elements].filter((field) => field.name && field.type !== "file" && field.type !== "submit" && field.name !== "csrfmiddlewaretoken" && !/__(kept|shown)$/.test(field.name));
}

function collect() {
  return entries().flatMap((field) => {
    if (field.type === "radio" || field.type === "checkbox") return field.checked ? [[field.name, field.value]] : [];
    if (field instanceof HTMLSelectElement) return [...field.selectedOptions].map((option) => [field.name, option.value, option.textContent]);
    return [[field.name, field.value]];
  });
}

function clock(at) {
  const day = new Date(at);
  const time = `${String(day.getHours()).padStart(2, "0")}:${String(day.getMinutes()).padStart(2, "0")}`;
  return day.toDateString() === new Date().toDateString() ? time : `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")} ${time}`;
}

function keep() {
  const at = Date.now();
  storage("localStorage", draftKey, JSON.stringify({ at, values: collect() }));
  form.querySelector("[data-draft-note]").textContent = `${words.dataset.kept} ${clock(at)}`;
}

function choose(select, pairs) {
  for (const [value, text] of pairs) {
    if (select.tomselect) {
      select.tomselect.addOption({ value, text });
      select.tomselect.addItem(value, true);
      continue;
    }
    let option = [...select.options].find((one) => one.value === value);
    if (!option) {
      option = new Option(text, value);
      select.append(option);
    }
    option.selected = true;
  }
}

function restore(saved) {
  for (const field of entries()) {
    const mine = saved.values.filter(([name]) => name === field.name);
    if (field.type === "radio" || field.type === "checkbox") field.checked = mine.some(([, value]) => value === field.value);
    else if (field instanceof HTMLSelectElement) choose(field, mine.map(([, value, text]) => [value, text]));
    else if (mine.length) field.value = mine[0][1];
  }
  const note = document.querySelector("[data-restored]");
  note.querySelector("[data-restored-at]").textContent = `${words.dataset.from} ${clock(saved.at)}`;
  note.hidden = false;
}

function startDraft() {
  let saved = null;
  try { saved = JSON.parse(storage("localStorage", draftKey)); } catch (error) { /* not ours: forgotten below */ }
  const first = JSON.stringify(collect());
  const fresh = saved && saved.at > Date.now() - KEPT_DAYS * 86400000;
  if (fresh && !document.querySelector("main .gj-errors") && JSON.stringify(saved.values) !== first) restore(saved);
  let wait = 0;
  const later = () => {
    window.clearTimeout(wait);
    wait = window.setTimeout(keep, 600);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => {
    window.clearTimeout(wait);
    keep(); // should the network fail now, everything is still here
    storage("sessionStorage", "gj.sent", draftKey);
  });
  document.querySelector("[data-draft-drop]").addEventListener("click", () => {
    window.clearTimeout(wait);
    storage("localStorage", draftKey, null);
    form.removeAttribute("data-guard");
    window.location.reload();
  });
}
if (form) startDraft();

// --- files ----------------------------------------------------------------------------------------------------------

function showChosen(input) {
  const box = input.closest("[data-files]");
  const names = [...input.files].map((file) => file.name);
  for (const say of box.querySelectorAll("[data-drop-words]")) say.textContent = names.length ? names.join("、") : say.dataset.none;
  input.closest("[data-drop]").classList.toggle("gj-drop--full", names.length > 0);
}

document.addEventListener("change", (event) => {
  if (event.target instanceof Element && event.target.matches("[data-drop] input[type=file]")) showChosen(event.target);
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const drop = event.target instanceof Element ? event.target.closest("[data-drop]") : null;
    if (!drop) return;
    event.preventDefault();
    drop.classList.toggle("gj-drop--over", kind === "dragover");
    if (kind !== "drop") return;
    const input = drop.querySelector("input[type=file]");
    const all = new DataTransfer();
    for (const file of [...(input.multiple ? input.files : []), ...event.dataTransfer.files]) all.items.add(file);
    input.files = all.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
document.addEventListener("click", (event) => {
  const off = event.target instanceof Element ? event.target.closest("[data-file-off]") : null;
  if (!off) return;
  const owner = off.closest("form");
  off.closest("li").remove();
  owner.dispatchEvent(new Event("input", { bubbles: true }));
});

// --- keys -----------------------------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    const open = document.querySelector("dialog[open] form") || document.querySelector("main form.gj-form");
    const button = open && open.querySelector("button[type=submit]");
    if (!button) return;
    event.preventDefault();
    open.requestSubmit(button);
    return;
  }
  const typing = event.target instanceof Element && event.target.matches("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") {
    const link = document.querySelector("a[data-key-new]");
    if (link) link.click();
  } else if (event.key === "/") {
    const field = document.querySelector(".gj-filter-search input");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "ArrowDown" && !document.querySelector("tr[data-href]:focus, dialog[open], details[open]")) {
    const row = document.querySelector("tr[data-href]");
    if (!row || event.target !== document.body) return;
    event.preventDefault();
    row.focus();
  }
});
