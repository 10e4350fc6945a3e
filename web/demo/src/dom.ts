// Elements of the page by their ids.

export function byId<E extends HTMLElement>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page has no ${type.name} "${id}"`);
  return element;
}

export const button = (id: string): HTMLButtonElement => byId(id, HTMLButtonElement);
export const canvas = (id: string): HTMLCanvasElement => byId(id, HTMLCanvasElement);
export const input = (id: string): HTMLInputElement => byId(id, HTMLInputElement);
export const select = (id: string): HTMLSelectElement => byId(id, HTMLSelectElement);
export const part = (id: string): HTMLElement => byId(id, HTMLElement);

/** Sets the text only where it is another: a screen reader reads what changes. */
export function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A number as text, with a minus sign instead of a hyphen. */
export const numeral = (value: number, digits = 0): string => value.toFixed(digits).replace('-', '−');
