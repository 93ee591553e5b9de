// What a reader changes is kept in their browser, for this page, and can be taken along as a notebook.
const KEY = `lossgd:code:${location.pathname}`;

export class Kept {
  constructor() {
    this.codes = this.read();
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(KEY)) ?? {};
    } catch {
      return {}; // no storage, or what stood in it is not ours
    }
  }

  write() {
    try {
      if (Object.keys(this.codes).length) localStorage.setItem(KEY, JSON.stringify(this.codes));
      else localStorage.removeItem(KEY);
    } catch {
      // A browser that keeps nothing: the changes last as long as the page.
    }
  }

  // A changed cell is known by the code that it had: if the book changes there, the reader sees the book's.
  keep({ keptAs, editor, edited }) {
    if (edited) this.codes[keptAs ?? editor.original] = editor.code;
    else delete this.codes[keptAs ?? editor.original];
    this.write();
  }

  restore(cell) {
    const code = this.codes[cell.keptAs ?? cell.editor.original];
    if (code === undefined) return;
    cell.editor.code = code;
    cell.refresh();
  }

  forget() {
    this.codes = {};
    this.write();
  }

  // The page's notebook with the reader's code. What changed has no output until it is run there.
  async download(cells) {
    const { href } = document.querySelector(".notebook-links a[download]");
    const notebook = await (await fetch(href)).json();
    const theirs = notebook.cells.filter((cell) => cell.cell_type === "code" && !cell.metadata.tags?.some((tag) => ["remove-cell", "no-browser"].includes(tag)));
    cells.forEach(({ own, edited, editor }, i) => {
      const fresh = { source: editor.code, outputs: [], execution_count: null };
      if (own && edited) {
        const at = theirs.length ? notebook.cells.indexOf(theirs[0]) : notebook.cells.length;
        const id = `mine-${i}`;
        notebook.cells.splice(at, 0, { cell_type: "code", id, metadata: {}, ...fresh });
      } else if (!own) {
        const cell = theirs.shift();
        if (edited) Object.assign(cell, fresh);
      }
    });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(notebook, null, 1)], { type: "application/x-ipynb+json" }));
    link.download = href.split("/").pop().replace(".ipynb", "_mine.ipynb");
    link.click();
    URL.revokeObjectURL(link.href);
  }
}
