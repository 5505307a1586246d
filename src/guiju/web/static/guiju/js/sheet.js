// The clipboard's text as a table and back, as Excel and WPS write it: cells by tab, rows by line, a cell with line
// breaks in quotation marks, a quotation mark in it doubled. Pure; nothing in a cell is ever computed.

function quoted(text, from) {
  let value = "";
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] !== '"') {
      value += text[at];
    } else if (text[at + 1] === '"') {
      value += '"';
      at += 1;
    } else {
      // Only a mark before the next cell ends the cell; any other was typed by somebody.
      const next = text[at + 1];
      return next === undefined || next === "\t" || next === "\n" ? { value, end: at + 1 } : null;
    }
  }
  return null;
}

function plain(text, from) {
  let end = from;
  while (end < text.length && text[end] !== "\t" && text[end] !== "\n") end += 1;
  return { value: text.slice(from, end), end };
}

/** The table in a text; at least one cell. */
export function parse(given) {
  const text = given.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const rows = [[]];
  for (let at = 0; ; ) {
    const cell = (text[at] === '"' && quoted(text, at)) || plain(text, at);
    rows[rows.length - 1].push(cell.value);
    if (cell.end >= text.length) return rows;
    if (text[cell.end] === "\n") rows.push([]);
    at = cell.end + 1;
  }
}

/** A table as text, which `parse` reads again. */
export function write(rows) {
  const cell = (value) => (/[\t\n\r]|^"/.test(value) ? `"${value.replace(/"/g, '""')}"` : value);
  return rows.map((row) => `${row.map(cell).join("\t")}\n`).join("");
}

const bare = (text) => text.replace(/[\s*＊]/g, "").toLowerCase();

/** If the first row names columns (`names` of each), their positions, -1 for empty headings; otherwise null. */
export function headings(row, columns) {
  const known = new Map(columns.flatMap((column, at) => column.names.map((name) => [bare(name), at])));
  const found = row.map((text) => (bare(text) ? known.get(bare(text)) : -1));
  const named = found.filter((at) => at >= 0);
  const all = found.every((at) => at !== undefined) && new Set(named).size === named.length;
  return all && named.length > 1 ? found : null;
}
