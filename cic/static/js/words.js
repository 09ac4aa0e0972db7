/* How many words or characters are there, and how many are left? The server counts the same way. */

/** A word is a stretch between spaces that holds a letter or a digit. The spaces are named, one by one, because
 * languages differ in what they call one; the same ones stand in cic/core/words.py. */
const SPACES = /[\t\n\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

export function countWords(text) {
  return text.split(SPACES).filter((token) => /[\p{L}\p{N}]/u.test(token)).length;
}

const count = { words: countWords, characters: (text) => [...text.replace(/\r\n?/g, "\n")].length };

function watch(counter) {
  const field = document.getElementById(counter.dataset.counts);
  if (!field || counter.dataset.watched) return;
  counter.dataset.watched = "yes";
  const limit = Number(counter.dataset.limit);
  // Spoken only when the limit is passed or mended: a counter that talks at each key is noise.
  const spoken = document.createElement("span");
  spoken.className = "unseen";
  spoken.setAttribute("role", "status");
  counter.after(spoken);
  let wasOver = false;
  const show = () => {
    const n = count[counter.dataset.unit](field.value);
    const over = n > limit;
    const words = (over ? counter.dataset.over : counter.dataset.left)
      .replace("{n}", n)
      .replace("{limit}", limit)
      .replace("{over}", n - limit);
    counter.textContent = words;
    counter.classList.toggle("over", over);
    if (over !== wasOver) spoken.textContent = words;
    wasOver = over;
  };
  field.addEventListener("input", show);
  show();
}

const start = (root = document) => root.querySelectorAll("[data-counts]").forEach(watch);
if (typeof document !== "undefined") {
  start();
  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
}
