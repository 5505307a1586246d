// Reviews: papers that only some answers ask for, and one more row of conditions when the last one is begun or asked for.
const form = document.querySelector("main form");

function papers() {
  for (const line of document.querySelectorAll("[data-only-field]")) {
    const field = document.getElementById(line.dataset.onlyField);
    const chosen = field ? field.value : "";
    const held = line.querySelector("input[type=hidden]") !== null;
    line.hidden = !held && !line.dataset.onlyValues.split(" ").includes(chosen);
  }
}

function more(event) {
  const row = event.target instanceof Element ? event.target.closest("[data-row]") : null;
  if (row && !row.nextElementSibling?.matches("[data-row]")) add(row.closest("[data-rows]"));
}

function add(box) {
  const held = box.querySelectorAll("[data-row]");
  const count = held.length;
  const row = held[count - 1];
  if (count >= Number(box.dataset.rows)) return null;
  const fresh = row.cloneNode(true);
  const turn = (text) => text.replace(/^c\d+-/, `c${count + 1}-`);
  for (const wrapper of fresh.querySelectorAll(".ts-wrapper, .gj-wrong")) wrapper.remove();
  for (const field of fresh.querySelectorAll("input, select")) {
    field.id = turn(field.id.replace(/-ts-control$/, ""));
    field.name = turn(field.name);
    if (field.type === "checkbox") field.checked = false;
    else field.value = "";
    field.className = "";
    field.removeAttribute("tabindex");
    delete field.tomselect;
  }
  for (const label of fresh.querySelectorAll("label")) {
    label.htmlFor = turn(label.htmlFor.replace(/-ts-control$/, ""));
    label.removeAttribute("id");
  }
  row.after(fresh);
  document.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  return fresh;
}

for (const button of document.querySelectorAll("[data-more]")) {
  button.hidden = false;
  button.addEventListener("click", () => add(button.closest("[data-rows]"))?.querySelector("input")?.focus());
}

if (form) {
  papers();
  document.addEventListener("change", papers);
  document.addEventListener("input", more);
}
