// Starts Swagger UI on the schema of this host. Trying out uses the session of whoever is signed in.
const place = document.getElementById("api-docs");

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  presets: [window.SwaggerUIBundle.presets.apis],
  // The page has its own heading.
  plugins: [() => ({ wrapComponents: { InfoContainer: () => () => null } })],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
  supportedSubmitMethods: ["get", "head", "options"],
});
