// Closed alerts beyond those on the page: the suite is searched by the same words.

import { computed, effect, signal } from '@preact/signals'
import { suite } from '../../http/suite.ts'
import { isCanary } from '../../shown/shown-alert.ts'
import { closedList, closedStanding, filter, isLive, picture } from '../console-state.ts'
import { ofKey, onOtherKey } from '../session/of-key.ts'

/**
 * Maximum that is requested: if there are more, those that changed last, and the page shows that.
 */
export const foundMax = 100
/** Longest text that the suite seeks. */
const soughtMax = 100
/** After the last letter, ms: a word is typed letter by letter. */
export const pauseMs = 400

export type ClosedSearch =
  | { readonly kind: 'none' | 'asking' | 'failed' }
  | { readonly kind: 'told'; readonly found: number; readonly hasMore: boolean }

const search = ofKey(signal<ClosedSearch & { readonly text: string }>({ kind: 'none', text: '' }))

/**
 * The words that older closed alerts are sought by; empty: all that are closed are here, or none is
 * asked for.
 */
const sought = computed(() => {
  const { status, text } = filter.value
  return status !== 'open' && closedStanding.value === 'cut' && isLive.value
    ? text.trim().slice(0, soughtMax)
    : ''
})

/** The results for the present search. */
export const closedSearch = computed<ClosedSearch>(() =>
  sought.value === ''
    ? { kind: 'none' }
    : search.value.text === sought.value
      ? search.value
      : { kind: 'asking' }
)

let due: ReturnType<typeof setTimeout> | undefined
let wasSought = ''
onOtherKey(() => {
  clearTimeout(due)
  wasSought = ''
})

effect(() => {
  const text = sought.value
  if (text === wasSought) return
  clearTimeout(due)
  // What was found took the room of others, which are listed again.
  if (text === '' && filter.peek().text === '' && isLive.peek()) void closedList.load()
  wasSought = text
  if (text !== '') due = setTimeout(() => void ask(text), pauseMs)
})

/** Results for a text are stored from then on. */
export async function findClosed(text: string) {
  const answer = await suite.closedNamed(text.slice(0, soughtMax), foundMax)
  if (answer.kind === 'ok') picture.addKnown(answer.body.items.filter(alert => !isCanary(alert)))
  return answer
}

async function ask(text: string): Promise<void> {
  const answer = await findClosed(text)
  if (sought.peek() !== text) return
  if (answer.kind !== 'ok') {
    search.value = { kind: 'failed', text }
    return
  }
  const { items, next } = answer.body
  search.value = { kind: 'told', text, found: items.length, hasMore: next !== null }
}
