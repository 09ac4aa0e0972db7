/* The box in the head: “/” and Ctrl K reach it, the arrows walk through what was found, Escape closes the list. */

const box = document.querySelector("[data-search-key]");
const list = document.getElementById("search-list");

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!box || event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  box.focus();
  box.select();
});

if (box && list) {
  const form = box.form;
  // A search box has no state “expanded”: what was found says itself, as a status.
  const show = (open) => (list.hidden = !open);
  const filled = () => box.value.trim() !== "" && list.childElementCount > 0;

  list.addEventListener("htmx:afterSwap", () => show(filled()));
  box.addEventListener("focus", () => show(filled()));
  box.addEventListener("input", () => box.value.trim() === "" && show(false));
  document.addEventListener("click", (event) => form.contains(event.target) || show(false));
  form.addEventListener("focusout", (event) => event.relatedTarget && !form.contains(event.relatedTarget) && show(false));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      box.focus();
      show(false);
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || list.hidden) return;
    event.preventDefault();
    const stops = [box, ...list.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    stops[(at + step + stops.length) % stops.length].focus();
  });
}
