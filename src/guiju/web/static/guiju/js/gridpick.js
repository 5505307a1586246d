// The list under a cell that is being edited: its few options, or people, departments and records as somebody types.
const SHOWN = 50;
const WAIT = 150;

/** Between several things of one cell; what is picked may hold a comma in its name. */
function sign(column) {
  if (column.kind === "entries") return /\n/;
  return column.pick ? /[、;；\n]/ : /[、,，;；\n]/;
}

export class Picker {
  constructor(list, input, words, take) {
    Object.assign(this, { list, input, words, take, column: null, found: [], at: -1, asked: 0, timer: 0 });
    this.named = new Map(); // what was chosen here, so that the very person or record is sent and not a name
    list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the cell keeps the focus
      const item = event.target.closest("li[data-at]");
      if (item) this.choose(Number(item.dataset.at));
    });
  }

  get isOpen() { return !this.list.hidden; }

  open(column, { all = false } = {}) {
    this.column = column;
    if (!column.options.length && !column.pick) return;
    this.refresh(all ? "" : this.typed());
  }

  close() {
    this.asked += 1;
    window.clearTimeout(this.timer);
    this.column = null;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }

  /** What is being typed: in a cell that holds several, the last of them. */
  typed() {
    const text = this.input.value;
    return (this.column.many ? text.split(sign(this.column)).pop() : text).trim();
  }

  type() {
    if (this.column) this.refresh(this.typed());
  }

  refresh(text) {
    window.clearTimeout(this.timer);
    const asked = (this.asked += 1);
    if (!this.column.pick) {
      const fit = this.column.options.filter((option) => option.toLowerCase().includes(text.toLowerCase()));
      this.show(fit.map((option) => ({ text: option })), text ? 0 : fit.indexOf(this.input.value));
      return;
    }
    this.timer = window.setTimeout(async () => {
      try {
        const answer = await fetch(`${this.column.pick}&q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
        const { results } = await answer.json();
        if (asked === this.asked) this.show(results, -1);
      } catch (error) { /* the name can be typed in full; the server will find it */ }
    }, text ? WAIT : 0);
  }

  show(found, at) {
    this.found = found.slice(0, SHOWN);
    this.at = Math.min(at, this.found.length - 1);
    this.list.replaceChildren(...this.found.map((one, number) => {
      const item = document.createElement("li");
      item.textContent = one.text;
      item.dataset.at = number;
      item.id = `grid-option-${number}`;
      item.setAttribute("role", "option");
      return item;
    }));
    this.list.hidden = this.found.length === 0;
    this.input.setAttribute("aria-expanded", String(this.isOpen));
    this.mark();
    this.place();
  }

  place() {
    const cell = this.input.getBoundingClientRect();
    const below = window.innerHeight - cell.bottom - 8;
    const room = Math.max(below, Math.min(cell.top - 8, 240));
    Object.assign(this.list.style, {
      left: `${cell.left}px`,
      minWidth: `${cell.width}px`,
      maxHeight: `${Math.min(room, 280)}px`,
      top: below >= 120 || below >= cell.top ? `${cell.bottom}px` : "auto",
      bottom: below >= 120 || below >= cell.top ? "auto" : `${window.innerHeight - cell.top}px`,
    });
  }

  mark() {
    [...this.list.children].forEach((item, number) => {
      item.setAttribute("aria-selected", String(number === this.at));
      if (number === this.at) item.scrollIntoView({ block: "nearest" });
    });
    if (this.at >= 0) this.input.setAttribute("aria-activedescendant", `grid-option-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  /** True when the key was meant for the list. */
  key(event) {
    if (!this.isOpen) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.mark();
      return true;
    }
    if (event.key === "Enter" && this.at >= 0) {
      this.choose(this.at);
      return true;
    }
    if (event.key === "Tab" && this.at >= 0) this.choose(this.at, { stay: true });
    if (event.key === "Escape") {
      this.list.hidden = true;
      return true;
    }
    return false;
  }

  choose(at, { stay = false } = {}) {
    const { column } = this;
    const one = this.found[at];
    if (one.value) this.named.set(`${column.code}\u0000${one.text}`, one.value);
    if (!column.many) {
      this.input.value = one.text;
    } else {
      const kept = this.input.value.split(sign(column)).slice(0, -1).map((part) => part.trim()).filter(Boolean);
      this.input.value = [...new Set([...kept, one.text])].join(column.kind === "entries" ? "\n" : "、");
    }
    this.list.hidden = true;
    if (!stay) this.take(column.many);
  }

  /** What is sent for a text: the one that was chosen under this name, or the text. */
  sent(column, text) {
    const value = (one) => this.named.get(`${column.code}\u0000${one}`);
    if (!column.pick) return text;
    if (!column.many) return value(text) || text;
    const parts = text.split(sign(column)).map((part) => part.trim()).filter(Boolean);
    return parts.some(value) ? parts.map((part) => value(part) || part).join(column.kind === "entries" ? "\n" : "、") : text;
  }
}
