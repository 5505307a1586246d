// A sentence and its requirements light up together. Without this script numbers are links to and fro all the same.
const page = document.querySelector("[data-beside]");

function cardsOf(words) {
  return words.dataset.of.split(" ").map((number) => document.getElementById(`r-${number}`)).filter(Boolean);
}
function wordsOf(number) {
  return [...page.querySelectorAll("[data-of]")].filter((words) => words.dataset.of.split(" ").includes(number));
}
function light(words, cards) {
  for (const lit of page.querySelectorAll(".gj-lit")) lit.classList.remove("gj-lit");
  for (const each of [...words, ...cards]) each.classList.add("gj-lit");
}
function inView(element) {
  const box = element.getBoundingClientRect();
  return box.top >= 120 && box.bottom <= window.innerHeight;
}
function bring(element) {
  if (element && !inView(element)) element.scrollIntoView({ block: "center" });
}

if (page) {
  page.addEventListener("click", (event) => {
    const words = event.target.closest("[data-of]");
    const tag = event.target.closest("a.gj-tag");
    if (words) {
      const cards = cardsOf(words);
      light(words.dataset.of.split(" ").flatMap(wordsOf), cards);
      bring(cards[0]);
    } else if (tag) {
      const number = tag.hash.slice(3);
      const card = document.getElementById(`r-${number}`);
      event.preventDefault();
      window.history.replaceState(null, "", tag.hash);
      light(wordsOf(number), card ? [card] : []);
      bring(tag.hash.startsWith("#t-") ? wordsOf(number)[0] : card);
    } else if (!event.target.closest("a, summary, details")) {
      const card = event.target.closest("[data-card]");
      light(card ? wordsOf(card.dataset.card) : [], card ? [card] : []);
    }
  });
}
