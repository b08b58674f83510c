// What the pages do beyond links and forms. Everything here is an aid: each page also works without it.
(() => {
  "use strict";
  const root = document.documentElement;

  // The chosen theme is a cookie, so that the server sends the right one with the next page.
  const choice = () => (document.cookie.match(/(?:^|; )theme=(light|dark)/) || [])[1] || "auto";
  const showChoice = () => {
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice()));
    }
  };
  const choose = (theme) => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    const age = theme === "auto" ? 0 : 365 * 24 * 3600;
    document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax${secure}`;
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.bsTheme = theme === "auto" ? (dark ? "dark" : "light") : theme;
    showChoice();
  };
  showChoice();

  // On a phone the filters of a list fold away, unless one is in use.
  if (matchMedia("(max-width: 899.98px)").matches) {
    for (const box of document.querySelectorAll("[data-filters]:not([data-used])")) box.open = false;
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-theme-choice], [data-print], [data-copy], [data-close]");
    if (target?.dataset.themeChoice) choose(target.dataset.themeChoice);
    else if (target && "print" in target.dataset) window.print();
    else if (target && "copy" in target.dataset) {
      navigator.clipboard.writeText(target.dataset.copy).then(() => say(target.dataset.copied));
    } else if (target && "close" in target.dataset) {
      const box = target.closest("dialog, .toast-note, .message");
      if (box instanceof HTMLDialogElement) {
        event.preventDefault();
        box.close();
      } else box?.remove();
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.querySelector("details.menu[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
      return;
    }
    const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const field = document.querySelector("[data-search]");
      if (field?.offsetParent) {
        event.preventDefault();
        field.focus();
        field.select();
      }
    }
  });

  // A menu left by keyboard closes, as a list of a select does.
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });

  // After a refused form, reading starts at the summary of what to mend.
  document.querySelector("[data-take-focus]")?.focus();

  // One press, one request. Wakes again when the page comes back from the browser's history.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || event.defaultPrevented || form.hasAttribute("data-many")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (form.method === "post") {
      form.dataset.sent = "yes";
      event.submitter?.setAttribute("aria-busy", "true");
    }
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });

  // A verb opens in the dialog; when the server refuses the fragment, the full page explains why.
  const dialog = document.getElementById("verb-dialog");
  document.addEventListener("htmx:afterSwap", (event) => {
    if (dialog && dialog.contains(event.detail.target) && !dialog.open) {
      dialog.showModal();
      dialog.querySelector("[autofocus], input:not([type=hidden]), select, textarea")?.focus();
    }
  });
  document.addEventListener("htmx:responseError", (event) => {
    const link = event.detail.elt;
    if (link instanceof HTMLAnchorElement) location.assign(link.href);
  });
  dialog?.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  // Short news without a new page: response header HX-Trigger {"say": "…"}.
  const say = (text) => {
    const place = document.getElementById("toasts");
    const pattern = document.getElementById("toast-pattern");
    if (!text || !place || !pattern) return;
    const note = pattern.content.firstElementChild.cloneNode(true);
    note.querySelector("[data-text]").textContent = text;
    place.append(note);
    setTimeout(() => note.remove(), 8000);
  };
  document.addEventListener("say", (event) => say(event.detail.value));

  // Rows picked in a table show the bar of what can be done with them.
  const picked = (table) => table.querySelectorAll("tbody [data-pick]:checked").length;
  document.addEventListener("change", (event) => {
    const table = event.target.closest("[data-pickable]");
    if (!table) return;
    if ("pickAll" in event.target.dataset) {
      for (const box of table.querySelectorAll("tbody [data-pick]")) box.checked = event.target.checked;
    }
    const bar = table.querySelector("[data-bulk]");
    if (bar) {
      bar.hidden = !picked(table);
      bar.querySelector("[data-picked]").textContent = picked(table);
    }
  });
})();
