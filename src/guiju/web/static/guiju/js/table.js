// Tables: choosing rows and the bulk bar, choosing columns, walking rows by keyboard, filters that submit themselves.
function boxes(table) {
  return [...table.querySelectorAll("tbody input[name=pick]")];
}

function count() {
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const all = [...document.querySelectorAll("table[data-rows]")].flatMap(boxes);
  const chosen = all.filter((box) => box.checked);
  for (const box of all) box.closest("tr").classList.toggle("gj-picked", box.checked);
  bar.hidden = chosen.length === 0;
  bar.querySelector("[data-bulk-count]").textContent = String(chosen.length);
  const head = document.querySelector("[data-pick-all]");
  if (!head) return;
  head.checked = chosen.length > 0 && chosen.length === all.length;
  head.indeterminate = chosen.length > 0 && chosen.length < all.length;
}

let last = null;
document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  if (target.matches("[data-bulk-clear]")) {
    document.querySelectorAll("input[name=pick]").forEach((box) => { box.checked = false; });
    count();
  } else if (target.matches("[data-pick-all]")) {
    boxes(target.closest("table")).forEach((box) => { box.checked = target.checked; });
    count();
  } else if (target.matches("input[name=pick]")) {
    const all = boxes(target.closest("table"));
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(target)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((box) => { box.checked = target.checked; });
    }
    last = target;
    count();
  } else if (target.matches("[data-filter-clear], [data-filter-clear] *")) {
    const form = target.closest("form");
    target.closest(".gj-filter--set").remove();
    form.requestSubmit();
  }
});

// An empty optional filter or search word does not belong in the address.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-filters]")) return;
  for (const field of event.target.querySelectorAll("input[data-optional], input[name=q]")) field.disabled = field.value.trim() === "";
});

document.addEventListener("keydown", (event) => {
  const row = event.target instanceof Element && event.target.matches("tr[data-href]") ? event.target : null;
  if (!row) return;
  const rows = [...row.closest("tbody").querySelectorAll("tr[data-href]")];
  const at = rows.indexOf(row);
  const goto = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (goto !== undefined && rows[goto]) {
    event.preventDefault();
    row.tabIndex = -1;
    rows[goto].tabIndex = 0;
    rows[goto].focus();
    rows[goto].scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter") {
    window.location.assign(row.dataset.href);
  } else if (event.key === " ") {
    const box = row.querySelector("input[name=pick]");
    if (!box) return;
    event.preventDefault();
    box.click();
  }
});

function hideColumns(menu) {
  const off = new Set([...menu.querySelectorAll("input:not(:checked)")].map((box) => box.value));
  for (const cell of document.querySelectorAll("table[data-rows] [data-col]")) cell.hidden = off.has(cell.dataset.col);
  return [...off];
}

function startColumns() {
  for (const menu of document.querySelectorAll("[data-columns]")) {
    const key = `gj.columns:${menu.dataset.columns}`;
    let off = null;
    try { off = JSON.parse(window.localStorage.getItem(key)); } catch (error) { /* nothing remembered */ }
    if (off) for (const box of menu.querySelectorAll("input")) box.checked = !off.includes(box.value);
    hideColumns(menu);
    if (menu.dataset.started) continue;
    menu.dataset.started = "yes";
    menu.addEventListener("change", () => {
      const hidden = hideColumns(menu);
      try { window.localStorage.setItem(key, JSON.stringify(hidden)); } catch (error) { /* not remembered then */ }
    });
  }
}

startColumns();
count();
document.addEventListener("htmx:load", () => { startColumns(); count(); });
