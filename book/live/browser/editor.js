// A cell's code, to be changed: a text area that lies on the page's own highlighted text, letter on letter.
import { make } from "./dom.js";

const KEYWORDS =
  "and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|" +
  "lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield";
const KNOWN = "print|range|len|zip|enumerate|sum|min|max|abs|round|map|sorted|list|tuple|dict|set|str|float|int|all|any|next";
// The classes are those of the highlighter that coloured the page.
const TOKENS = new RegExp(
  [
    String.raw`(?<c1>#.*)`,
    String.raw`(?<s2>(?<!\w)[rbfuRBFU]{0,2}(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))`,
    String.raw`(?<mi>(?<![\w.])(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?j?)`,
    String.raw`(?<kc>\b(?:True|False|None)\b)`,
    String.raw`(?<k>\b(?:${KEYWORDS})\b)`,
    String.raw`(?<nb>\b(?:${KNOWN})\b(?=\())`,
    String.raw`(?<n>[\p{L}_][\p{L}\p{N}_]*)`,
    String.raw`(?<o>[-+*/%=<>!&|^~@]+)`,
  ].join("|"),
  "gu",
);
const escape = (text) => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt()};`);

export function highlight(code) {
  let markup = "";
  let at = 0;
  for (const { 0: text, index, groups } of code.matchAll(TOKENS)) {
    const kind = Object.keys(groups).find((name) => groups[name] !== undefined);
    markup += `${escape(code.slice(at, index))}<span class="${kind}">${escape(text)}</span>`;
    at = index + text.length;
  }
  return markup + escape(code.slice(at));
}

export class Editor {
  // Over `pre`, whose text is the code as the book has it; `changed` is called at each change.
  constructor(pre, name, changed) {
    this.pre = pre;
    this.original = pre.textContent.replace(/\n$/, "");
    this.markup = pre.innerHTML;
    this.area = make("textarea", { className: "live-editor", value: this.original, spellcheck: false, rows: 1, wrap: "off" });
    this.area.ariaLabel = name;
    for (const key of ["autocapitalize", "autocomplete", "autocorrect"]) this.area.setAttribute(key, "off");
    pre.inert = true; // seen, while the area is what is focused and read out
    pre.after(this.area);
    pre.parentElement.classList.add("live");
    this.area.addEventListener("input", () => {
      this.paint();
      changed();
    });
    this.area.addEventListener("scroll", () => (pre.scrollLeft = this.area.scrollLeft));
    this.area.addEventListener("keydown", (event) => this.key(event));
  }

  get code() {
    return this.area.value;
  }

  set code(code) {
    this.area.value = code;
    this.paint();
  }

  paint() {
    this.pre.innerHTML = this.code === this.original ? this.markup : `${highlight(this.code)}\n`;
    this.mark();
  }

  // Mark the line that an error points at, or none.
  mark(line) {
    this.pre.parentElement.style.setProperty("--live-line", line ?? 0);
    this.pre.parentElement.classList.toggle("live-wrong", Boolean(line));
  }

  // A new line begins where this one does, or deeper after a colon. Tab stays the keyboard's way out of the code.
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.key !== "Enter") return;
    event.preventDefault();
    const line = this.code.slice(0, this.area.selectionStart).split("\n").pop();
    const deeper = /:\s*(#.*)?$/.test(line) ? "    " : "";
    document.execCommand("insertText", false, `\n${line.match(/^\s*/)[0]}${deeper}`); // which can be undone
  }
}
