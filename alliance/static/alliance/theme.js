// Runs before the first paint, so that a page never flashes in the wrong theme.
(() => {
  const chosen = document.cookie.match(/(?:^|; )theme=(light|dark)/);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    document.documentElement.dataset.bsTheme = chosen ? chosen[1] : dark.matches ? "dark" : "light";
  };
  show();
  if (!chosen) dark.addEventListener("change", show);
  document.documentElement.classList.add("js");
})();
