// node compile.mjs PYODIDE IN OUT: run compile.py in that Pyodide, from one folder of archives into another.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, source, target] = process.argv.slice(2).map((name) => path.resolve(name));
const { loadPyodide } = await import(pathToFileURL(path.join(pyodide, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: pyodide });
for (const [place, folder] of [["/in", source], ["/out", target]]) {
  python.FS.mkdirTree(place);
  python.mountNodeFS(place, folder);
}
python.FS.writeFile("compile_archives.py", fs.readFileSync(path.join(import.meta.dirname, "compile.py"), "utf8"));
python.runPython("import sys; sys.path.insert(0, ''); import compile_archives; compile_archives.main()");
