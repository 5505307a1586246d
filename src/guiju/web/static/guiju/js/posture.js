// A line of the crosswalk that is open folds and unfolds, and the day of the slider is marked in the lines while it moves. Without this script addresses do the same.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-cross]") : null;
  if (!link) return;
  event.preventDefault();
  const opened = document.getElementById(link.dataset.cross);
  if (opened) opened.hidden = !opened.hidden;
  const line = link.closest("tr");
  line.classList.toggle("gj-cross-open", !opened || !opened.hidden);
});

document.addEventListener("input", (event) => {
  const slider = event.target instanceof Element && event.target.matches("input[data-past]") ? event.target : null;
  if (!slider) return;
  const mark = slider.closest(".gj-past").querySelector("[data-past-at]");
  const at = (mark.ownerSVGElement.viewBox.baseVal.width * Number(slider.value)) / Math.max(Number(slider.max), 1);
  mark.setAttribute("x1", String(at));
  mark.setAttribute("x2", String(at));
});
