// Paper is light, and nothing opens on it: a chapter gets a key at its end, with hints, solutions and the quiz's answers.
const LETTERS = "abcdefgh";

const copyOf = (details) => {
  const copy = details.cloneNode(true);
  copy.querySelector("summary").remove();
  for (const element of copy.querySelectorAll("[id]")) element.removeAttribute("id");
  return copy.childNodes;
};

const entry = (title, content) => {
  const made = document.createElement("div");
  made.className = "answer";
  made.append(Object.assign(document.createElement("h4"), { textContent: title }), ...content);
  return made;
};

// The heading under which something stands, without the sign that links to it.
const headingOf = (element) => {
  const heading = element.closest("section").querySelector("h2, h3").cloneNode(true);
  heading.querySelector(".headerlink")?.remove();
  return heading.textContent;
};

const writeKey = () => {
  const article = document.querySelector(".bd-article");
  const key = Object.assign(document.createElement("section"), { className: "answers" });
  key.append(Object.assign(document.createElement("h2"), { textContent: "Answers" }));
  for (const details of article.querySelectorAll("details:not([name])")) {
    if (details.closest(".tag_hide-input")) continue; // code whose output is seen
    const what = details.querySelector("summary").textContent.includes("Hint") ? "hint" : "solution";
    key.append(entry(`${headingOf(details)}: ${what}`, copyOf(details)));
  }
  for (const right of article.querySelectorAll("details.right")) {
    const options = [...article.querySelectorAll(`details[name="${right.name}"]`)];
    key.append(entry(`${headingOf(right)}, ${right.name.match(/\d+/)}: ${LETTERS[options.indexOf(right)]}`, copyOf(right)));
  }
  if (key.children.length > 1) article.append(key);
};

let theme; // to go back to
addEventListener("beforeprint", () => {
  theme = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
  writeKey();
});
addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = theme;
  document.querySelector(".answers")?.remove();
});
