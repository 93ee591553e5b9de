// What a cell gives, in the form in which the page has what is kept.
import { make } from "./dom.js";
import { LabOfPython } from "./lab.js";

const MOST = 100_000; // characters that a cell may print

const block = (kind, ...children) => make("div", { className: `output ${kind} notranslate` }, ...children);
const printed = (kind, text) => block(`${kind} highlight-myst-ansi`, make("div", { className: "highlight" }, make("pre", { textContent: text })));

export class Output {
  // `cell` is the page's element; what it shows as it is built stays with it, for a reset.
  constructor(page, cell) {
    Object.assign(this, { page, cell });
    this.shown = cell.querySelector(".cell_output");
    this.kept = this.shown?.cloneNode(true);
    this.kept?.querySelectorAll(".lab-handle").forEach((handle) => handle.remove()); // a lab makes its own
  }

  replace(element) {
    if (this.shown) this.shown.replaceWith(element);
    else (this.cell.querySelector(":scope > details") ?? this.cell).append(element);
    this.shown = element;
  }

  reset() {
    if (this.kept) {
      this.replace(this.kept.cloneNode(true));
      this.startLabs();
    } else {
      this.shown?.remove();
      this.shown = undefined;
    }
  }

  // Begin anew; what was there stays to be seen until there is something else.
  begin() {
    this.next = make("div", { className: "cell_output docutils container" });
    this.length = 0;
    this.last = undefined;
    this.text = "";
    this.given = []; // as it came
  }

  // Take something that the cell shows; return whether it was too much.
  add(given) {
    const { stream, text, data } = given;
    this.given.push(given);
    if (stream) {
      this.length += text.length;
      if (this.last?.stream === stream) this.last.pre.append(text);
      else {
        const element = printed(stream === "stderr" ? "stderr" : "stream", text);
        this.last = { stream, pre: element.querySelector("pre") };
        this.next.append(element);
      }
      this.text ||= text;
    } else {
      this.last = undefined;
      this.next.append(this.display(data));
      this.text ||= data["text/plain"];
    }
    if (!this.next.isConnected) this.replace(this.next);
    return this.length > MOST;
  }

  display(data) {
    const lab = data["application/vnd.lossgd.lab+json"]?.lab;
    const kept = lab && this.kept?.querySelector(`figure.lab[data-lab="${lab}"]`);
    if (kept) {
      const figure = kept.cloneNode(true); // its frames are there, and it moves by them
      [, figure.dataset.number] = data.page.match(/data-number="(\d+)"/);
      return block("text_html", figure);
    }
    if (!data.page) return printed("text_plain", data["text/plain"]);
    return make("div", { className: data["text/latex"] ? "output text_latex math" : "output text_html", innerHTML: data.page });
  }

  fail({ message, where }) {
    const pre = make("pre", {}, make("strong", { textContent: message }), where && `\n\n${where.trimEnd()}`);
    this.next.append(block("live-error", make("div", { className: "highlight" }, pre)));
  }

  // All is there, perhaps nothing.
  end() {
    if (!this.next.isConnected) {
      if (this.next.childElementCount) this.replace(this.next);
      else if (this.shown) this.replace(this.next);
    }
    this.startLabs();
    for (const element of this.shown?.querySelectorAll("pre, .output") ?? []) {
      if (element.scrollWidth > element.clientWidth) element.tabIndex = 0; // the keyboard reaches what scrolls
    }
  }

  startLabs() {
    for (const figure of this.shown?.querySelectorAll("figure.lab") ?? []) {
      const { number } = figure.dataset;
      if (number === undefined) new Lab(figure); // of the site's own lab.js
      else new LabOfPython(figure, this.behind(Number(number)));
    }
  }

  // What a lab's figure needs of the page: Python's calls for it, whether they wait, and the cell that shows it.
  behind(number) {
    const { page } = this;
    return {
      parts: page.python.bound("labParts", number),
      ask: page.python.bound("moveLab", number),
      busy: () => Boolean(page.current),
      cell: page.cells.find((cell) => cell.output === this),
    };
  }
}
