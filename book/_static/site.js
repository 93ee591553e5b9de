// What the pages' controls do. The theme's own scripts do it with Bootstrap: 95 KB that each page would have to run.
const root = document.documentElement;
const all = (selector) => document.querySelectorAll(selector);

// Colours: the system's, or those that were chosen; the page's head has set them before the first paint.
const dark = matchMedia("(prefers-color-scheme: dark)");
const colour = (mode) => {
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (dark.matches ? "dark" : "light") : mode;
};
dark.onchange = () => colour(root.dataset.mode);
for (const button of all(".theme-switch-button")) {
  button.onclick = () => {
    const modes = dark.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
    colour(modes[(modes.indexOf(root.dataset.mode) + 1) % 3]);
    localStorage.setItem("mode", root.dataset.mode);
  };
}

const closeFromOutside = (dialog) =>
  dialog.addEventListener("click", ({ clientX, clientY, target }) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const outside = clientX < left || clientX > right || clientY < top || clientY > bottom;
    if (target === dialog && outside) dialog.close();
  });

// Search: by button, or by Ctrl-K; the search page has a field of its own.
const searchDialog = document.getElementById("pst-search-dialog");
const searchField = document.querySelector("article form.bd-search input");
const search = () => {
  if (searchField) searchField.select();
  else if (searchDialog.open) searchDialog.close();
  else searchDialog.showModal();
};
closeFromOutside(searchDialog);
for (const button of all(".search-button__button")) button.onclick = search;
const mac = /^(Mac|iP)/.test(navigator.platform);
if (mac) all(".kbd-shortcut__modifier:first-child").forEach((key) => (key.textContent = "⌘"));
addEventListener("keydown", (event) => {
  const modified = mac ? event.metaKey : event.ctrlKey;
  if (!modified || event.shiftKey || event.altKey || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  search();
});

// Sidebars: on a narrow screen their content moves into a dialog, on a wide one the left one can be put away.
const move = (from, to) => {
  to.append(...from.childNodes);
  to.classList.add(...from.classList);
  from.className = "";
};
for (const name of ["primary", "secondary"]) {
  const sidebar = document.getElementById(`pst-${name}-sidebar`);
  const dialog = document.getElementById(`pst-${name}-sidebar-modal`);
  const button = document.querySelector(`.${name}-toggle`);
  if (!sidebar || !button) continue;
  button.onclick = () => {
    if (name === "primary" && matchMedia("(min-width: 992px)").matches) {
      sidebar.classList.toggle("pst-sidebar-hidden");
    } else {
      move(sidebar, dialog);
      dialog.showModal();
    }
  };
  closeFromOutside(dialog);
  dialog.addEventListener("click", ({ target }) => target.closest("a") && dialog.close());
  dialog.addEventListener("close", () => move(dialog, sidebar));
}

// An answer that opens closes the one before it, which may be long: what was pressed stays where it was.
addEventListener("click", ({ target }) => {
  const pressed = target.closest("details[name] > summary");
  if (!pressed) return;
  const { top } = pressed.getBoundingClientRect();
  requestAnimationFrame(() => scrollBy({ top: pressed.getBoundingClientRect().top - top, behavior: "instant" }));
});

// Menus under a button.
const open = (button, shown) => {
  button.setAttribute("aria-expanded", shown);
  button.nextElementSibling.classList.toggle("show", shown);
};
addEventListener("click", ({ target }) => {
  const pressed = target.closest(".dropdown-toggle");
  for (const button of all(".dropdown-toggle")) {
    open(button, button === pressed && button.ariaExpanded !== "true");
  }
});
addEventListener("keydown", ({ key }) => {
  const button = document.querySelector(".dropdown-toggle[aria-expanded=true]");
  if (key !== "Escape" || !button) return;
  open(button, false);
  button.focus();
});
window.toggleFullScreen = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen());

// The table of contents marks the section that is read, and those around it.
const entries = new Map();
for (const link of all("#pst-page-toc-nav a")) entries.set(document.getElementById(decodeURIComponent(link.hash.slice(1))), link);
const seen = new Set();
const reading = new IntersectionObserver(
  (changes) => {
    for (const { target, isIntersecting } of changes) seen[isIntersecting ? "add" : "delete"](target);
    const current = [...entries.keys()].filter((section) => seen.has(section)).pop();
    for (const [section, link] of entries) {
      link.classList.toggle("active", Boolean(current) && section.contains(current));
    }
  },
  { rootMargin: "0px 0px -60%" },
);
for (const section of entries.keys()) reading.observe(section);

// The keyboard reaches what scrolls: as it comes near, so that nothing has to be laid out before.
const reach = (elements) => {
  const scrolls = elements.map((element) => element.scrollWidth > element.clientWidth);
  elements.forEach((element, i) => (scrolls[i] ? (element.tabIndex = 0) : element.removeAttribute("tabindex")));
};
const near = new Set();
const nearing = new IntersectionObserver(
  (changes) => {
    for (const { target, isIntersecting } of changes) near[isIntersecting ? "add" : "delete"](target);
    reach(changes.filter((change) => change.isIntersecting).map((change) => change.target));
  },
  { rootMargin: "100%" },
);
for (const element of all("pre, div.math, .cell_output > .output, .pst-scrollable-table-container")) nearing.observe(element);
addEventListener("resize", () => reach([...near]));

new IntersectionObserver(([{ boundingClientRect }]) =>
  document.body.classList.toggle("scrolled", boundingClientRect.y < 0),
).observe(document.querySelector(".sbt-scroll-pixel-helper"));

// Parts of a page that the style leaves for later are laid out one by one when there is time. The browser keeps their
// heights: what is scrolled to, down or up, is where it will be.
const later = [...all(".bd-article > section > section")];
const isFar = (part) => {
  const { top, bottom } = part.getBoundingClientRect();
  return bottom < -innerHeight || top > 2 * innerHeight;
};
const layOutNext = () => {
  const part = later.shift();
  if (!part) return;
  part.style.contentVisibility = "visible";
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (isFar(part)) part.style.contentVisibility = ""; // what is seen would flicker
  }));
  requestIdleCallback(layOutNext);
};
if (CSS.supports("overflow-anchor", "auto")) {
  addEventListener("load", async () => {
    await document.fonts.load("1em 'STIX Two Math'"); // or formulas would grow after they were laid out
    requestIdleCallback(layOutNext);
  });
}

addEventListener("load", () => {
  const sidebar = document.querySelector(".bd-sidebar-primary");
  const page = sidebar?.querySelector("li.current.active");
  if (page?.offsetTop > sidebar.clientHeight / 2) sidebar.scrollTop = page.offsetTop - sidebar.clientHeight / 4;
});
