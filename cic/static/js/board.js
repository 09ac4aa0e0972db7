/* Dragging a card of a board to another column does what its “Move to…” menu does; without this the menu is there. */

let dragged = null;

const says = (words) => {
  const place = document.querySelector("[data-board-says]");
  if (!place) return;
  place.textContent = "";
  place.classList.remove("unseen");
  place.classList.add("field-error");
  requestAnimationFrame(() => (place.textContent = words));
};

const wayTo = (card, column) => card.querySelector(`[data-to="${CSS.escape(column.dataset.state)}"]`);

function ready() {
  document.querySelectorAll("[data-board] [data-card]").forEach((card) => {
    if (card.querySelector("[data-to]")) card.draggable = true;
  });
}

function mark(card) {
  card.closest("[data-board]").querySelectorAll("[data-state]").forEach((column) => {
    column.classList.toggle("board-open", Boolean(wayTo(card, column)));
  });
}

function clear() {
  document.querySelectorAll(".board-open, .board-over, .board-dragged").forEach((element) => {
    element.classList.remove("board-open", "board-over", "board-dragged");
  });
  dragged = null;
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-card][draggable=true]") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.querySelector(".reference")?.textContent ?? "");
  dragged.classList.add("board-dragged");
  mark(dragged);
});

document.addEventListener("dragover", (event) => {
  const column = dragged && event.target.closest?.("[data-state]");
  document.querySelectorAll(".board-over").forEach((other) => other.classList.toggle("board-over", other === column));
  if (!column) return;
  event.preventDefault();
  column.classList.add("board-over");
});

document.addEventListener("drop", (event) => {
  const column = dragged && event.target.closest?.("[data-state]");
  if (!column) return;
  event.preventDefault();
  const card = dragged;
  const way = wayTo(card, column);
  clear();
  if (column === card.closest("[data-state]")) return;
  if (way) way.click();
  else says(`${card.querySelector(".reference")?.textContent ?? ""} – ${document.querySelector("[data-board-says]").dataset.refused}`);
});

document.addEventListener("dragend", clear);
document.addEventListener("htmx:afterSettle", ready);
ready();
