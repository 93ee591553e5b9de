// A formula wider than its column scrolls; this lets the keyboard reach it, as the theme does for tables and code.
const reachFormulas = () => {
  for (const formula of document.querySelectorAll('mjx-container[display="true"]')) {
    formula.tabIndex = formula.scrollWidth > formula.clientWidth ? 0 : -1;
  }
};
addEventListener("load", () => window.MathJax?.startup.promise.then(reachFormulas));
addEventListener("resize", reachFormulas);
addEventListener("toggle", reachFormulas, true); // a <details> opens
