/* Saves a draft while one writes it, through the same form and the same checks as its button.

   <p role="status" hidden data-autosave="address" data-saving="…" data-failed="…" data-signed-out="…"> inside the form.
   What could not be saved stays in its field, and the line says so. When another window saved first, this one
   stops: the button then shows both versions. */

const PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 60000;

function keep(form, line) {
  let timer = 0;
  let running = null;
  let changes = 0;
  let failures = 0;
  let stopped = false;

  const say = (words, tone) => {
    line.hidden = false;
    line.textContent = words;
    line.dataset.tone = tone;
  };
  const later = (pause) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, pause);
  };

  function save() {
    if (stopped) return;
    if (running) return later(PAUSE_MS);
    running = send().finally(() => (running = null));
  }

  async function send() {
    const before = changes;
    const data = new FormData(form);
    say(line.dataset.saving, "");
    try {
      const response = await fetch(line.dataset.autosave, { method: "POST", body: data, redirect: "manual" });
      if (response.type === "opaqueredirect") return fail(line.dataset.signedOut);
      if (![200, 412, 422].includes(response.status)) return fail(line.dataset.failed);
      const answer = await response.json();
      failures = 0;
      say(answer.words, answer.state === "saved" ? "good" : "warn");
      if (answer.state === "stale") stopped = true;
      if (answer.state === "saved") saved(answer, before);
    } catch {
      fail(line.dataset.failed);
    }
  }

  function saved(answer, before) {
    line.dataset.autosave = answer.save_url;
    let version = form.elements.namedItem("version");
    if (!version) {
      version = Object.assign(document.createElement("input"), { type: "hidden", name: "version" });
      form.append(version);
    }
    version.value = answer.version;
    // From now on this page is the page of the draft: the button saves the same one.
    if (location.pathname !== answer.edit_url) history.replaceState(history.state, "", answer.edit_url);
    if (changes === before) form.dispatchEvent(new CustomEvent("saved", { bubbles: true }));
  }

  function fail(words) {
    failures += 1;
    say(words, "warn");
    later(Math.min(PAUSE_MS * 3 ** failures, LONGEST_PAUSE_MS));
  }

  form.addEventListener("input", () => {
    changes += 1;
    later(PAUSE_MS);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!running) {
      stopped = true;
      return;
    }
    // A save is on its way; a second one beside it would write a second draft.
    event.preventDefault();
    event.stopPropagation();
    running.finally(() => setTimeout(() => form.requestSubmit(event.submitter)));
  });
}

document.querySelectorAll("form [data-autosave]").forEach((line) => keep(line.closest("form"), line));
