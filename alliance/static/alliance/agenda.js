// Dragging an item to its place on the agenda; the arrows beside it do the same without scripts.
(() => {
  "use strict";
  const list = document.querySelector("[data-sortable]");
  if (!list || !window.Sortable) return;
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const number = () => {
    list.querySelectorAll(".agenda-number").forEach((place, index) => {
      place.textContent = index + 1;
    });
  };
  window.Sortable.create(list, {
    handle: ".agenda-handle",
    animation: 120,
    onEnd: async (event) => {
      if (event.oldIndex === event.newIndex) return;
      number();
      const answer = await fetch(event.item.dataset.move, {
        method: "POST",
        headers: { "X-CSRFToken": token, "X-Requested-With": "drag", "Content-Type": "application/x-www-form-urlencoded" },
        body: `position=${event.newIndex + 1}`,
      });
      // A refusal, or another's change meanwhile: show what truly stands.
      if (!answer.ok) location.reload();
    },
  });
})();
