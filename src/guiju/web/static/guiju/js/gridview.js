// The table itself: its rows and columns, how they are drawn, which cells are chosen.
export const data = JSON.parse(document.getElementById("grid-data").textContent);
export const { words } = data;
export const all = data.columns;
export let columns = []; // the ones that are shown, in the order of the register
export const rows = [];
export const at = { row: 0, column: 0, fromRow: 0, fromColumn: 0 };
// mode: "" moves about, "type" replaces a cell, "edit" changes its text; undone: steps to take back, the last at the end.
export const state = { mode: "", busy: false, undone: [], redone: [] };
export const find = (name) => document.querySelector(`[data-grid-${name}]`);
export const input = find("input");
export const table = document.createElement("table");
export const handle = Object.assign(document.createElement("i"), { className: "gj-grid-handle" });
export const toast = (said, tone = "info") => document.dispatchEvent(new CustomEvent("toast", { detail: { text: said, tone } }));

const box = find("box");
const tip = find("tip");
export const info = ["unit", "status"].filter((name) => data[`shows_${name}`]); // told, not edited here
const BLANK = 5; // empty rows that wait at the end
const FIRST = 12; // and where nothing stands yet
const NUMBER = 56;
const WIDTHS = { longtext: 280, choice: 130, bool: 92, date: 116, period: 100, integer: 96, number: 110, amount: 130, person: 130, department: 150 };
const FIGURES = ["integer", "number", "amount"];
const KEPT = `gj.grid:${data.register}`;
let marked = [];

// --- rows -------------------------------------------------------------------------------------------------------------

export function newKey() { // works without https, where randomUUID does not
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((byte, place) => ([4, 6, 8, 10].includes(place) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

export const text = (row, code) => row.now[code] || "";
export const changed = (row) => all.map(({ code }) => code).filter((code) => text(row, code) !== (row.was[code] || ""));
export const isBlank = (row) => !row.uid && all.every(({ code }) => !text(row, code).trim());
export const isTouched = (row) => (row.uid ? row.removed || changed(row).length > 0 : !isBlank(row));
export const byKey = (key) => rows.find((row) => row.key === key);

/** A row as the server tells it, or an empty one. */
export function take(row, line) {
  const { cells, ...rest } = line || { uid: null, version: null, unit: "", status: "", title: "", cells: {}, may_edit: true, may_remove: true };
  return Object.assign(row, rest, { key: rest.uid || newKey(), was: cells, now: { ...cells }, removed: false, faults: {}, asks: {}, taken: new Set() });
}

export function append(line) {
  const row = take({}, line);
  rows.push(row);
  draw(row);
  return row;
}

export function drop(row) {
  rows.splice(rows.indexOf(row), 1);
  row.line.remove();
}

/** Empty rows wait at the end, and as many as a paste needs. */
export function grow(to = 0) {
  if (!data.may_create) return;
  let spare = 0;
  while (spare < rows.length && isBlank(rows[rows.length - 1 - spare])) spare += 1;
  const wanted = Math.max(to - rows.length, (rows.length === spare ? FIRST : BLANK) - spare);
  for (let count = 0; count < wanted; count += 1) append();
}

// --- drawing ----------------------------------------------------------------------------------------------------------

const wide = (column) => (column.title ? 260 : WIDTHS[column.kind] || 190);

function head(line, group, label, width, column) {
  const cell = document.createElement("th");
  const col = document.createElement("col");
  cell.scope = "col";
  cell.textContent = label;
  col.style.width = `${width}px`;
  if (column) {
    cell.title = [label, column.required ? words.required : "", column.help].filter(Boolean).join(" · ");
    cell.classList.toggle("gj-grid-required", column.required);
    cell.dataset.column = columns.indexOf(column);
    cell.dataset.col = column.code;
  } else {
    cell.className = label ? "gj-grid-info" : "gj-grid-number";
  }
  group.append(col);
  line.append(cell);
  return width;
}

function drawHead() {
  const group = document.createElement("colgroup");
  const line = document.createElement("tr");
  const [first, ...others] = columns;
  let total = head(line, group, "", NUMBER) + head(line, group, first.label, wide(first), first);
  line.lastChild.classList.add("gj-grid-first");
  for (const name of info) total += head(line, group, words[name], name === "unit" ? 160 : 96);
  for (const column of others) total += head(line, group, column.label, wide(column), column);
  table.style.width = `${total}px`;
  box.style.scrollPaddingLeft = `${NUMBER + wide(first)}px`;
  table.replaceChildren(group, document.createElement("thead"), document.createElement("tbody"));
  table.tHead.append(line);
}

function draw(row) {
  const line = document.createElement("tr");
  const number = document.createElement("th");
  number.className = "gj-grid-number";
  number.scope = "row";
  row.tds = columns.map(() => document.createElement("td"));
  row.told = info.map(() => Object.assign(document.createElement("td"), { className: "gj-grid-info" }));
  line.append(number, row.tds[0], ...row.told, ...row.tds.slice(1));
  row.line = line;
  line.grid = row;
  table.tBodies[0].append(line);
  paint(row);
}

function paintCell(row, place) {
  const { code, kind } = columns[place];
  const cell = row.tds[place];
  const value = text(row, code);
  if (cell.textContent !== value) cell.textContent = value;
  cell.dataset.col = code;
  cell.className = [
    place === 0 && "gj-grid-first",
    FIGURES.includes(kind) && "gj-num",
    row.uid && value !== (row.was[code] || "") && "gj-grid-dirty",
    row.faults[code] && "gj-grid-wrong",
    row.asks[code] && "gj-grid-ask",
    row.taken.has(code) && "gj-grid-taken",
  ].filter(Boolean).join(" ");
  cell.title = row.faults[code] || "";
  if (row.faults[code]) cell.setAttribute("aria-invalid", "true");
  else cell.removeAttribute("aria-invalid");
}

/** Draw a row again as it is now. */
export function paint(row) {
  columns.forEach((column, place) => paintCell(row, place));
  row.told.forEach((cell, place) => Object.assign(cell, { textContent: row[info[place]], title: row[info[place]] }));
  const kind = row.removed ? "removed" : isBlank(row) ? "" : !row.uid ? "new" : changed(row).length ? "changed" : "";
  row.line.className = [kind && `gj-grid-row--${kind}`, !row.may_edit && "gj-grid-row--locked"].filter(Boolean).join(" ");
  const number = row.line.cells[0];
  number.classList.toggle("gj-grid-wrong", Boolean(row.faults[""]));
  number.title = row.faults[""] || (kind ? words[kind] : row.may_edit ? "" : words.locked);
  number.textContent = rows.indexOf(row) + 1;
}

/** What waits to be saved, and which buttons have something to do. */
export function count() {
  const touched = rows.filter(isTouched);
  const fresh = touched.filter((row) => !row.uid).length;
  const gone = touched.filter((row) => row.removed).length;
  const parts = { fresh, altered: touched.length - fresh - gone, gone };
  const told = Object.entries(parts).filter(([, number]) => number).map(([name, number]) => words[name].replace("%s", number));
  find("pending").textContent = told.join(words.comma);
  find("save").disabled = state.busy || !touched.length;
  find("undo").disabled = !state.undone.length;
  find("redo").disabled = !state.redone.length;
  return touched.length;
}

// --- columns ----------------------------------------------------------------------------------------------------------

function remembered() {
  try { return JSON.parse(window.localStorage.getItem(KEPT)); } catch (error) { return null; }
}

/** Show these columns, and draw everything anew. */
export function show(codes, { keep = false } = {}) {
  const wanted = new Set(codes);
  const shown = all.filter(({ code }) => wanted.has(code));
  columns = shown.length ? shown : all.slice(0, 1);
  drawHead();
  for (const row of rows) draw(row);
  for (const check of find("columns").querySelectorAll("input")) check.checked = columns.some(({ code }) => code === check.value);
  if (keep) try { window.localStorage.setItem(KEPT, JSON.stringify(codes)); } catch (error) { /* then it is not remembered */ }
  if (rows.length) go(at.row, Math.min(at.column, columns.length - 1), { focus: false });
}

/** Columns that something has to be seen in. */
export function reveal(codes) {
  const more = codes.filter((code) => all.some((one) => one.code === code) && !columns.some((one) => one.code === code));
  if (more.length) show([...columns.map(({ code }) => code), ...more]);
}

export function begin() {
  const chooser = find("columns");
  for (const { code, label } of all) {
    const line = document.createElement("label");
    line.append(Object.assign(document.createElement("input"), { type: "checkbox", value: code }), label);
    chooser.append(line);
  }
  chooser.addEventListener("change", () => show([...chooser.querySelectorAll(":checked")].map(({ value }) => value), { keep: true }));
  table.setAttribute("aria-label", words.table);
  box.prepend(table, handle);
  const filled = new Set(data.rows.flatMap((line) => Object.keys(line.cells)));
  const usual = all.filter((column) => column.shown || filled.has(column.code)).map(({ code }) => code);
  show(remembered() || usual);
  data.rows.forEach(append);
  grow();
  count();
  if (rows.length) go(0, 0);
}

// --- what is chosen ---------------------------------------------------------------------------------------------------

export function chosen() {
  return {
    top: Math.min(at.row, at.fromRow), bottom: Math.max(at.row, at.fromRow),
    left: Math.min(at.column, at.fromColumn), right: Math.max(at.column, at.fromColumn),
  };
}

const active = () => rows[at.row].tds[at.column];

export function drawChosen() {
  for (const cell of marked) cell.classList.remove("gj-grid-chosen", "gj-grid-active");
  const range = chosen();
  marked = rows.slice(range.top, range.bottom + 1).flatMap((row) => row.tds.slice(range.left, range.right + 1));
  for (const cell of marked) cell.classList.add("gj-grid-chosen");
  active().classList.add("gj-grid-active");
  place();
}

/** The field for typing lies over the active cell, unseen until somebody types: so every input method works. */
export function place() {
  const row = rows[at.row];
  const column = columns[at.column];
  const cell = active();
  const range = chosen();
  const corner = rows[range.bottom].tds[range.right];
  const [left, top, height] = [cell.offsetLeft, cell.offsetTop, cell.offsetHeight];
  const width = state.mode ? Math.max(cell.offsetWidth, column.kind === "longtext" ? 360 : 200) : cell.offsetWidth;
  const end = [corner.offsetLeft + corner.offsetWidth, corner.offsetTop + corner.offsetHeight];
  const edge = box.scrollLeft + box.clientWidth;
  Object.assign(handle.style, { left: `${end[0] - 8}px`, top: `${end[1] - 8}px` });
  Object.assign(input.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  if (state.mode) input.style.height = `${Math.min(Math.max(input.scrollHeight + 4, height), 220)}px`;
  const name = `${column.label} · ${words.row.replace("%s", at.row + 1)}`;
  const wrong = row.faults[column.code] || row.faults[""];
  input.setAttribute("aria-label", state.mode ? name : `${name} · ${text(row, column.code) || words.empty}${wrong ? ` · ${wrong}` : ""}`);
  tip.hidden = !wrong || Boolean(state.mode);
  tip.textContent = wrong || "";
  if (wrong) Object.assign(tip.style, { left: `${Math.max(Math.min(left, edge - tip.offsetWidth - 8), box.scrollLeft)}px`, top: `${top + height}px` });
  find("line").textContent = [column.label, column.required ? words.required : "", column.help].filter(Boolean).join(" · ");
}

export function go(row, column, { extend = false, seen = true, focus = true } = {}) {
  at.row = Math.min(Math.max(row, 0), rows.length - 1);
  at.column = Math.min(Math.max(column, 0), columns.length - 1);
  if (!extend) Object.assign(at, { fromRow: at.row, fromColumn: at.column });
  at.fromRow = Math.min(at.fromRow, rows.length - 1);
  at.fromColumn = Math.min(at.fromColumn, columns.length - 1);
  if (!rows.length) return;
  drawChosen();
  if (seen) active().scrollIntoView({ block: "nearest", inline: "nearest" });
  if (focus) input.focus({ preventScroll: true });
}

/** To a cell, whether its column is shown or not. */
export function jump(row, code) {
  if (code) reveal([code]);
  go(rows.indexOf(row), Math.max(columns.findIndex((column) => column.code === code), 0));
}
