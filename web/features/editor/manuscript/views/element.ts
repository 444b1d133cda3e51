/** Makes elements for node views, which are drawn without React so that they never lag behind the text. */

type Props = Record<string, string | boolean | null | undefined | ((event: Event) => void)>

/** `on…` are listeners, true is an empty attribute, null and false leave the attribute out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: (Node | string | null)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2).toLowerCase(), value)
    else setAttribute(made, name, value)
  }
  for (const child of children) if (child !== null) made.append(child)
  return made
}

export function setAttribute(target: Element, name: string, value: string | boolean | null | undefined): void {
  if (value === null || value === undefined || value === false) target.removeAttribute(name)
  else target.setAttribute(name, value === true ? '' : value)
}

/** A part of a view that the editor leaves alone: its clicks, keys and changes are its own. */
export const apart = <Made extends HTMLElement>(made: Made): Made => {
  made.contentEditable = 'false'
  return made
}

/** Grows with what is written in it. */
export function growing(field: HTMLTextAreaElement): HTMLTextAreaElement {
  const fit = () => {
    field.style.height = 'auto'
    field.style.height = `${field.scrollHeight}px`
  }
  field.addEventListener('input', fit)
  // its width, and with it its lines, is known once it stands in the page
  new ResizeObserver(fit).observe(field)
  return field
}
