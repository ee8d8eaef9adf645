// Texts for screen readers. Alerts that come together become one sentence; everything else is
// announced as it is.

import { type Signal, signal } from '@preact/signals'
import { burstWords, type CallingAlert } from '../change/alert-burst.ts'

/** Announced when the reader pauses, and announced immediately. */
export const politely = signal('')
export const atOnce = signal('')

const gatherMs = 1_500
/**
 * The same text again does not change the page, so it would not be read: a space that no reader
 * speaks makes it a change.
 */
const unheardSpace = '\u00a0'

interface Gathered {
  readonly texts: string[]
  readonly calls: CallingAlert[]
}
/** What is announced when the reader pauses; null: none. */
let gathered: Gathered | null = null
/** What is to be announced immediately, but came during another announcement; null: none. */
let gravest: CallingAlert[] | null = null

function say(region: Signal<string>, text: string): void {
  region.value = region.peek() === text ? text + unheardSpace : text
}

/**
 * The outcome of an act, a form or a question: announced as it is, in turn with other recent ones.
 */
export function announce(text: string): void {
  gather().texts.push(text)
}

/**
 * An alert that pages. The gravest are announced immediately: the first alone, and those that
 * follow it closely as one.
 */
export function announceAlert(call: CallingAlert): void {
  if (call.severity !== 'extreme') gather().calls.push(call)
  else if (gravest === null) sayAtOnce([call])
  else gravest.push(call)
}

function gather(): Gathered {
  if (gathered !== null) return gathered
  const own: Gathered = { texts: [], calls: [] }
  gathered = own
  setTimeout(() => {
    // Another key is signed in: what was gathered is not for it.
    if (gathered !== own) return
    gathered = null
    say(
      politely,
      inTurn(own.calls.length === 0 ? own.texts : [burstWords(own.calls), ...own.texts])
    )
  }, gatherMs)
  return own
}

function sayAtOnce(calls: readonly CallingAlert[]): void {
  const waiting: CallingAlert[] = []
  gravest = waiting
  say(atOnce, burstWords(calls))
  setTimeout(() => {
    if (gravest !== waiting) return
    gravest = null
    if (waiting.length > 0) sayAtOnce(waiting)
  }, gatherMs)
}

/** Several texts are separated by a full stop: a reader would run one into the other. */
function inTurn(texts: readonly string[]): string {
  return texts
    .map((text, i) => (i === texts.length - 1 || /[.!?…]$/.test(text) ? text : `${text}.`))
    .join(' ')
}
