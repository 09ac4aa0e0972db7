/* A click on the map of the districts fills in the degrees and the district of a place; typed degrees move the pin. */

for (const picker of document.querySelectorAll("[data-place]")) {
  const fields = picker.closest("form").elements;
  const [lonA, latA, xA, yA, lonB, latB, xB, yB] = picker.dataset.place.split(" ").map(Number);
  const picture = picker.querySelector(".map-picture");
  const pin = picker.querySelector("circle");
  const across = (value, from, to, start, end) => start + ((value - from) / (to - from)) * (end - start);

  const show = () => {
    const [lat, lon] = [fields.latitude, fields.longitude].map((field) => parseFloat(field.value.replace(",", ".")));
    const [x, y] = [across(lon, lonA, lonB, xA, xB), across(lat, latA, latB, yA, yB)];
    const inside = x >= 0 && x <= 100 && y >= 0 && y <= 100;
    pin.toggleAttribute("hidden", !inside);
    if (!inside) return;
    pin.setAttribute("cx", `${x}%`);
    pin.setAttribute("cy", `${y}%`);
  };
  const fill = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  picture.addEventListener("click", (event) => {
    const box = picture.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 100;
    const y = ((event.clientY - box.top) / box.height) * 100;
    fill(fields.longitude, across(x, xA, xB, lonA, lonB).toFixed(6));
    fill(fields.latitude, across(y, yA, yB, latA, latB).toFixed(6));
    const district = event.target.closest("path[data-key]");
    if (district && fields.territory) fill(fields.territory, district.dataset.key);
    picker.querySelector("output").value = [
      district?.querySelector("title").textContent, fields.latitude.value, fields.longitude.value,
    ].filter(Boolean).join(" · ");
  });
  for (const field of [fields.latitude, fields.longitude]) field.addEventListener("input", show);
  picker.hidden = false;
  show();
}
