/* Several photographs chosen at once each go to a place of their own, and show which one that is. */

const rows = [...document.querySelectorAll("[data-photo]")];
const inputOf = (row) => row.querySelector("input[type=file]");

/** Drawn, not linked: no address of a file is ever loaded. */
async function show(row) {
  row.querySelector("canvas")?.remove();
  const [file] = inputOf(row).files;
  if (!file) return;
  try {
    const picture = await createImageBitmap(file, { resizeWidth: 240, imageOrientation: "from-image" });
    const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", file.name);
    canvas.getContext("2d").drawImage(picture, 0, 0);
    inputOf(row).before(canvas);
  } catch {
    // No picture: the server says so.
  }
}

function give(row, file) {
  const files = new DataTransfer();
  files.items.add(file);
  inputOf(row).files = files.files;
  show(row);
}

function spread(row) {
  const [first, ...rest] = inputOf(row).files;
  row.querySelector("[data-notice]")?.remove();
  if (!first) return show(row);
  give(row, first);
  const free = rows.filter((other) => other !== row && !inputOf(other).files.length);
  rest.slice(0, free.length).forEach((file, number) => give(free[number], file));
  if (rest.length > free.length) {
    const words = Object.assign(document.createElement("p"), { className: "notice notice-warning", textContent: row.dataset.tooMany });
    words.dataset.notice = "";
    words.setAttribute("role", "status");
    inputOf(row).after(words);
  }
}

for (const row of rows) {
  inputOf(row).multiple = true;
  inputOf(row).addEventListener("change", () => spread(row));
}
