// A lab with Python behind it: it stands between two of its frames too, and needs none.
const ARROWS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
const NO_FRAMES = [[], [], []];

// `Lab` is the site's own, of lab.js. Of `python`, `ask` is a call for this lab, which fails once Python was started
// anew, and `busy` tells whether an answer has to wait.
export class LabOfPython extends Lab {
  get framed() {
    return this.figure.dataset.frames !== "";
  }

  load() {
    return this.framed ? super.load() : (this.loading ??= this.python.ask().then((data) => this.start(data), () => this.part()));
  }

  start(data) {
    data.between.forEach((between, i) => between && this.refine(this.sliders[i], i));
    super.start(this.framed ? data : { ...data, heads: [], tails: [], handles: [], layers: this.panels.map(() => [NO_FRAMES]) });
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
    if (!this.data || (this.framed && (!between || this.python.busy()))) {
      super.show();
      this.late = this.asked;
      return;
    }
    this.soon = undefined;
    this.late = this.asked;
    if (this.asked) return;
    this.asked = true;
    try {
      this.paint(await this.python.ask(this.at));
    } catch {
      this.part();
    }
    this.asked = false;
    if (this.late) this.show();
  }

  // Go on without Python.
  part() {
    this.python.busy = () => true;
    if (this.framed) this.rest();
    else this.caption.textContent = "Run the cell again to move this lab: Python was started anew.";
  }
}
