/* Whoever reads this somewhere else sees the hours of a session as their own clock will show them, beside its own. */

const clock = (zone, days) =>
  new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(days ? { day: "numeric", month: "long" } : {}),
  });

for (const line of document.querySelectorAll("[data-hours-from]")) {
  const from = new Date(line.dataset.hoursFrom);
  const to = new Date(line.dataset.hoursTo);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (clock(here, true).format(from) === clock(line.dataset.zone, true).format(from)) continue;
  line.textContent = line.dataset.words.replace("{hours}", `${clock(here, true).format(from)}–${clock(here, false).format(to)} (${here})`);
  line.hidden = false;
}
