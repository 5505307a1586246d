// Files that are too large are told before minutes are spent on sending them.
const form = document.querySelector("form[data-limit]");

function fault() {
  const sizes = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files].map((file) => file.size));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.some((size) => size > Number(form.dataset.limit))) return form.dataset.limitWords;
  return all > Number(form.dataset.limitAll || Infinity) ? form.dataset.limitAllWords : "";
}

if (form) {
  const told = form.querySelector("[data-limit-told]");
  form.addEventListener("change", () => {
    told.textContent = fault();
    told.hidden = !told.textContent;
  });
  form.addEventListener("submit", (event) => {
    if (!told.hidden) event.preventDefault();
  });
}
