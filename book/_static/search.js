// The search page: which pages hold all the words, the most telling first, each with the place that says most of them.
// Words are compared by their stems; the stemmer is Sphinx's, the text is in prose.js.
const SHOWN = 220; // characters of an excerpt
const stemmer = new Stemmer();
const letters = "[\\p{Letter}\\p{Number}_]";

// What a word begins with, wherever it stands; several words are also looked for in a row.
const patternsOf = (query) => {
  const words = query.toLowerCase().match(new RegExp(`${letters}+`, "gu")) ?? [];
  const told = words.filter((word) => !stopwords.includes(word));
  const stems = (told.length ? told : words).map((word) => stemmer.stemWord(word));
  const pattern = (stem) => new RegExp(`(?<!${letters})${stem}${letters}*`, "giu");
  return { words: stems.map(pattern), row: stems.length > 1 ? [pattern(stems.join(`${letters}*[^\\p{Letter}]+`))] : [] };
};

const count = (text, pattern) => text.match(pattern)?.length ?? 0;

// A name counts more than a mention, and many mentions little more than some.
const scoreOf = ([, name, text], { words, row }) =>
  [...words, ...row].reduce((sum, pattern) => sum + 8 * count(name, pattern) + Math.min(count(text, pattern), 4), 0);

const find = (patterns) =>
  BOOK.map(({ page, title, weight, places }) => {
    const whole = places.map(([, name, text]) => `${name} ${text}`).join(" ");
    if (!patterns.words.every((pattern) => count(whole, pattern))) return { score: 0 };
    const best = places.map((place) => ({ place, score: scoreOf(place, patterns) })).filter(({ score }) => score);
    best.sort((a, b) => b.score - a.score);
    const inTitle = [...patterns.words, ...patterns.row].filter((pattern) => count(title, pattern)).length;
    const score = weight * (20 * inTitle + best.slice(0, 3).reduce((sum, { score }) => sum + score, 0));
    return { page, title, score, places: best.slice(0, 3).map(({ place }) => place) };
  })
    .filter(({ score }) => score)
    .sort((a, b) => b.score - a.score);

// The paragraph that holds a word, if it can be one of whole sentences, from the sentence that holds it on.
const excerpt = (text, { words, row }) => {
  const lines = text.split("\n").sort((a, b) => /[.?!]$/.test(b) - /[.?!]$/.test(a)); // which keeps their order
  const wanted = [...row, ...words];
  const line = wanted.map((pattern) => lines.find((line) => count(line, pattern))).find(Boolean) ?? lines[0];
  const first = wanted.map((pattern) => line.search(pattern)).find((place) => place >= 0) ?? 0;
  const start = Math.max(...[". ", "? ", ": "].map((end) => line.lastIndexOf(end, first) + 2).filter((i) => i > 1), 0);
  if (line.length - start <= SHOWN) return line.slice(start);
  return `${line.slice(start, line.lastIndexOf(" ", start + SHOWN))} …`;
};

const element = (name, className, ...children) => {
  const made = Object.assign(document.createElement(name), { className });
  made.append(...children);
  return made;
};

const link = (page, anchor, text) =>
  Object.assign(element("a", "", text), { href: `${page}.html${anchor && `#${anchor}`}` });

const marked = (text, { words }) => {
  const places = words.flatMap((pattern) => [...text.matchAll(pattern)]).sort((a, b) => a.index - b.index);
  const pieces = [];
  let end = 0;
  for (const { 0: word, index } of places) {
    if (index < end) continue;
    pieces.push(text.slice(end, index), element("mark", "", word));
    end = index + word.length;
  }
  return element("p", "context", ...pieces, text.slice(end));
};

const show = (query) => {
  const patterns = patternsOf(query);
  const found = patterns.words.length ? find(patterns) : [];
  const list = element("ol", "search-found");
  for (const { page, title, places } of found) {
    const item = element("li", "", link(page, "", title));
    const telling = places.find(([, , text]) => patterns.words.some((pattern) => count(text, pattern))) ?? places[0];
    if (telling) item.append(marked(excerpt(telling[2], patterns), patterns));
    const named = places.filter(([, name]) => name && name !== title);
    const links = named.flatMap(([anchor, name], i) => [i ? " · " : "", link(page, anchor, name)]);
    if (links.length) item.append(element("p", "search-places", ...links));
    list.append(item);
  }
  const pages = found.length === 1 ? "1 page" : `${found.length} pages`;
  document.querySelector("#search-status").textContent = found.length
    ? `${pages} for “${query}”`
    : `No page has “${query}”. Try another word, or a shorter one.`;
  document.querySelector("#search-results").append(list);
};

const query = new URLSearchParams(location.search).get("q")?.trim();
for (const input of document.querySelectorAll("input[name=q]")) input.value = query ?? "";
if (query) {
  // The prose of the book is fetched when something is looked for in it.
  const prose = element("script", "");
  prose.onload = () => show(query);
  prose.src = document.currentScript.dataset.prose;
  document.head.append(prose);
}
