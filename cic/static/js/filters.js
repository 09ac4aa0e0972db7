/* Filters in force stand in the address, empty ones do not. */

document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-keep-address-short]")) return;
  for (const [name, value] of [...event.formData]) if (value === "") drop(event.formData, name);
});

function drop(data, name) {
  const kept = data.getAll(name).filter((value) => value !== "");
  data.delete(name);
  kept.forEach((value) => data.append(name, value));
}

/* The selection bar says how many rows are ticked. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-selectable]");
  if (form) tell(form);
});
document.addEventListener("reset", (event) => {
  if (event.target.matches("[data-selectable]")) setTimeout(() => tell(event.target));
});

function tell(form) {
  const count = form.querySelector("[data-selection-count]");
  if (count) count.textContent = form.querySelectorAll(".pick-row input:checked").length;
}
