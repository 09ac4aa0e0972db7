/* What allauth's scripts leave to the page: a button for keys only where the browser has them, and words when it fails.

   <p role="alert" data-key-trouble data-cancelled="…" data-known="…" data-failed="…"></p>; [data-needs-keys][hidden] */

if (window.PublicKeyCredential) {
  document.querySelectorAll("[data-needs-keys]").forEach((part) => (part.hidden = false));
}

document.addEventListener("allauth.error", (event) => {
  const box = document.querySelector("[data-key-trouble]");
  if (!box) return;
  event.preventDefault();
  const kind = { NotAllowedError: "cancelled", InvalidStateError: "known" }[event.detail.exception?.name];
  box.textContent = box.dataset[kind ?? "failed"] ?? box.dataset.failed;
});
