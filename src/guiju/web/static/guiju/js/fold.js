// Folded sections: an address with a hash opens its own, printing opens all and folds them again.
const sections = [...document.querySelectorAll("details.gj-reqs, details.gj-fold")];

function openTarget() {
  const target = window.location.hash ? document.getElementById(decodeURIComponent(window.location.hash.slice(1))) : null;
  const section = target && target.closest("details.gj-reqs");
  if (!section) return;
  section.open = true;
  section.scrollIntoView();
}

let folded = [];
window.addEventListener("beforeprint", () => {
  folded = sections.filter((section) => !section.open);
  for (const section of folded) section.open = true;
});
window.addEventListener("afterprint", () => {
  for (const section of folded) section.open = false;
});
window.addEventListener("hashchange", openTarget);
openTarget();
