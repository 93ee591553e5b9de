// Elements, written shortly.
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export const button = (text, onclick, properties) => make("button", { type: "button", textContent: text, onclick, ...properties });
