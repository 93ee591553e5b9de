// Cells that are the reader's own: one below each exercise that can be checked, and one at the end of the page.
import { Cell } from "./cell.js";
import { button, make } from "./dom.js";
import { pass } from "./progress.js";

// The marker in a solution: what stands below it checks what these names stand for.
const MARKER = /^# Check: (.+)$/m;

function element(code) {
  const pre = make("pre", { textContent: `${code}\n` });
  const input = make("div", { className: "cell_input" }, make("div", { className: "highlight-python" }, make("div", { className: "highlight" }, pre)));
  return make("div", { className: "cell docutils container live-own" }, input);
}

// What the reader is to fill in: each name that is checked, with its arguments if it is a function.
function starter(solution, names) {
  const lines = names.map((name) => {
    const head = solution.match(new RegExp(`^def ${name}\\([^]*?\\):$`, "m"));
    return head ? `${head[0]}\n    ...\n` : `${name} = ...`;
  });
  return lines.join("\n").trim();
}

class Answer extends Cell {
  constructor(page, element, name, solution) {
    super(page, element, name);
    Object.assign(this, { own: true, keptAs: name, book: solution.editor.original, section: solution.element.closest("section").id });
    this.tools.querySelector("button").after(button("Check", () => this.askForCheck()));
    this.verdict = make("p", { className: "live-verdict", hidden: true });
    this.tools.after(this.verdict);
  }

  askForCheck() {
    this.checking = true;
    this.page.runTo(this);
  }

  changed() {
    super.changed();
    this.verdict.hidden = true;
  }

  async run() {
    const checking = this.checking;
    this.checking = false;
    const well = await super.run();
    if (!checking || !well) return well;
    const missing = await this.page.python.call("check", this.book);
    this.verdict.className = `live-verdict ${missing ? "live-not-yet" : "live-passed"}`;
    this.verdict.textContent = missing ?? "Right: this passes what the solution passes.";
    this.verdict.hidden = false;
    if (!missing) pass(this.section, this.page.answers);
    return well;
  }

  summary() {
    return this.verdict.hidden ? undefined : `${this.name}: ${this.verdict.textContent}`;
  }
}

class Scratch extends Cell {
  constructor(page, element) {
    super(page, element, "Your own cell");
    Object.assign(this, { own: true, alone: true, keptAs: "scratch" });
  }
}

// Make the cell for a solution's exercise, if it can be checked.
export function answerTo(page, solution) {
  const names = solution.editor.original.match(MARKER)?.[1].split(", ");
  if (!names) return [];
  const place = element(starter(solution.editor.original, names));
  solution.element.before(place);
  const [title] = solution.element.closest("section").querySelector("h3").firstChild.data.split(".");
  return [new Answer(page, place, `Your solution to exercise ${title}`, solution)];
}

export function scratch(page) {
  const place = element("");
  document.querySelector(".bd-article > section").append(make("h2", { textContent: "A cell of your own" }), place);
  return new Scratch(page, place);
}
