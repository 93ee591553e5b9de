// Which exercises a reader has passed, kept in their browser; live.js shows it in the sidebar of each page.
export function pass(exercise, of) {
  const page = location.pathname.split("/").pop();
  try {
    const all = JSON.parse(localStorage.getItem("lossgd:passed")) ?? {};
    const passed = new Set(all[page]?.passed).add(exercise);
    localStorage.setItem("lossgd:passed", JSON.stringify({ ...all, [page]: { passed: [...passed], of } }));
  } catch {
    return; // a browser that keeps nothing
  }
  dispatchEvent(new Event("lossgd-passed"));
}
