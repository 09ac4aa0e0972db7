/* Small helps for hand and keyboard: search by key, menus that close, errors in focus, dialogs, copying. */

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
    const box = document.querySelector("[data-search-key]");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  }
  if (event.key === "Escape") {
    const open = event.target.closest?.("details.drop[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.drop[open]").forEach((drop) => {
    if (!drop.contains(event.target)) drop.open = false;
  });

  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();

  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier);
});

/* <button data-copy="text or #id" data-copied="Copied"> … the button itself says that it is done. */
async function copy(button) {
  const source = button.dataset.copy;
  const text = source.startsWith("#") ? document.querySelector(source)?.textContent ?? "" : source;
  await navigator.clipboard.writeText(text.trim());
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => (label.textContent = before), 2500);
}

document.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = !navigator.clipboard));
document.querySelector("[data-focus]")?.focus();
