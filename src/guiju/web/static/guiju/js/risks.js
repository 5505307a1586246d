// Rating: shows at once which level the matrix gives, and asks for a reason only where the level differs.
const LEVELS = ["low", "medium", "high"];

function level(matrix, form) {
  const value = (name) => (form.elements[name] ? form.elements[name].value : "");
  const left = value("residual_probability") && value("residual_impact");
  const side = left ? "residual_" : "";
  const found = matrix.cells[`${value(`${side}probability`)},${value(`${side}impact`)}`];
  if (!found) return "";
  const step = (left && value("residual_detectability")) || value("detectability");
  const place = LEVELS.indexOf(found) + (matrix.third[step] || 0);
  return LEVELS[Math.min(Math.max(place, 0), 2)];
}

function follow(form) {
  const matrix = JSON.parse(form.closest("[data-risk-matrix]").dataset.riskMatrix);
  const given = level(matrix, form);
  const shown = form.querySelector("[data-rate-given]");
  if (shown) shown.textContent = given ? matrix.words[given] : "–";
  const chosen = form.elements.level.value;
  const reason = form.querySelector(".gj-rate-reason");
  if (reason) reason.hidden = !(chosen && chosen !== given);
}

function start(root) {
  for (const reason of root.querySelectorAll("[data-rate-reason]")) reason.hidden = true;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-rate]");
  if (form && form.closest("[data-risk-matrix]")) follow(form);
});
document.addEventListener("htmx:afterSwap", () => start(document));
start(document);
