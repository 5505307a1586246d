// Sending what was touched, and telling what became of it.
import * as tell from "./gridtell.js";
import { all, at, byKey, changed, columns, count, data, drop, find, go, grow, isTouched, jump, newKey, paint, reveal, rows, state, take, text, toast, words } from "./gridview.js";
import { change, forget } from "./gridsteps.js";

const label = (code) => all.find((column) => column.code === code)?.label || "";
const number = (row) => words.row.replace("%s", rows.indexOf(row) + 1);

function sent(row, picked) {
  const { key, uid, version } = row;
  if (row.removed) return { key, uid, version, remove: true };
  const codes = new Set(uid ? changed(row) : all.map(({ code }) => code).filter((code) => text(row, code).trim()));
  const values = all.filter(({ code }) => codes.has(code)).map((column) => [column.code, picked(column, text(row, column.code))]);
  return { key, uid, version, values: Object.fromEntries(values) };
}

function showFaults(list) {
  for (const row of rows.filter(({ faults }) => Object.keys(faults).length)) {
    row.faults = {};
    paint(row);
  }
  const told = list.map((fault) => ({ code: fault.field, row: byKey(fault.row), text: [fault.what, fault.fix].filter(Boolean).join(" ") }));
  reveal(told.map(({ code }) => code));
  for (const one of told.filter(({ row }) => row)) {
    if (!columns.some(({ code }) => code === one.code)) one.code = "";
    one.row.faults[one.code] = one.text;
    one.place = [number(one.row), label(one.code)].filter(Boolean).join(" · ");
    paint(one.row);
  }
  told.sort((one, other) => rows.indexOf(one.row) - rows.indexOf(other.row));
  tell.faults(find("faults"), told, words, jump);
  if (told[0]?.row) jump(told[0].row, told[0].code);
}

/** Take over what only the others changed, and ask where both did; nothing is saved by that. */
function merge(clash) {
  const row = byKey(clash.row);
  clash.stays = Boolean(row.removed && clash.cells.length);
  if (clash.stays) row.removed = false;
  if (!clash.removed) row.version = clash.version;
  for (const one of clash.cells) {
    if (one.field === "_status") {
      row.status = one.theirs;
      continue;
    }
    row.was = { ...row.was, [one.field]: one.theirs };
    if (one.clash) row.asks[one.field] = one;
    else row.now[one.field] = one.theirs;
    if (!one.clash) row.taken.add(one.field);
  }
}

function showClashes(list) {
  reveal(list.flatMap((clash) => clash.cells.map(({ field }) => field)));
  if (list.length) forget();
  for (const clash of list) {
    merge(clash);
    paint(byKey(clash.row));
  }
  tell.clashes(find("clashes"), list, words, {
    mayAgain: data.may_create,
    place: (clash) => number(byKey(clash.row)),
    jump: (clash) => jump(byKey(clash.row), clash.cells[0]?.field),
    choose: (clash, { field, mine, theirs }, side) => {
      const row = byKey(clash.row);
      delete row.asks[field];
      change([{ row, code: field, to: side === "mine" ? mine : theirs }]);
      paint(row);
      count();
    },
    drop: (clash) => {
      drop(byKey(clash.row));
      rows.forEach(paint);
      count();
      go(at.row, at.column);
    },
    again: (clash) => {
      const row = byKey(clash.row);
      Object.assign(row, { key: newKey(), uid: null, version: null, was: {}, removed: false });
      paint(row);
      count();
    },
  });
}

function saved(answer) {
  for (const { key, line } of answer.rows) {
    const row = byKey(key);
    if (line) take(row, line);
    else drop(row);
  }
  forget();
  rows.forEach(paint);
  grow();
  go(at.row, at.column, { seen: false });
  toast(answer.said, "success");
}

/** Some changes take a reason: ask for it, then the same table is sent again. */
function askWhy({ what, fix }) {
  const dialog = document.getElementById("grid-why");
  dialog.querySelector("[data-grid-why]").textContent = [what, fix].filter(Boolean).join(" ");
  dialog.showModal();
}

async function send(touched, reason, picked) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) };
  const body = JSON.stringify({ unit: data.unit, reason, rows: touched.map((row) => sent(row, picked)) });
  const answer = await fetch(data.save_url, { method: "POST", headers, body });
  const told = await answer.json();
  const why = told.faults?.length === 1 && told.faults[0].row === "reason" ? told.faults[0] : null;
  showFaults(why ? [] : told.faults || []);
  showClashes(told.clashes || []);
  if (answer.ok) saved(told);
  else if (why) askWhy(why);
  else if (!told.faults?.length && !told.clashes?.length) toast([told.what, told.fix].filter(Boolean).join("\n"), "error");
}

/** Save everything, asking once why rows are removed. `picked` names what was chosen from lists. */
export async function save(picked, reason = "") {
  const touched = rows.filter(isTouched);
  const contested = touched.find((row) => Object.keys(row.asks).length);
  if (state.busy || !touched.length) return;
  if (contested) {
    toast(words.decide, "warning");
    jump(contested, Object.keys(contested.asks)[0]);
    return;
  }
  if (touched.length > data.most) {
    toast(words.too_many.replace("%s", data.most), "error");
    return;
  }
  if (!reason && touched.some((row) => row.removed)) {
    document.getElementById("grid-reason").showModal();
    return;
  }
  state.busy = true;
  count();
  document.body.classList.add("gj-busy");
  try {
    await send(touched, reason, picked);
  } catch (error) {
    toast(error instanceof SyntaxError ? words.refused : words.offline, "error"); // a page for people, or no answer
  }
  document.body.classList.remove("gj-busy");
  state.busy = false;
  count();
}
