// The receipt code is drawn on the voter's own device, and shown before the ballot leaves it.
(() => {
  "use strict";

  for (const field of document.querySelectorAll("form[data-ballot] input[name=code]")) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    field.value = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const place = field.form.querySelector("[data-code]");
    place.textContent = field.value.match(/.{4}/g).join(" ");
    place.closest("[hidden]").hidden = false;
  }

  // More names than places make a ballot invalid: the others wait until one is taken back.
  for (const form of document.querySelectorAll("form[data-most]")) {
    const most = Number(form.dataset.most);
    const boxes = [...form.querySelectorAll("input[type=checkbox]")];
    const limit = () => {
      const full = boxes.filter((box) => box.checked).length >= most;
      for (const box of boxes) box.disabled = full && !box.checked;
    };
    form.addEventListener("change", limit);
    limit();
  }
})();
