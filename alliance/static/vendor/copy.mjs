// Copies the picked browser files out of node_modules and builds the icon sprite.
// Which icon stands for which of our words is decided here and nowhere else.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const packages = "node_modules";
const here = "alliance/static/vendor";
const icons = {
  // the eight rooms
  home: "house-door", meetings: "calendar-event", tasks: "check2-square", matching: "arrow-left-right",
  practices: "lightbulb", members: "buildings", library: "journal-text", admin: "gear",
  // one of each
  meeting: "calendar-event", task: "check2-square", document: "file-earmark-text", resolution: "clipboard-check",
  practice: "lightbulb", zone: "buildings", demand: "arrow-left-right", megaphone: "megaphone",
  // lights and votes
  ok: "check-circle-fill", due: "clock-fill", overdue: "exclamation-octagon-fill", paused: "pause-circle-fill",
  yes: "check-lg", no: "x-lg", abstain: "circle", info: "info-circle-fill", warning: "exclamation-triangle-fill",
  // movement
  back: "chevron-left", forward: "chevron-right", down: "chevron-down", up: "chevron-up",
  ascending: "sort-down-alt", descending: "sort-down", sort: "chevron-expand", drag: "grip-vertical",
  // acts
  add: "plus-lg", close: "x", search: "search", filter: "funnel", edit: "pencil", remove: "trash3", send: "send",
  download: "download", upload: "upload", print: "printer", undo: "arrow-counterclockwise", refresh: "arrow-repeat",
  more: "three-dots", link: "link-45deg", copy: "copy", signout: "box-arrow-right", enter: "box-arrow-in-right",
  // things
  inbox: "bell", person: "person-circle", people: "people", unit: "building", bank: "bank", file: "file-earmark-text",
  word: "file-earmark-word", pdf: "file-earmark-pdf", excel: "file-earmark-excel", attach: "paperclip",
  place: "geo-alt", clock: "clock", calendar: "calendar3", phone: "telephone", mail: "envelope", qr: "qr-code",
  vote: "hand-index-thumb", gavel: "clipboard-check", flag: "flag", lock: "lock", shield: "shield-lock",
  settings: "sliders", language: "translate", light: "sun", dark: "moon-stars", auto: "circle-half",
  eye: "eye", help: "question-circle", empty: "inbox", key: "key", device: "laptop", screen: "easel",
  hourglass: "hourglass-split", star: "star", dot: "record-circle-fill",
};

const plain = (text) => text.replace(/\n?\/[/*]# sourceMappingURL=[^\n]*\n?/g, "\n");

mkdirSync(`${here}/bootstrap`, { recursive: true });
mkdirSync(`${here}/sortablejs`, { recursive: true });
mkdirSync(`${here}/bootstrap-icons`, { recursive: true });
for (const [from, to] of [
  ["bootstrap/dist/css/bootstrap.min.css", "bootstrap/bootstrap.min.css"],
  ["bootstrap/dist/js/bootstrap.bundle.min.js", "bootstrap/bootstrap.bundle.min.js"],
  ["sortablejs/Sortable.min.js", "sortablejs/Sortable.min.js"],
]) {
  // The static storage refuses a file that names a source map which is not there.
  writeFileSync(`${here}/${to}`, plain(readFileSync(`${packages}/${from}`, "utf8")));
}
for (const name of ["bootstrap", "sortablejs", "bootstrap-icons"]) {
  copyFileSync(`${packages}/${name}/LICENSE`, `${here}/${name}/LICENSE`);
}

const symbols = Object.entries(icons).map(([name, source]) => {
  const svg = readFileSync(`${packages}/bootstrap-icons/icons/${source}.svg`, "utf8");
  const shape = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" viewBox="0 0 16 16" fill="currentColor">${shape}</symbol>`;
});
writeFileSync(
  `${here}/bootstrap-icons/sprite.svg`,
  `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
);
