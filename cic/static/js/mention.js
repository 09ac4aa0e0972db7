/* Puts the name of somebody who reads along into a message.

   <ul data-mention="id of the text field"><li>@Name</li>…</ul>. Each name becomes a button; typing @ and the beginning
   of a name opens the list around it and leaves only the names that fit. Without this file one types the name. */

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

for (const list of document.querySelectorAll("[data-mention]")) {
  const field = document.getElementById(list.dataset.mention);
  const around = list.closest("details");
  if (!field) continue;

  // What was begun: the last @ before the caret and what follows it.
  const begun = () => {
    const before = field.value.slice(0, field.selectionStart);
    const found = before.match(/(?:^|\s)@([^@\n]{0,60})$/u);
    return found ? { from: before.length - found[1].length - 1, word: found[1] } : null;
  };

  const put = (name) => {
    const open = begun();
    const fits = open && fold(name).startsWith(fold(`@${open.word}`));
    field.setRangeText(`${name} `, fits ? open.from : field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  for (const item of list.children) {
    const name = item.textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button-small";
    button.textContent = name;
    button.addEventListener("click", () => put(name));
    item.replaceChildren(button);
  }

  field.addEventListener("input", () => {
    const open = begun();
    const start = open ? fold(`@${open.word}`) : "";
    const fitting = [...list.children].filter((item) => fold(item.textContent).startsWith(start));
    for (const item of list.children) item.hidden = fitting.length > 0 && !fitting.includes(item);
    if (open && fitting.length) around.open = true;
  });
}
