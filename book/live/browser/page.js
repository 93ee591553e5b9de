// A page that runs: its cells, the bar that says what happens, and the Python that they share.
import { Cell } from "./cell.js";
import { button, make } from "./dom.js";
import { Kept } from "./keep.js";
import { answerTo, scratch } from "./own.js";
import { Python } from "./python.js";

const NAMES = { matplotlib: "matplotlib", sympy: "SymPy" };
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

class Page {
  constructor(start, python) {
    this.kept = new Kept();
    this.cells = [];
    this.queue = [];
    this.buildBar(start);
    // A cell that needs more than a browser has, such as processes, stays what it is: code and output to read.
    const elements = [...document.querySelectorAll(".bd-article .cell:not(.tag_no-browser)")].filter((cell) => cell.querySelector(".cell_input pre"));
    elements.forEach((element, i) => {
      const cell = new Cell(this, element, `Code cell ${i + 1} of ${elements.length}`);
      this.cells.push(...(cell.solution ? answerTo(this, cell) : []), cell);
    });
    this.cells.push(scratch(this));
    this.changes = make(
      "div",
      { className: "live-tools", role: "group", ariaLabel: "My changes" },
      button("Download with my changes", () => this.kept.download(this.cells)),
      button("Forget my changes", () => this.forget()),
    );
    this.cells.at(-1).element.after(this.changes);
    this.answers = this.cells.filter((cell) => cell.book).length;
    this.cells.forEach((cell) => this.kept.restore(cell));
    this.showChanges();
    const code = this.cells.map((cell) => cell.editor.code).join("\n");
    const settings = {
      python,
      course: new URL("course.bin", import.meta.url).href,
      elsewhere: new URL(python).origin !== location.origin,
    };
    this.python = new Python(settings, code, (told) => this.hear(told));
    this.start();
  }

  buildBar(start) {
    this.status = make("span", { className: "live-status", role: "status" });
    this.progress = make("progress", { ariaLabel: "Loading Python", max: 1 });
    this.stopButton = button("Stop", () => this.stop(), { hidden: true });
    this.again = button("Try again", () => this.restart(), { hidden: true });
    this.bar = make(
      "div",
      { className: "live-bar", role: "group", ariaLabel: "Python on this page" },
      button("Run all", () => this.run(this.cells.filter((cell) => this.runsByItself(cell)))),
      this.stopButton,
      this.again,
      this.progress,
      this.status,
    );
    start.parentElement.after(this.bar);
    start.remove();
    this.bar.querySelector("button").focus({ preventScroll: true });
  }

  say(text) {
    this.status.textContent = text;
  }

  // Python starts: by the press, and anew after it was stopped.
  async start() {
    this.ready = false;
    this.progress.hidden = false;
    this.again.hidden = true;
    const began = performance.now();
    this.say(this.reason ?? "Loading Python. The first time this takes a while.");
    try {
      await this.python.ready;
    } catch (error) {
      this.progress.hidden = true;
      this.again.hidden = false;
      this.say(`Python did not start: ${error.message}`);
      return;
    }
    this.ready = true;
    this.progress.hidden = true;
    this.bar.dataset.ready = Math.round(performance.now() - began);
    this.say(this.reason ?? "Ready. Change a cell, and press Shift+Enter.");
    this.reason = undefined;
    this.next();
    stayOffline(this.python.settings).catch(() => undefined); // not all browsers can, and not all want to
  }

  hear({ progress, loading, starting, output }) {
    if (progress) {
      this.progress.value = progress.loaded / Math.max(progress.total, progress.loaded);
      this.progress.title = `${megabytes(progress.loaded)} of ${megabytes(progress.total)} MB`;
    }
    if (loading) this.say(`Loading ${loading.map((name) => NAMES[name]).join(" and ")}…`);
    if (starting && !this.reason) this.say("Starting Python…");
    if (output && this.current?.output.add(output)) this.stop("It printed too much and was stopped");
  }

  // The cells above one, as far as they have not run; solutions are read, and run when they are asked for.
  above(cell) {
    const before = this.cells.slice(0, this.cells.indexOf(cell));
    return before.filter((one) => this.runsByItself(one) && (!one.solution || cell.solution));
  }

  // Not what had to be stopped, nor a cell of the reader's that is as empty as it was.
  runsByItself(cell) {
    return cell.stopped !== cell.editor.code && (!cell.own || cell.edited);
  }

  after(cell) {
    return this.cells[this.cells.indexOf(cell) + 1];
  }

  // Run a cell, and before it those that it may need: one that runs for the first time needs those above.
  runTo(cell) {
    const needed = cell.alone ? [] : this.above(cell).filter((one) => one.ran === undefined);
    this.run([...needed, cell]);
  }

  run(cells) {
    this.queue.push(...cells.filter((cell) => !this.queue.includes(cell)));
    this.next();
  }

  async next() {
    if (!this.ready || this.current || !this.queue.length) return;
    this.current = this.queue.shift();
    const { current } = this;
    this.stopButton.hidden = false;
    this.say(`${current.name} is running…`);
    let well;
    try {
      well = await current.run();
    } catch (ended) {
      return; // what ended Python has said so
    }
    this.current = undefined;
    this.stopButton.hidden = true;
    if (!well) this.queue = [];
    if (!this.queue.length) this.say(this.summary(current));
    this.bar.dispatchEvent(new CustomEvent("live-ran", { detail: current, bubbles: true }));
    this.next();
  }

  summary(cell) {
    const { name, error, output, milliseconds } = cell;
    if (error) return `${name}: ${error.message}`;
    if (cell.summary?.()) return cell.summary();
    const [line] = output.text.split("\n");
    const said = line.length > 80 ? `${line.slice(0, 80)}…` : line;
    return `${name} has run, in ${(milliseconds / 1000).toFixed(2)} s${said ? `: ${said}` : "."}`;
  }

  stop(why = "Stopped") {
    this.reason =
      `${why}: Python starts afresh, and what the cells had computed is lost. ` +
      "The cells above run again with the next one that you run.";
    this.restart();
  }

  restart() {
    this.python.end(this.reason ?? "it was started anew");
    this.queue = [];
    this.current?.output.end();
    this.current = undefined;
    this.stopButton.hidden = true;
    this.cells.forEach((cell) => {
      cell.ran = undefined;
      cell.refresh();
    });
    this.python.start();
    this.start();
  }

  keep(cell) {
    this.kept.keep(cell);
    this.showChanges();
  }

  showChanges() {
    this.changes.hidden = !this.cells.some((cell) => cell.edited);
  }

  forget() {
    if (!confirm("All code on this page becomes that of the book again. What you changed is lost.")) return;
    this.kept.forget();
    this.cells.filter((cell) => cell.edited).forEach((cell) => cell.reset());
    this.say("All cells are as in the book again.");
  }
}

// Keep what the page is made of, so that it can be read and run without a network.
async function stayOffline({ python, elsewhere }) {
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  const { active } = await navigator.serviceWorker.register(new URL("offline.js", root)).then(() => navigator.serviceWorker.ready);
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const modules = elsewhere ? [] : ["pyodide.mjs", "pyodide.asm.mjs"].map((name) => python + name);
  const worker = new URL("worker.js", import.meta.url).href;
  active.postMessage([location.href.split("#")[0], ...loaded, worker, ...modules].filter((url) => url.startsWith(root.origin)));
}

export async function begin(button, python) {
  const style = make("link", { rel: "stylesheet", href: new URL("live.css", import.meta.url).href });
  await new Promise((done) => {
    style.onload = done;
    document.head.append(style);
  });
  const page = new Page(button, python);
  window.lossgdPage = page; // for a reader at the console
  return page;
}
