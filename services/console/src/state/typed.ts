// Whether the page holds text that was typed and not sent, or a secret that is shown once: a browser
// asks before it leaves such a page. It is only in the memory of the page.

const held: (() => boolean)[] = []

/** `isHeld`: whether something would be lost with the page. */
export function holdTyped(isHeld: () => boolean): void {
  held.push(isHeld)
}

export function hasTyped(): boolean {
  return held.some(isHeld => isHeld())
}

function askFirst(event: BeforeUnloadEvent): void {
  if (hasTyped()) event.preventDefault()
}
addEventListener('beforeunload', askFirst)

/**
 * Who leaves the page was asked by it, and a second question would be answered over a page that is
 * empty.
 */
export function leaveUnasked(): void {
  removeEventListener('beforeunload', askFirst)
}
