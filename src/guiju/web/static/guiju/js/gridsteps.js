// Changing cells in steps that can be taken back: paste, fill down, empty, mark for removal.
import { all, at, chosen, columns, count, data, drawChosen, find, go, grow, info, paint, reveal, rows, state, text, toast, words } from "./gridview.js";
import { corrected } from "./gridtell.js";
import { headings, parse } from "./sheet.js";

function play(step, side) {
  for (const { row, code, [side]: value } of step.cells) {
    row.now[code] = value;
    for (const place of ["", code]) {
      if (row.faults[place]) corrected(find("faults"), row, place);
      delete row.faults[place];
    }
  }
  for (const { row, [side]: value } of step.marks) row.removed = value;
  for (const row of new Set([...step.cells, ...step.marks].map((one) => one.row))) paint(row);
  grow();
  count();
  drawChosen();
}

/** Change cells ({ row, code, to }) and marks for removal ({ row, from, to }) in one step. */
export function change(cells, marks = []) {
  const real = cells.filter(({ row, code, to }) => row.may_edit && !row.removed && text(row, code) !== to);
  const step = { cells: real.map((one) => ({ ...one, from: text(one.row, one.code) })), marks };
  if (!step.cells.length && !step.marks.length) return;
  state.undone.push(step);
  state.redone.length = 0;
  play(step, "to");
}

function again(from, to, side) {
  const step = from.pop();
  if (!step) return;
  to.push(step);
  play(step, side);
  const [first] = [...step.cells, ...step.marks];
  go(rows.indexOf(first.row), Math.max(columns.findIndex(({ code }) => code === first.code), 0));
}

export const undo = () => again(state.undone, state.redone, "from");
export const redo = () => again(state.redone, state.undone, "to");
export function forget() {
  state.undone.length = 0;
  state.redone.length = 0;
}

const neat = (column, value) => (column.lines ? value : value.replace(/\s*\n\s*/g, " ")).trim();
export const cell = (row, column, value) => ({ row: rows[row], code: column.code, to: neat(column, value) });

function each(range, value) {
  const found = [];
  for (let row = range.top; row <= range.bottom; row += 1) {
    for (const column of columns.slice(range.left, range.right + 1)) found.push(cell(row, column, value(row, column)));
  }
  return found;
}

export const empty = () => change(each(chosen(), () => ""));

/** A block copied as the table stands carries the grey columns after the first; they are known by the words of states. */
function withoutGrey(lines, left) {
  const status = info.indexOf("status") + 1;
  const said = lines.map((line) => (line[status] || "").trim()).filter(Boolean);
  if (left !== 0 || !status || !said.length || !said.every((word) => data.states.includes(word))) return lines;
  toast(words.grey);
  return lines.map((line) => [line[0], ...line.slice(1 + info.length)]);
}

/** Where the columns of a pasted block go: by their headings, or side by side from the active one; repeated where it fits. */
function plan(pasted) {
  const range = chosen();
  const named = pasted.length > 1 && headings(pasted[0], all);
  const lines = named ? pasted : withoutGrey(pasted, range.left);
  if (named) {
    reveal(named.filter((place) => place >= 0).map((place) => all[place].code));
    return { lines: lines.slice(1), targets: named.map((place) => all[place]), height: lines.length - 1, named };
  }
  const across = Math.max(...lines.map((line) => line.length));
  const [high, broad] = [range.bottom - range.top + 1, range.right - range.left + 1];
  const tiled = high % lines.length === 0 && broad % across === 0;
  const width = tiled ? broad : across;
  const targets = Array.from({ length: width }, (_, step) => columns[range.left + step]);
  return { lines: tiled ? lines.map((line) => targets.map((_, step) => line[step % across])) : lines, targets, height: tiled ? high : lines.length };
}

export function paste(written) {
  const { lines, targets, height, named } = plan(parse(written));
  const { top, left } = chosen();
  if (top + height > data.most + data.rows.length) {
    toast(words.too_many.replace("%s", data.most), "error");
    return;
  }
  grow(top + height);
  const cells = [];
  let skipped = 0;
  for (let step = 0; step < height; step += 1) {
    const row = rows[top + step];
    targets.forEach((column, place) => {
      const value = lines[step % lines.length][place];
      if (value === undefined || (named && !column)) return;
      if (row && column && row.may_edit && !row.removed) cells.push(cell(top + step, column, value));
      else if (value.trim()) skipped += 1;
    });
  }
  change(cells);
  if (!named) {
    Object.assign(at, { row: top, column: left, fromRow: Math.min(top + height, rows.length) - 1, fromColumn: Math.min(left + targets.length, columns.length) - 1 });
    drawChosen();
  }
  if (named) toast(words.headings);
  if (skipped) toast(words.skipped.replace("%s", skipped), "warning");
}

/** The first chosen row goes into those below it; of a single cell, the one above it goes in. */
export function fillDown() {
  const range = chosen();
  const from = range.top === range.bottom ? range.top - 1 : range.top;
  if (from >= 0) change(each({ ...range, top: from + 1 }, (row, { code }) => text(rows[from], code)));
}

/** What is chosen is repeated as far as the handle was drawn. */
export function fillTo(row) {
  const range = chosen();
  const height = range.bottom - range.top + 1;
  const target = row > range.bottom ? { ...range, top: range.bottom + 1, bottom: row } : { ...range, top: row, bottom: range.top - 1 };
  const source = (to) => rows[range.top + ((((to - range.top) % height) + height) % height)];
  change(each(target, (to, { code }) => text(source(to), code)));
  Object.assign(at, { row: Math.min(range.top, row), fromRow: Math.max(range.bottom, row), column: range.left, fromColumn: range.right });
  drawChosen();
}

/** Mark the chosen rows for removal, or take the marks back; new rows are emptied. */
export function mark() {
  const range = chosen();
  const some = rows.slice(range.top, range.bottom + 1);
  const there = some.filter((row) => row.uid && row.may_remove);
  const to = !there.every((row) => row.removed);
  const fresh = some.filter((row) => !row.uid).flatMap((row) => all.map(({ code }) => ({ row, code, to: "" })));
  if (some.some((row) => row.uid && !row.may_remove)) toast(words.kept, "warning");
  change(fresh, there.filter((row) => row.removed !== to).map((row) => ({ row, from: row.removed, to })));
}
