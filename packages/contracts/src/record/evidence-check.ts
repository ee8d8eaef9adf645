// A checksum over a list of evidence and its order, updated at the cost of what changes: the sum
// over a hash of each pair of neighbours. It finds mistakes in putting a list together; the hash
// chain over records finds forgery. Pure.

import type { EvidenceChange, EvidenceItem } from '../alert/alert.ts'

type Evidence = readonly EvidenceItem[]

/** Sums stay exact in a number. */
const modulus = 2 ** 52

/** O(items). */
export function computeCheck(items: Evidence): number {
  return sumPairs(items, 0, items.length)
}

/** The check sum after changes, from the one before them. O(changes). */
export function updateCheck(
  check: number,
  before: Evidence,
  changes: readonly EvidenceChange[],
  now: Evidence
): number {
  let sum = check
  let moved = 0
  for (const { at, removed, added } of changes) {
    const gone = sumPairs(before, at, at + removed.length)
    const come = sumPairs(now, at + moved, at + moved + added.length)
    sum = (((sum - gone + modulus) % modulus) + come) % modulus
    moved += added.length - removed.length
  }
  return sum
}

/** Sums the pairs with their second member at `from` to `to`; the list's ends count as members. */
function sumPairs(items: Evidence, from: number, to: number): number {
  let sum = 0
  let first = formatItem(items[from - 1])
  for (let i = from; i <= to; i++) {
    const second = formatItem(items[i])
    sum = (sum + hashText(`${first}>${second}`)) % modulus
    first = second
  }
  return sum
}

function formatItem(item: EvidenceItem | undefined): string {
  return item === undefined
    ? ''
    : `${item.incidentId} ${item.revision} ${item.role} ${item.handling}`
}

/** 52 bits of the text. Source: cyrb53 (bryc, public domain), without its last bit. */
function hashText(text: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57]
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    high = Math.imul(high ^ unit, 2654435761)
    low = Math.imul(low ^ unit, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (low >>> 0) * 2 ** 20 + (high >>> 12)
}
