// The room keeps itself fresh; without this its buttons and the refresh link work as well.
(() => {
  "use strict";

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    // A refusal comes with the place where it is to be read: the dialog.
    if (xhr.status >= 400 && xhr.getResponseHeader("HX-Retarget")) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    } else if (xhr.status >= 400 && requestConfig.verb === "post") {
      location.reload(); // the right was lost meanwhile; the page itself says so
    }
    // Signed out meanwhile: the answer is another page than the one asked for.
    const asked = new URL(requestConfig.path, location.href).pathname;
    if (xhr.responseURL && new URL(xhr.responseURL).pathname !== asked) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });

  const clock = () => {
    for (const place of document.querySelectorAll("[data-clock]")) {
      place.textContent = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: place.dataset.clock });
    }
  };
  clock();
  setInterval(clock, 1000);
  document.addEventListener("htmx:afterSwap", clock);
})();
