// A list to tick. The ticks are kept in the reader's browser, each by the name of its item, so that an item more or
// less moves none. Where a browser keeps nothing, this line fails, and the list stays a plain one.
const kept = localStorage;
const LISTS = ".contains-task-list";

const keep = (box, ticked) => {
  if (ticked) kept[box.name] = 1;
  else delete kept[box.name];
};

const boxes = [...document.querySelectorAll(`${LISTS} > li`)].map((item) => {
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: `lossgd:${item.id}` });
  const label = document.createElement("label");
  const title = item.querySelector("strong");
  title.replaceWith(label);
  label.append(box, title);
  box.onchange = () => {
    keep(box, box.checked);
    taken = [];
    tell();
  };
  return box;
});

// Below the lists, and at the foot of the screen while they are on it: how many are ticked, and what can be done.
const pressable = (textContent, onclick) =>
  Object.assign(document.createElement("button"), { type: "button", textContent, onclick });
const bar = Object.assign(document.createElement("div"), { className: "checklist-bar" });
const done = document.createElement("output"); // spoken when it changes

let taken = []; // what a reset has taken away, until something else is ticked
const reset = pressable("Reset", () => {
  const undo = taken.length > 0;
  const changed = undo ? taken : boxes.filter((box) => box.checked);
  for (const box of changed) keep(box, undo);
  taken = undo ? [] : changed;
  tell();
});
const sheet = pressable("Print the list", () => {
  document.documentElement.classList.add("checklist-alone");
  print();
});
addEventListener("afterprint", () => document.documentElement.classList.remove("checklist-alone"));

const tell = () => {
  for (const box of boxes) box.checked = box.name in kept;
  done.textContent = `${boxes.filter((box) => box.checked).length} of ${boxes.length} done`;
  reset.textContent = taken.length ? "Undo" : "Reset";
};
addEventListener("storage", tell); // ticked in another window
tell();
bar.append(done, reset, sheet);
const parts = [...document.querySelectorAll(".bd-article > section > section")].filter((part) => part.querySelector(LISTS));
for (const part of [...parts, ...document.querySelectorAll(LISTS)]) part.classList.add("boxes"); // for the style
parts[0].append(bar);
