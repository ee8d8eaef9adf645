// Resolved and retracted alerts: the suite lists those that changed last, of the words that are typed
// in the search.

import { computed, effect } from '@preact/signals'
import { closedList, closedWords, filter, isLive } from './console-state.ts'

/** Longest text that the suite seeks. */
const soughtMax = 100
/** After the last letter, ms: a word is typed letter by letter. */
export const pauseMs = 400

/** Empty: all of them. The suite seeks letters and digits. */
export function readSought(text: string): string {
  const sought = text.trim().slice(0, soughtMax)
  return /[\p{L}\p{N}]/u.test(sought) ? sought : ''
}

const sought = computed(() => {
  const { status, text } = filter.value
  return status !== 'open' && isLive.value ? readSought(text) : ''
})

let due: ReturnType<typeof setTimeout> | undefined

effect(() => {
  const text = sought.value
  clearTimeout(due)
  if (text === closedWords.peek()) return
  due = setTimeout(
    () => {
      closedWords.value = text
      if (isLive.peek()) void closedList.load()
    },
    text === '' ? 0 : pauseMs
  )
})
