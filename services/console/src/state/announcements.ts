// What screen readers are told. Bursts become one sentence: forty sirens in ten seconds tell nobody anything.

import { signal } from '@preact/signals'
import { words } from '../words/words.ts'
import { ofKey, onOtherKey } from './session/of-key.ts'

/** Said when the reader pauses, and said at once. */
export const politely = ofKey(signal(''))
export const atOnce = ofKey(signal(''))

const gatherMs = 1_500
let gathered: string[] = []
onOtherKey(() => {
  gathered = []
})

/** `now` is for the gravest alone. */
export function announce(text: string, now = false): void {
  if (now) {
    atOnce.value = text
    return
  }
  gathered.push(text)
  if (gathered.length > 1) return
  setTimeout(() => {
    politely.value = gathered.length === 1 ? (gathered[0] as string) : words.say.many(gathered.length)
    gathered = []
  }, gatherMs)
}
