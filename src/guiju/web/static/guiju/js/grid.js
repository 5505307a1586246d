// A register as a table that is edited like a spreadsheet: keys, mouse and clipboard. It is saved in one piece.
import { Picker } from "./gridpick.js";
import { save as send } from "./gridsave.js";
import { cell, change, empty, fillDown, fillTo, mark, paste, redo, undo } from "./gridsteps.js";
import { at, begin, chosen, columns, count, drawChosen, find, go, handle, input, place, rows, state, table, text, toast, words } from "./gridview.js";
import { write } from "./sheet.js";

const box = find("box");
const ROW = 30;
let dragging = "";
let drawnTo = null;

// --- typing -----------------------------------------------------------------------------------------------------------

const picker = new Picker(find("list"), input, words, (stay) => {
  if (stay) {
    place();
    return;
  }
  commit();
  go(at.row + 1, at.column);
});

function open(how, { list = false } = {}) {
  const row = rows[at.row];
  if (state.mode) return;
  if (!row.may_edit || row.removed) {
    input.value = "";
    if (!row.may_edit) toast(words.locked);
    return;
  }
  state.mode = how;
  if (how === "edit") input.value = text(row, columns[at.column].code);
  input.classList.add("gj-grid-input--open");
  place();
  if (list && columns[at.column].options.length) input.select(); // a word from the list is replaced as a whole
  picker.open(columns[at.column], { all: list });
}

function commit({ keep = true } = {}) {
  if (!state.mode) return;
  const { value } = input;
  state.mode = "";
  picker.close();
  input.value = "";
  input.classList.remove("gj-grid-input--open");
  if (keep) change([cell(at.row, columns[at.column], value)]);
  place();
}

function save(reason) {
  commit();
  send((column, value) => picker.sent(column, value), reason);
}

input.addEventListener("input", () => {
  if (!state.mode) {
    open("type");
    return;
  }
  place();
  picker.type();
});
input.addEventListener("compositionstart", () => open("type"));
input.addEventListener("blur", () => window.setTimeout(() => { if (document.activeElement !== input) commit(); }));

// --- keys -------------------------------------------------------------------------------------------------------------

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** To the end of what is filled, as Ctrl and an arrow do in a spreadsheet. */
function edge([down, right]) {
  const filled = (row, column) => rows[row] && columns[column] && text(rows[row], columns[column].code) !== "";
  let { row, column } = at;
  const goes = filled(row + down, column + right);
  while (rows[row + down] && columns[column + right]) {
    row += down;
    column += right;
    if (goes ? !filled(row + down, column + right) : filled(row, column)) break;
  }
  return [row, column];
}

function chooseAll() {
  Object.assign(at, { row: 0, column: 0, fromRow: rows.length - 1, fromColumn: columns.length - 1 });
  drawChosen();
}

function command(event) {
  const act = { d: fillDown, z: event.shiftKey ? redo : undo, y: redo, a: chooseAll, "-": mark }[event.key.toLowerCase()];
  if (act) act();
  return Boolean(act);
}

function walk(event) {
  const extend = event.shiftKey;
  const move = MOVES[event.key];
  const strong = event.ctrlKey || event.metaKey;
  const page = Math.max(Math.floor(box.clientHeight / ROW) - 2, 1);
  if (event.altKey && event.key === "ArrowDown") open("edit", { list: true });
  else if (move && strong) go(...edge(move), { extend });
  else if (move) go(at.row + move[0], at.column + move[1], { extend });
  else if (event.key === "PageDown") go(at.row + page, at.column, { extend });
  else if (event.key === "PageUp") go(at.row - page, at.column, { extend });
  else if (event.key === "Home") go(strong ? 0 : at.row, 0, { extend });
  else if (event.key === "End") go(strong ? rows.length - 1 : at.row, columns.length - 1, { extend });
  else if (event.key === "Enter") go(at.row + (extend ? -1 : 1), at.column);
  else if (event.key === "Tab") go(at.row, at.column + (extend ? -1 : 1));
  else if (event.key === "F2") open("edit", { list: true });
  else if (event.key === "Delete" || event.key === "Backspace") empty();
  else if (event.key === "Escape") find("leave").focus();
  else return strong && !event.altKey && command(event);
  return true;
}

function type(event) {
  const move = state.mode === "type" && !picker.isOpen ? MOVES[event.key] : null;
  const back = event.shiftKey ? -1 : 1;
  if (picker.key(event)) return true;
  if (event.key === "Enter" && event.altKey) {
    input.setRangeText("\n", input.selectionStart, input.selectionEnd, "end");
    place();
  } else if (event.key === "Enter" || event.key === "Tab") {
    commit();
    if (event.key === "Tab") go(at.row, at.column + back);
    else go(at.row + back, at.column);
  } else if (event.key === "Escape") {
    commit({ keep: false });
  } else if (move) {
    commit();
    go(at.row + move[0], at.column + move[1]);
  } else {
    return false;
  }
  return true;
}

input.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (state.mode ? type(event) : walk(event)) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s" || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  save();
});

// --- clipboard --------------------------------------------------------------------------------------------------------

input.addEventListener("paste", (event) => {
  if (state.mode) return;
  event.preventDefault();
  paste(event.clipboardData.getData("text/plain"));
});
for (const kind of ["copy", "cut"]) {
  input.addEventListener(kind, (event) => {
    if (state.mode) return;
    event.preventDefault();
    const { top, bottom, left, right } = chosen();
    const lines = rows.slice(top, bottom + 1).map((row) => columns.slice(left, right + 1).map(({ code }) => text(row, code)));
    event.clipboardData.setData("text/plain", write(lines));
    if (kind === "cut") empty();
  });
}

// --- mouse ------------------------------------------------------------------------------------------------------------

function spot(event) {
  const found = event.target instanceof Element ? event.target.closest("td, th") : null;
  const row = found?.parentElement.grid;
  return found && { head: found.dataset.column, row: row ? rows.indexOf(row) : -1, column: row ? row.tds.indexOf(found) : -1, isNumber: found.classList.contains("gj-grid-number") };
}

function press(event, hit) {
  if (hit.head !== undefined) {
    go(0, Number(hit.head), { seen: false });
    at.fromRow = rows.length - 1;
    drawChosen();
  } else if (hit.isNumber && hit.row >= 0) {
    go(hit.row, 0, { extend: event.shiftKey, seen: false });
    Object.assign(at, { column: 0, fromColumn: columns.length - 1 });
    drawChosen();
  } else if (hit.column >= 0) {
    const again = hit.row === at.row && hit.column === at.column && document.activeElement === input && !event.shiftKey;
    dragging = "choose";
    go(hit.row, hit.column, { extend: event.shiftKey, seen: false });
    if (again && columns[hit.column].options.length) open("edit", { list: true });
  }
}

function drawFill(to) {
  const { top, bottom, left, right } = chosen();
  drawnTo = to;
  rows.forEach((row, number) => {
    const inside = to !== null && ((number > bottom && number <= to) || (number < top && number >= to));
    for (const one of row.tds.slice(left, right + 1)) one.classList.toggle("gj-grid-filling", inside);
  });
}

table.addEventListener("mousedown", (event) => {
  const hit = spot(event);
  if (event.button || !hit || !rows.length) return;
  event.preventDefault();
  commit();
  press(event, hit);
});
handle.addEventListener("mousedown", (event) => {
  event.preventDefault();
  commit();
  dragging = "fill";
});
table.addEventListener("mouseover", (event) => {
  const hit = dragging && spot(event);
  if (!hit || hit.row < 0) return;
  if (dragging === "fill") drawFill(hit.row);
  else if (hit.column >= 0) go(hit.row, hit.column, { extend: true });
});
document.addEventListener("mouseup", () => {
  const to = drawnTo;
  if (dragging === "fill") {
    drawFill(null);
    if (to !== null) fillTo(to);
    input.focus({ preventScroll: true });
  }
  dragging = "";
});
table.addEventListener("dblclick", (event) => {
  if (spot(event)?.column >= 0) open("edit", { list: true });
});
box.addEventListener("scroll", () => {
  if (rows.length) place();
  if (picker.isOpen) picker.place();
}, { passive: true });

// --- buttons ----------------------------------------------------------------------------------------------------------

const buttons = { undo, redo, fill: fillDown, remove: mark };
for (const [name, act] of Object.entries(buttons)) {
  find(name)?.addEventListener("click", () => {
    commit();
    act();
    input.focus({ preventScroll: true });
  });
}
find("save").addEventListener("click", () => save());
for (const form of document.querySelectorAll("#grid-reason form, #grid-why form"))
  form.addEventListener("submit", (event) => {
    const { reason } = event.target.elements;
    event.preventDefault();
    event.target.closest("dialog").close();
    save(reason.value.trim());
    reason.value = "";
  });
window.addEventListener("beforeunload", (event) => {
  if (!count() && !state.mode) return;
  event.preventDefault();
  event.returnValue = words.unsaved;
});

begin();
