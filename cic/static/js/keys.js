/* Single keys on a list: j and k walk the rows, x ticks, ? helps; Enter opens, because the row's link has the focus.

   <dialog data-keys="#list"> is the help; a box #keys-on in it switches single keys off, for who speaks to the browser. */

const help = document.querySelector("dialog[data-keys]");
const box = document.getElementById("keys-on");
const KEPT = "single-keys-off";
const LOOK_MS = 250;
let looking = 0;

const rows = () => [...document.querySelectorAll(`${help.dataset.keys} tbody tr`)];
const at = (list) => list.findIndex((row) => row.contains(document.activeElement) || row.dataset.here);

function go(step) {
  const list = rows();
  if (!list.length) return;
  const now = at(list);
  const next = list[Math.max(0, Math.min(list.length - 1, now < 0 ? 0 : now + step))];
  list.forEach((row) => delete row.dataset.here);
  next.dataset.here = "yes";
  next.querySelector("[data-row]").focus();
  // Only where one rests is looked at, not all that one passes.
  clearTimeout(looking);
  looking = setTimeout(() => next.querySelector("[data-look]")?.click(), LOOK_MS);
}

function tick() {
  const list = rows();
  list[at(list)]?.querySelector(".pick-row input")?.click();
}

const acts = { j: () => go(1), k: () => go(-1), x: tick, "?": () => help.showModal() };

function types(field) {
  return field.isContentEditable || field.matches("textarea, select, input:not([type=checkbox])");
}

if (help && box) {
  document.querySelectorAll("[data-keys-switch]").forEach((place) => (place.hidden = false));
  box.checked = localStorage.getItem(KEPT) === null;
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, "yes");
  });
  document.addEventListener("keydown", (event) => {
    const act = acts[event.key];
    if (!act || !box.checked || help.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (types(event.target)) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest(`${help.dataset.keys} tbody tr`);
    if (row) rows().forEach((other) => other !== row && delete other.dataset.here);
  });
  // Where there is no room beside the list, what one asked for stands beneath it.
  document.addEventListener("htmx:afterSwap", (event) => {
    const pressed = event.detail.requestConfig?.triggeringEvent;
    const narrow = matchMedia("(max-width: 60rem)").matches;
    if (event.detail.target.id === "beside" && narrow && pressed?.isTrusted) document.getElementById("beside").focus();
  });
}
