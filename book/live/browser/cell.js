// One cell of the page: its code, its buttons, what it says of itself, and its output.
import { button, make } from "./dom.js";
import { Editor } from "./editor.js";
import { Output } from "./output.js";

export class Cell {
  // `element` is the cell as the book has it; `name` is how it is called, in buttons, messages and errors.
  constructor(page, element, name) {
    Object.assign(this, { page, element, name });
    this.solution = element.classList.contains("tag_hide-cell");
    this.output = new Output(page, element);
    this.ran = undefined; // the code that ran last in this Python
    this.stopped = undefined; // the code that had to be stopped: it does not run by itself again
    this.editor = new Editor(element.querySelector(".cell_input pre"), name, () => this.changed());
    this.editor.area.addEventListener("keydown", (event) => this.key(event));
    this.state = make("span", { className: "live-state", id: `live-state-${page.cells.length}` });
    this.editor.area.setAttribute("aria-describedby", this.state.id);
    this.resetButton = button("Reset", () => this.reset(), { hidden: true });
    this.tools = make(
      "div",
      { className: "live-tools", role: "group", ariaLabel: name },
      button("Run", () => page.runTo(this), { title: "Shift+Enter" }),
      button("Run all above", () => page.run(page.above(this))),
      this.resetButton,
      this.state,
    );
    const input = element.querySelector(".cell_input");
    (input.closest("details.above-input") && !this.solution ? input.parentElement : input).after(this.tools);
  }

  get edited() {
    return this.editor.code !== this.editor.original;
  }

  key(event) {
    if (event.key !== "Enter" || event.altKey || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.page.runTo(this);
    if (event.shiftKey) this.page.after(this)?.editor.area.focus();
  }

  changed() {
    this.page.keep(this);
    this.refresh();
  }

  refresh() {
    const stale = this.ran !== undefined && this.ran !== this.editor.code;
    this.resetButton.hidden = !this.edited;
    this.element.classList.toggle("live-edited", this.edited);
    this.element.classList.toggle("live-stale", stale);
    this.state.textContent = stale ? "Changed since it ran" : "";
  }

  reset() {
    this.editor.code = this.editor.original;
    this.output.reset();
    this.ran = undefined;
    this.changed();
    this.editor.area.focus();
    this.page.say(`${this.name} is as in the book again.`);
  }

  // Run the code as it stands now; resolve to whether it went well.
  async run() {
    this.ran = this.editor.code;
    this.editor.mark();
    this.output.begin();
    this.element.classList.add("live-running");
    this.refresh();
    this.state.textContent = "Running…";
    try {
      const { error, milliseconds } = await this.page.python.call("run", this.ran, this.name);
      this.milliseconds = milliseconds;
      this.error = error;
      if (error) this.output.fail(error);
      if (error && this.editor.code === this.ran) this.editor.mark(error.line);
      this.output.end();
      return !error;
    } catch (ended) {
      this.stopped = this.ran;
      this.ran = undefined;
      throw ended;
    } finally {
      this.element.classList.remove("live-running");
      this.refresh();
    }
  }
}
