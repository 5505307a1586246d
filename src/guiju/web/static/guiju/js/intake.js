// Sending a stock of rules: many files some at a time, with the folders that they lie in; what was sent is kept.
const AT_ONCE = 12;
const BYTES = 24 * 1024 * 1024;
const MOST_NAMES = 5;

function chosen(box) {
  const files = [...box.querySelector("[data-intake-files]").files].map((file) => ({ file, folder: "" }));
  const tree = [...box.querySelector("[data-intake-directory]").files].map((file) => ({ file, folder: file.webkitRelativePath.split("/").slice(0, -1).join("/") }));
  return [...files, ...tree].filter(({ file }) => !/^(~\$|\._|\.DS_Store$|Thumbs\.db$)/.test(file.name));
}

function batches(all) {
  const found = [];
  let bytes = 0;
  for (const one of all) {
    const last = found.at(-1);
    if (!last || last.length >= AT_ONCE || bytes + one.file.size > BYTES) {
      found.push([one]);
      bytes = one.file.size;
    } else {
      last.push(one);
      bytes += one.file.size;
    }
  }
  return found;
}

async function post(url, body) {
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.words || "");
  return told;
}

async function send(form, box, all, begin) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const bar = box.querySelector("[data-intake-bar]");
  bar.hidden = false;
  const { add, url } = await begin(token);
  let done = 0;
  for (const batch of batches(all)) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token);
    for (const { file, folder } of batch) {
      body.append("files", file, file.name);
      body.append("folders", folder);
    }
    await post(add, body);
    done += batch.length;
    bar.querySelector("progress").value = done / all.length;
    bar.querySelector("[data-intake-done]").textContent = `${done} / ${all.length}`;
  }
  window.location.assign(url);
}

function start(form, begin) {
  const box = form.querySelector("[data-intake-choose]");
  const wrong = box.querySelector("[data-intake-wrong]");
  const tell = (words) => { wrong.textContent = words; wrong.hidden = !words; };
  box.querySelector("[data-intake-folder]").hidden = false;
  const files = box.querySelector("[data-intake-files]");
  files.addEventListener("change", () => window.setTimeout(() => { // a long list of names says less than their number
    if (files.files.length > MOST_NAMES) box.querySelector("[data-drop-words]").textContent = `${files.files.length} ${box.querySelector("[data-intake-count]").dataset.words}`;
  }, 0));
  box.querySelector("[data-intake-directory]").addEventListener("change", () => {
    const count = box.querySelector("[data-intake-count]");
    count.textContent = `${box.querySelector("[data-intake-directory]").files.length} ${count.dataset.words}`;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const all = chosen(box);
    if (!all.length) { tell(wrong.dataset.none); return; }
    tell("");
    const buttons = [...form.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    try {
      await send(form, box, all, begin);
    } catch (error) {
      tell(error.message || wrong.dataset.lost);
      for (const button of buttons) button.disabled = false;
    }
  });
}

// Once a stock has begun, trying again after a broken connection goes on with that one.
let begun = null;
const fresh = document.querySelector("form[data-intake-new]");
if (fresh) {
  start(fresh, async (token) => {
    if (!begun) {
      const body = new FormData();
      body.append("csrfmiddlewaretoken", token);
      for (const name of ["name", "cutoff_on"]) body.append(name, fresh.elements[name].value);
      begun = await post(window.location.href, body);
    }
    return begun;
  });
}
const more = document.querySelector("form[data-intake-add]");
if (more) start(more, async () => ({ add: more.action, url: window.location.pathname }));
