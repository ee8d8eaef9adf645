// DOM functions.

export const by = id => document.getElementById(id)

/** An element with a class, text and children. Text is never read as HTML. */
export function make(tag, className, ...content) {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(...content.filter(each => each !== null && each !== undefined && each !== ''))
  return element
}
