// The outline beside the editor follows what is typed.
const LEVELS = [/^[一二三四五六七八九十]+、/, /^（[一二三四五六七八九十]+）/, /^\d+[.．](?!\d)/, /^（\d+）/];

for (const field of document.querySelectorAll("[data-outline]")) {
  const list = document.getElementById(field.dataset.outline);
  const show = () => {
    const entries = [];
    for (const line of field.value.split("\n").map((text) => text.trim())) {
      const level = LEVELS.findIndex((start) => start.test(line)) + 1;
      if (!level) continue;
      const entry = document.createElement("li");
      entry.className = `level-${level}`;
      entry.textContent = line.length > 40 ? `${line.slice(0, 40)}…` : line;
      entries.push(entry);
    }
    if (!entries.length) {
      const none = document.createElement("li");
      none.textContent = list.dataset.empty;
      entries.push(none);
    }
    list.replaceChildren(...entries);
  };
  field.addEventListener("input", show);
  show();
}
