// "Run this page": the button, and nothing of Python until it is pressed; and how many exercises are passed.
const liveScript = document.currentScript.dataset;
const liveBase = new URL(".", document.currentScript.src);

const liveButton = (text, onclick) => {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: text, onclick });
  button.style = "border:1px solid;border-radius:.35rem;padding:0 .7rem;margin:-1px 0;background:none;color:var(--pst-color-primary);font:inherit";
  return button;
};

// A page that is opened as a file may not load what it needs to run.
const liveLinks = document.querySelector(".notebook-links");
if (liveLinks && document.querySelector(".cell_input") && location.protocol !== "file:" && window.Worker) {
  const python = new URL(liveScript.python, liveBase);
  const button = liveButton("Run this page", async () => {
    button.disabled = true;
    try {
      const { begin } = await import(new URL(`${liveScript.code}/page.js`, liveBase));
      await begin(button, python.href);
    } catch {
      button.disabled = false;
      button.textContent = "Run this page: it could not be loaded. Try again";
    }
  });
  liveLinks.prepend(button);
  if (python.origin !== location.origin) button.after(`loads Python from ${python.host}`);
}

// In the sidebar, beside the chapters: what the reader has passed, which their browser alone knows.
const livePassed = () => {
  const sidebar = document.querySelector(".bd-links");
  const all = JSON.parse(localStorage.getItem("lossgd:passed") ?? "{}");
  document.querySelectorAll(".live-count").forEach((old) => old.remove());
  if (!sidebar || !Object.keys(all).length) return;
  for (const link of sidebar.querySelectorAll("a")) {
    const known = all[link.pathname.split("/").pop()];
    if (!known) continue;
    const count = Object.assign(document.createElement("small"), { className: "live-count" });
    count.textContent = ` · ${known.passed.length} of ${known.of} passed`;
    link.append(count);
  }
  const clear = liveButton("Clear my progress", () => {
    localStorage.removeItem("lossgd:passed");
    livePassed();
  });
  clear.classList.add("live-count");
  sidebar.append(clear);
};
livePassed();
addEventListener("lossgd-passed", livePassed);
