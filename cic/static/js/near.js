/* My position is asked for on a click, rounded to a hundred metres, and goes into the address like a typed place. */

const line = document.querySelector("[data-near]");
if (line && navigator.geolocation) {
  const [button, status] = [line.querySelector("button"), line.querySelector("[role=status]")];
  line.hidden = false;
  button.addEventListener("click", () => {
    status.textContent = line.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const query = new URLSearchParams(location.search);
        ["place", "page", "cursor", "box", "order"].forEach((name) => query.delete(name));
        query.set("near", `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`);
        location.search = query;
      },
      () => {
        status.textContent = line.dataset.refused;
      },
      { timeout: 15000, maximumAge: 60000 },
    );
  });
}
