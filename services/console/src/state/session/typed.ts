// What would be lost with the page, by kind: named to somebody who must sign in again, and asked
// about before the page is left. It is only in the memory of the page: it does not outlive the page
// or a sign-out.

import type { TypedKind, TypedOfKind } from '../../shown/typed-kinds.ts'

const held: { readonly kind: TypedKind; readonly countOf: () => number }[] = []

/**
 * While `countOf` is above 0, it is named with its kind, and a browser asks before it leaves the
 * page.
 */
export function holdTyped(kind: TypedKind, countOf: () => number): void {
  held.push({ kind, countOf })
}

/** What was typed and not sent: each kind once, in the order in which they were first held. */
export function whatIsTyped(): readonly TypedOfKind[] {
  const counts = new Map<TypedKind, number>()
  for (const { kind, countOf } of held) {
    const count = countOf()
    if (count > 0) counts.set(kind, (counts.get(kind) ?? 0) + count)
  }
  return [...counts].map(([kind, count]) => ({ kind, count }))
}

function askFirst(event: BeforeUnloadEvent): void {
  if (whatIsTyped().length > 0) event.preventDefault()
}
addEventListener('beforeunload', askFirst)

/**
 * Who leaves the page was asked by it, and a second question would be answered over a page that is
 * empty.
 */
export function leaveUnasked(): void {
  removeEventListener('beforeunload', askFirst)
}
