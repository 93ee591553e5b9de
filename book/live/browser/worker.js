// Python, in a worker of its own: while it runs, the page stays alive, and can end it by ending the worker.
// What Pyodide asks for and the site carries as gzip, under a name that no host takes for anything.
const GZIPPED = { "pyodide.asm.wasm": "application/wasm", "python_stdlib.zip": "application/zip" };
const STORE = "lossgd-python"; // of files that never change under their addresses
// What a cell's words ask for. lossgd's own parts import these packages when they are imported.
const NEEDS = { matplotlib: /\b(matplotlib|plots|labs)\b/, sympy: /\b(sympy|mpmath|symbolic|proofs)\b/ };
const WARM = { matplotlib: "from lossgd import plots, labs", sympy: "from lossgd import symbolic" };

const UNPACK = `
import importlib, io, zipfile
from compression import zstd
from site import getsitepackages

def unpack(archive):
    zipfile.ZipFile(io.BytesIO(zstd.decompress(archive.to_py()))).extractall(getsitepackages()[0])
    importlib.invalidate_caches()
`;
const START = `
import json, os
os.environ |= {"LOSSGD_LABS": "still", "MPLBACKEND": "agg"}
import lossgd, checking, runner

def run(source, name, send):
    return json.dumps(runner.run(source, name, lambda output: send(json.dumps(output))))

def check(solution):
    return json.dumps(checking.check(solution, runner.names))

def lab_parts(number):
    return json.dumps(runner.lab_parts(number))

def move_lab(number, *to):
    return json.dumps(runner.move_lab(number, *map(json.loads, to)))
`;

const LATER = "sympy"; // a quarter of all, which few cells need

const load = self.fetch.bind(self);
const fetched = new Map(); // promised archives, by package
const installed = new Set();
const bytes = { loaded: 0, total: 0 };
let python, settings;

const needs = (code) => Object.keys(NEEDS).filter((name) => NEEDS[name].test(code));

// Fetch a file that never changes under its address: from this browser's own store, if it was here before.
async function fetchOnce(url, options) {
  const store = await self.caches?.open(STORE).catch(() => undefined);
  const kept = await store?.match(url);
  const response = kept ?? (await load(url, options));
  if (!response.ok) throw new Error(`${url} could not be loaded (${response.status})`);
  if (!kept) store?.put(url, response.clone()).catch(() => undefined); // a full disk is no reason to stop
  return count(response);
}

// Count the bytes as they come, and tell the page.
function count(response) {
  bytes.total += Number(response.headers.get("content-length") ?? 0);
  const counter = new TransformStream({
    transform(part, controller) {
      bytes.loaded += part.length;
      self.postMessage({ progress: { ...bytes } });
      controller.enqueue(part);
    },
  });
  return new Response(response.body.pipeThrough(counter), { headers: response.headers });
}

// Give back the space of what an older site has left.
async function clear() {
  const store = await self.caches?.open(STORE);
  for (const { url } of (await store?.keys()) ?? []) {
    if (!url.startsWith(settings.python) && url !== settings.course) store.delete(url);
  }
}

// Answer what Pyodide asks for.
async function answer(url, options) {
  const type = !settings.elsewhere && GZIPPED[url.slice(settings.python.length)];
  if (!type) return fetchOnce(url, options);
  const { body } = await fetchOnce(`${url}.bin`);
  return new Response(body.pipeThrough(new DecompressionStream("gzip")), { headers: { "content-type": type } });
}

const fetchArchive = async (url) => new Uint8Array(await (await fetchOnce(url)).arrayBuffer());
// The archive of one of the site's own packages; those of another host are loaded by Pyodide itself.
async function fetchPackage(name) {
  if (settings.elsewhere) return;
  if (!fetched.has(name)) fetched.set(name, fetchArchive(`${settings.python}${name}.bin`));
  try {
    return await fetched.get(name);
  } catch (error) {
    fetched.delete(name); // the next one that asks tries again
    throw error;
  }
}

// Put packages where Python finds them, and import them.
async function install(names) {
  if (settings.elsewhere) await python.loadPackage(names, { messageCallback() {} });
  for (const name of names) {
    if (!settings.elsewhere) python.globals.get("unpack")(await fetchPackage(name));
    if (WARM[name]) python.runPython(WARM[name]);
    fetched.delete(name);
    installed.add(name);
  }
}

// Load what a cell needs and is not there yet.
async function provide(code) {
  const missing = needs(code).filter((name) => !installed.has(name));
  if (!missing.length) return;
  self.postMessage({ loading: missing });
  await install(missing);
}

// Load what few cells need, while the reader goes on; if it fails, a cell that needs it tries again.
async function provideLater() {
  const nothing = () => undefined;
  await fetchPackage(LATER).then(() => inTurn(() => installed.has(LATER) || install([LATER]).catch(nothing)), nothing);
}

const calls = {
  // Start Python with what the page's code needs. All files are asked for at once, but for what can come later.
  async boot(given, code) {
    settings = given;
    const names = needs(code);
    const first = ["numpy", ...names.filter((name) => name !== LATER)];
    const archives = Promise.all([fetchArchive(settings.course), ...first.map(fetchPackage)]);
    self.fetch = (url, options) => answer(String(url), options);
    const { loadPyodide } = await import(`${settings.python}pyodide.mjs`);
    python = await loadPyodide({ indexURL: settings.python });
    const [course] = await archives;
    self.postMessage({ starting: true });
    python.runPython(UNPACK);
    python.globals.get("unpack")(course);
    python.runPython(START);
    await install(first);
    clear();
    if (names.includes(LATER)) provideLater();
  },

  async run(source, name) {
    await provide(source);
    const start = performance.now();
    const send = (output) => self.postMessage({ output: JSON.parse(output) });
    const error = JSON.parse(python.globals.get("run")(source, name, send));
    return { error, milliseconds: performance.now() - start };
  },

  // Return what is wrong with what the reader's names stand for, or null.
  async check(solution) {
    await provide(solution);
    return JSON.parse(python.globals.get("check")(solution));
  },

  // What moves a lab, and what it shows at positions of its sliders, perhaps with one of its points elsewhere.
  labParts(number) {
    return JSON.parse(python.globals.get("lab_parts")(number));
  },

  moveLab(number, ...to) {
    return JSON.parse(python.globals.get("move_lab")(number, ...to.map((each) => JSON.stringify(each))));
  },
};

// One after the other.
let before = Promise.resolve();
const inTurn = (task) => (before = before.then(task));

self.onmessage = ({ data: { id, call, args } }) =>
  inTurn(async () => {
    try {
      self.postMessage({ id, value: await calls[call](...args) });
    } catch (error) {
      self.postMessage({ id, failure: String(error) });
    }
  });
