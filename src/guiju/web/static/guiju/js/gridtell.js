// Above the table: which cells are not right, and what somebody else has changed in the meantime.
const SHOWN = 20;

function make(tag, text = "", className = "") {
  const found = document.createElement(tag);
  if (text) found.textContent = text;
  if (className) found.className = className;
  return found;
}

function button(text, act, className = "btn btn-quiet") {
  const found = make("button", text, className);
  found.type = "button";
  found.addEventListener("click", act);
  return found;
}

/** Every fault with the way to its cell. `faults`: [{ row, code, place, text }]. */
export function faults(box, list, words, jump) {
  box.replaceChildren();
  box.hidden = list.length === 0;
  if (box.hidden) return;
  const items = make("ul");
  for (const one of list.slice(0, SHOWN)) {
    const item = make("li");
    if (one.row) item.dataset.cell = `${one.row.key} ${one.code}`;
    if (one.row) item.append(button(one.place, () => jump(one.row, one.code), "btn btn-link"));
    item.append(make("span", one.text));
    items.append(item);
  }
  if (list.length > SHOWN) items.append(make("li", words.more.replace("%s", list.length - SHOWN)));
  box.append(make("h2", words.faults.replace("%s", list.length)), items);
}

/** A cell of the list has been changed since. */
export function corrected(box, row, code) {
  for (const item of box.querySelectorAll("li")) {
    if (item.dataset.cell === `${row.key} ${code}`) item.classList.add("gj-grid-corrected");
  }
}

function cells(clash, words, act) {
  const table = make("table", "", "gj-table");
  const head = table.createTHead().insertRow();
  for (const word of [words.column, words.before, words.theirs, words.mine]) head.append(make("th", word));
  const body = table.createTBody();
  for (const cell of clash.cells) {
    const row = body.insertRow();
    row.append(make("th", cell.label), make("td", cell.base || words.empty), make("td", cell.theirs || words.empty));
    const mine = make("td", cell.clash ? cell.mine || words.empty : "—");
    row.append(mine);
    if (!cell.clash) continue;
    const choose = (side) => {
      act.choose(clash, cell, side);
      row.cells[2].classList.toggle("gj-chosen", side === "theirs");
      mine.classList.toggle("gj-chosen", side === "mine");
    };
    row.cells[2].append(button(words.take_theirs, () => choose("theirs"), "btn btn-link"));
    mine.append(button(words.take_mine, () => choose("mine"), "btn btn-link"));
    cell.choose = choose;
  }
  return table;
}

/** Rows that somebody else has changed. `act`: { jump, choose, drop, again, place, mayAgain }. */
export function clashes(box, list, words, act) {
  box.replaceChildren();
  box.hidden = list.length === 0;
  if (box.hidden) return;
  const contested = list.flatMap((clash) => clash.cells).filter((cell) => cell.clash);
  const head = make("header");
  head.append(make("h2", words.clashes.replace("%s", list.length)));
  if (contested.length > 1) {
    for (const side of ["theirs", "mine"]) {
      head.append(button(words[`all_${side}`], () => contested.forEach((cell) => cell.choose(side))));
    }
  }
  box.append(head);
  for (const clash of list) {
    const part = make("section");
    const title = make("h3");
    const by = make("small", (clash.removed ? words.gone_by : words.clash_by).replace("%s", clash.by));
    title.append(button(act.place(clash), () => act.jump(clash), "btn btn-link"), make("span", clash.title), by);
    part.append(title);
    if (clash.cells.length) part.append(cells(clash, words, act));
    if (clash.stays) part.append(make("p", words.still));
    if (clash.removed) {
      const choices = make("p");
      choices.append(button(words.drop, () => { act.drop(clash); part.remove(); }));
      if (act.mayAgain) choices.append(button(words.again, () => { act.again(clash); part.remove(); }));
      part.append(choices);
    }
    box.append(part);
  }
  box.append(make("p", words.taken_over, "gj-grid-note"));
}
