// A lab with Python behind it: it stands between two of its frames too, needs none, and takes a reader's own data.
import { button, make } from "./dom.js";

const ARROWS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
const NO_FRAMES = [[], [], []];
const MOST = 60; // points that can each be dragged

// `Lab` is the site's own, of lab.js. Of `python`, `parts` and `ask` are calls for this lab, which fail once Python
// was started anew; `busy` tells whether they have to wait; `cell` is what shows the lab.
export class LabOfPython extends Lab {
  get framed() {
    return this.figure.dataset.frames !== "";
  }

  // Frames are there at once; an answer of Python's may have to wait.
  async fetch() {
    if (this.framed) return super.fetch();
    const parts = await this.python.parts().catch(() => this.goOn());
    if (parts) this.start({ ...parts, heads: [], tails: [], handles: [], layers: this.panels.map(() => [NO_FRAMES]) });
  }

  start(data) {
    super.start(data);
    this.python.parts().then((parts) => this.take(parts), () => this.goOn());
  }

  take(parts) {
    parts.between.forEach((may, i) => may && this.refine(this.sliders[i], i));
    this.grips = parts.points.length > MOST ? [] : parts.places.map((_, i) => this.pointGrip(i));
    if (parts.points.length) this.dataForm();
    this.showPoints(parts);
    this.figure.dataset.python = "";
  }

  // Let a slider stand at tenths. An arrow key takes it to the next frame as before, with Shift to the next tenth.
  refine(slider, i) {
    slider.step = 0.1;
    slider.title = "Shift and an arrow key: a tenth as far";
    slider.addEventListener("keydown", (event) => {
      const by = ARROWS[event.key];
      if (!by) return;
      event.preventDefault();
      this.at[i] += event.shiftKey ? by / 10 : by;
      this.rest();
    });
  }

  async show() {
    const between = this.data?.between.some((may, i) => may && this.at[i] % 1);
    if (!this.data || (this.framed && !this.dragged && (!between || this.python.busy()))) {
      super.show();
      this.late = this.asked;
      return;
    }
    this.soon = undefined;
    this.late = this.asked;
    if (this.asked) return;
    this.asked = true;
    const drag = this.dragged ? [this.dragged] : [];
    this.dragged = undefined;
    try {
      const answer = await this.python.ask(this.at, ...drag);
      if (answer.panels) this.replace(answer.panels);
      this.paint(answer);
      if (drag.length) this.showPoints(answer);
    } catch {
      this.goOn();
    }
    this.asked = false;
    if (this.late) this.show();
  }

  // Draw the panels anew, around the handles: other data have another picture, and no frames.
  replace(panels) {
    this.figure.dataset.frames = "";
    this.layers = panels.map(() => [NO_FRAMES]);
    this.panels.forEach((svg, i) => {
      svg.querySelectorAll(":scope > :not(.lab-handle)").forEach((old) => old.remove());
      svg.prepend(...make("div", { innerHTML: panels[i] }).firstChild.childNodes);
    });
    this.makeRoom();
  }

  // Only the book's own data have a place in an address.
  address() {
    return this.framed ? super.address() : "";
  }

  pointGrip(i) {
    return this.grip(this.panels[0], "live-point", {
      from: () => this.dots[i],
      move: (to) => {
        this.grips[i].setAttribute("transform", `translate(${to})`);
        this.dragged = [i, to];
        this.soon ??= requestAnimationFrame(() => this.show());
      },
      end: () => this.rest(),
    });
  }

  showPoints({ points, places }) {
    this.dots = places;
    this.grips.forEach((grip, i) => grip.setAttribute("transform", `translate(${places[i]})`));
    if (this.text) this.text.value = points.map((point) => point.join(" ")).join("\n");
  }

  // Where a reader puts data of their own: they go into the code, where they are seen, kept and taken along.
  dataForm() {
    const { cell } = this.python;
    const call = new RegExp(`\\b${this.name}\\([^()]*\\)`);
    if (!call.test(cell.editor.code)) return;
    this.text = make("textarea", { rows: 6, spellcheck: false });
    const wrong = make("p", { role: "status" });
    const use = () => {
      const rows = this.text.value.split("\n").map((line) => line.split(/[\s,;]+/).filter(Boolean).map(Number));
      const points = rows.filter((row) => row.length);
      const at = points.findIndex((row) => row.length !== 2 || !row.every(Number.isFinite));
      wrong.textContent = at < 0 ? "" : `Point ${at + 1} is not two numbers.`;
      if (at >= 0) return;
      const list = (k) => `    [${points.map((point) => point[k]).join(", ")}],\n`;
      cell.editor.code = cell.editor.code.replace(call, `${this.name}(\n${list(0)}${list(1)})`);
      cell.changed();
      cell.page.runTo(cell);
    };
    const label = make("label", {}, "x and y, a point a line", this.text);
    const form = make("details", { className: "live-data live-tools" }, make("summary", { textContent: "Your own data" }), label, button("Put them into the code and run it", use), wrong);
    this.figure.after(form);
  }

  // Without Python.
  goOn() {
    this.python.busy = () => true;
    if (this.framed) this.rest();
    else this.caption.textContent = "Run the cell again to move this lab: Python was started anew.";
  }
}
