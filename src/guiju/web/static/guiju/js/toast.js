// Messages: from the server (HX-Trigger: {"toast": {"text", "tone"}}), from other scripts, and from failed requests.
const box = document.getElementById("toasts");
const pattern = document.getElementById("toast-template");
const words = document.getElementById("words").dataset;

function show({ text, tone = "info" }) {
  const toast = pattern.content.firstElementChild.cloneNode(true);
  toast.className = `gj-toast gj-toast--${tone}`;
  toast.querySelector("p").textContent = text;
  box.append(toast);
  leave(toast);
}

// Errors stay until closed; the rest goes after a time in which it can be read twice.
function leave(toast) {
  if (toast.classList.contains("gj-toast--error")) return;
  const read = 4000 + 120 * toast.textContent.trim().length;
  window.setTimeout(() => (toast.matches(":hover") ? leave(toast) : toast.remove()), read);
}

for (const toast of box.children) leave(toast);
document.addEventListener("toast", (event) => show(event.detail));
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-toast-close]") : null;
  if (button) button.closest(".gj-toast").remove();
});

let running = 0;
const busy = (step) => {
  running = Math.max(0, running + step);
  document.body.classList.toggle("gj-busy", running > 0);
};
document.addEventListener("htmx:beforeRequest", () => busy(1));
document.addEventListener("htmx:afterRequest", () => busy(-1));
document.addEventListener("htmx:sendError", () => show({ text: words.offline, tone: "error" }));
document.addEventListener("htmx:timeout", () => show({ text: words.offline, tone: "error" }));
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if ((xhr.getResponseHeader("HX-Trigger") || "").includes("toast")) return;
  const page = new DOMParser().parseFromString(xhr.responseText || "", "text/html");
  const said = [...page.querySelectorAll("main h1, main h1 ~ p:not(.gj-error-where):not(.gj-empty-do)")];
  show({ text: said.map((part) => part.textContent.trim()).join("\n") || words.refused, tone: "error" });
});
