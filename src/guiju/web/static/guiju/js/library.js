// Copying a text that ledgers ask for.
async function copy(button) {
  const field = document.getElementById(button.dataset.copyText);
  try {
    await navigator.clipboard.writeText(field.value);
  } catch (error) { // plain http inside an intranet has no clipboard API
    field.select();
    document.execCommand("copy");
  }
  const word = button.querySelector("span");
  const said = word.textContent;
  word.textContent = button.dataset.copied;
  setTimeout(() => { word.textContent = said; }, 2000);
}

for (const button of document.querySelectorAll("[data-copy-text]")) {
  button.addEventListener("click", () => copy(button));
}
