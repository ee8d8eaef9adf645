// What screen readers are told. Bursts become one sentence: forty sirens in ten seconds tell nobody anything.

import { signal } from '@preact/signals'
import { words } from '../words/words.ts'
import { ofKey, onOtherKey } from './session/of-key.ts'

/** Said when the reader pauses, and said at once. */
export const politely = ofKey(signal(''))
export const atOnce = ofKey(signal(''))

const gatherMs = 1_500
let gathered: string[] = []
/** What is to be said at once, and came while something was just said; null: nothing was. */
let gravest: string[] | null = null
onOtherKey(() => {
  gathered = []
  gravest = null
})

/** `now` is for the gravest alone: the first is said at once, and those that follow it closely as one. */
export function announce(text: string, now = false): void {
  if (now) {
    if (gravest === null) sayAtOnce([text])
    else gravest.push(text)
    return
  }
  gathered.push(text)
  if (gathered.length > 1) return
  setTimeout(() => {
    politely.value = asOne(gathered)
    gathered = []
  }, gatherMs)
}

function sayAtOnce(texts: readonly string[]): void {
  const waiting: string[] = []
  gravest = waiting
  atOnce.value = asOne(texts)
  setTimeout(() => {
    // Another key is signed in: what waited is not for it.
    if (gravest !== waiting) return
    gravest = null
    if (waiting.length > 0) sayAtOnce(waiting)
  }, gatherMs)
}

function asOne(texts: readonly string[]): string {
  return texts.length === 1 ? (texts[0] as string) : words.say.many(texts.length)
}
