// The page's side of Python: calls that are answered later, and an end to what does not end.
export class Python {
  // `settings` say where Python comes from; `code` is all of the page's, `hear` takes what the worker tells meanwhile.
  constructor(settings, code, hear) {
    Object.assign(this, { settings, code, hear });
    this.start();
  }

  start() {
    this.waiting = new Map();
    this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module", name: "python" });
    this.worker.onmessage = ({ data }) => this.take(data);
    this.worker.onerror = (event) => this.end(event.message || "its worker could not be loaded");
    this.ready = this.call("boot", this.settings, this.code);
  }

  take({ id, value, failure, ...told }) {
    if (id === undefined) return this.hear(told);
    const { resolve, reject } = this.waiting.get(id);
    this.waiting.delete(id);
    if (failure === undefined) resolve(value);
    else reject(new Error(failure));
  }

  call(call, ...args) {
    const id = (this.calls = (this.calls ?? 0) + 1);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, call, args });
    });
  }

  // Return a call that fails once this Python was ended, even if another has begun.
  bound(call, ...first) {
    const { worker } = this;
    return async (...args) => {
      if (this.worker !== worker) throw new Error("Python was started anew");
      return this.call(call, ...first, ...args);
    };
  }

  // End what runs, and all that waits; what Python knew is lost with it.
  end(why) {
    this.worker.terminate();
    for (const { reject } of this.waiting.values()) reject(new Error(why));
    this.waiting.clear();
  }
}
