// Ticking everything of one group: each group of proposals or marks is a form of its own.
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-tick-all]");
  const form = all && all.closest("form");
  if (!form) return;
  for (const box of form.querySelectorAll('input[name="pick"]')) box.checked = all.checked;
});
