// One item of a check: saved while typing, kept on this device when the server does not answer, keys for the hurried.
const form = document.querySelector("form[data-check]");
const told = document.querySelector("[data-check-told]");
const state = document.querySelector("[data-check-state]");
const key = `gj.check:${window.location.pathname}`;
const WAIT = 900;
let timer = 0;
let sending = false;
let again = false;
let leaving = false;

function store(name, id, value) {
  try {
    if (value === undefined) return window[name].getItem(id);
    if (value === null) window[name].removeItem(id);
    else window[name].setItem(id, value);
  } catch (error) { /* storage may be switched off: then nothing is kept */ }
  return null;
}

function values() {
  const found = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "files__kept") found[name] = value;
  }
  return found;
}

function tell(words, wrong, link) {
  told.textContent = words;
  told.classList.toggle("gj-check-told--wrong", Boolean(wrong));
  if (link) {
    const anchor = Object.assign(document.createElement("a"), { href: window.location.pathname, textContent: form.dataset.checkReload });
    anchor.addEventListener("click", () => store("localStorage", key, null));
    told.append(" ", anchor);
  }
  told.hidden = !words;
}

function keep() {
  store("localStorage", key, JSON.stringify(values()));
}

async function save() {
  if (leaving) return;
  if (sending) { again = true; return; }
  sending = true;
  const body = new FormData(form);
  body.delete("files");
  try {
    const answer = await fetch(window.location.pathname, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.headers.get("Content-Type")?.startsWith("application/json") !== true) throw new Error(String(answer.status));
    const given = await answer.json();
    if (answer.ok) {
      form.elements.version.value = given.version;
      state.textContent = `${form.dataset.checkSaved} ${given.at}`;
      document.querySelector("[data-check-bar]").value = given.done;
      if (!again) store("localStorage", key, null);
      tell("");
    } else {
      // What could be saved was saved; what is wrong stays on this device until it is corrected.
      if (answer.status === 422 && given.version) form.elements.version.value = given.version;
      tell(given.words, true, answer.status === 409);
    }
  } catch (error) {
    if (!leaving) tell(form.dataset.checkKept, false);
  }
  sending = false;
  if (again) { again = false; save(); }
}

function changed() {
  keep();
  window.clearTimeout(timer);
  timer = window.setTimeout(save, WAIT);
}

function wrong() {
  const chosen = form.elements.result.value;
  form.querySelector("[data-check-wrong]").hidden = !(chosen === "general" || chosen === "major");
}

function restore() {
  const sent = store("sessionStorage", "gj.check.sent");
  if (sent && !(sent === key && document.querySelector(".gj-errors"))) store("localStorage", sent, null);
  store("sessionStorage", "gj.check.sent", null);
  const kept = store("localStorage", key);
  if (!kept) return;
  let held;
  try { held = JSON.parse(kept); } catch (error) { store("localStorage", key, null); return; }
  delete held.version;
  const now = values();
  if (!Object.keys(held).some((name) => (now[name] ?? "") !== held[name])) {
    if (!document.querySelector(".gj-errors")) store("localStorage", key, null); // refused: not all of it is saved
    return;
  }
  for (const [name, value] of Object.entries(held)) {
    const field = form.elements[name];
    if (!field) continue;
    if (field.tomselect) field.tomselect.setValue(value, true);
    else field.value = value;
  }
  tell(form.dataset.checkBack);
}

if (form && state) {
  restore();
  wrong();
  form.addEventListener("input", (event) => { if (event.target.type !== "file") changed(); });
  form.addEventListener("change", (event) => { wrong(); if (event.target.type !== "file") changed(); });
  window.addEventListener("online", () => { if (store("localStorage", key)) save(); });
  form.addEventListener("submit", (event) => {
    if (window.navigator.onLine === false) {
      event.preventDefault();
      keep();
      tell(form.dataset.checkKept);
      return;
    }
    if (sending) { // let the running save come back first, or the two would meet
      event.preventDefault();
      const button = event.submitter;
      window.setTimeout(() => form.requestSubmit(button), 150);
      return;
    }
    leaving = true;
    window.clearTimeout(timer);
    keep();
    store("sessionStorage", "gj.check.sent", key);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=radio]), textarea, select, .ts-control *")) return;
    const radios = [...form.querySelectorAll("input[name=result]")];
    const at = ["1", "2", "3"].indexOf(event.key);
    if (at >= 0 && !radios[at].closest("fieldset").disabled) {
      radios[at].checked = true;
      radios[at].dispatchEvent(new Event("change", { bubbles: true }));
    } else if (event.key === "n") form.querySelector("button[value=next]").click();
    else if (event.key === "p") form.querySelector("button[name=go]:not([value=next])")?.click();
  });
}
