// Starts Swagger UI on the service's own OpenAPI document.
"use strict";

window.addEventListener("load", () => {
  window.SwaggerUIBundle({
    url: document.getElementById("api").dataset.document,
    dom_id: "#api",
    deepLinking: true,
    docExpansion: "list",
    validatorUrl: null,
  });
});
