// What screen readers are told. Alerts that come together become one sentence; everything else is
// said as it is.

import { type Signal, signal } from '@preact/signals'
import { burstWords, type CallingAlert } from '../change/alert-burst.ts'
import { ofKey, onOtherKey } from './session/of-key.ts'

/** Said when the reader pauses, and said at once. */
export const politely = ofKey(signal(''))
export const atOnce = ofKey(signal(''))

const gatherMs = 1_500
/**
 * The same text again is no change of the page, and nobody would hear it: a space that no reader
 * says makes it one.
 */
const unheardSpace = '\u00a0'

interface Gathered {
  readonly texts: string[]
  readonly calls: CallingAlert[]
}
/** What is said when the reader pauses; null: nothing is to be said. */
let gathered: Gathered | null = null
/** What is to be said at once, and came while something was just said; null: nothing was. */
let gravest: CallingAlert[] | null = null
onOtherKey(() => {
  gathered = null
  gravest = null
})

function say(region: Signal<string>, text: string): void {
  region.value = region.peek() === text ? text + unheardSpace : text
}

/**
 * What became of an act, of a form, of a question: said as it is, in turn with others of the
 * moment.
 */
export function announce(text: string): void {
  gather().texts.push(text)
}

/**
 * An alert that calls people. The gravest are said at once: the first by itself, and those that
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

/** Several are told apart by a full stop: a reader would run one into the other. */
function inTurn(texts: readonly string[]): string {
  return texts
    .map((text, i) => (i === texts.length - 1 || /[.!?…]$/.test(text) ? text : `${text}.`))
    .join(' ')
}
