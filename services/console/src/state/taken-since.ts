// Since when alerts of the list are taken: told by the events that came, and asked for where they
// came before the page was there; and what of that was taken from who is signed in.

import { signal } from '@preact/signals'
import { suite } from '../http/suite.ts'
import { holderOf, takenSinceOf } from '../queue/taken-since.ts'
import { isOpen, type Severity, type ShownAlert } from '../shown/shown-alert.ts'
import { words } from '../words/words.ts'
import { announce } from './announcements.ts'
import { caller } from './console-state.ts'
import { ofKey, onOtherKey } from './session/of-key.ts'

interface Taken {
  readonly holder: string
  /** ISO 8601; null: the suite was asked, and it was too long ago to be told. */
  readonly at: string | null
}

/** A page stays open for days. */
const knownMax = 2_000
/**
 * Rows that are in view, and as many that were a moment ago: who scrolls past a thousand asks for
 * none of them.
 */
const waitingMax = 40

const known = new Map<string, Taken>()
/** Who is asked about next stands last: it came into view last. */
let waiting: readonly string[] = []
let isAsking = false
/** Changes with what is known. */
const age = signal(0)
let turn = 0
onOtherKey(() => {
  known.clear()
  waiting = []
  isAsking = false
  turn += 1
})

function set(alertId: string, taken: Taken | null): void {
  known.delete(alertId)
  if (taken !== null) known.set(alertId, taken)
  for (const id of known.keys()) {
    if (known.size <= knownMax) break
    known.delete(id)
  }
  age.value += 1
}

/** An event has changed an alert. `before`: null where it was not known. */
export function noteTaken(before: ShownAlert | null, after: ShownAlert, time: string): void {
  const holder = holderOf(after.operator)
  if (holder === (before === null ? null : holderOf(before.operator))) return
  if (holder === null) set(after.alertId, null)
  // One that comes into view may have been taken long before.
  else if (before !== null) set(after.alertId, { holder, at: time })
}

/** Null: nobody has it, or it is not known since when. */
export function takenSince({ alertId, operator }: ShownAlert): string | null {
  age.value
  const taken = known.get(alertId)
  return taken !== undefined && taken.holder === holderOf(operator) ? taken.at : null
}

/**
 * For an alert that is seen. One is asked about at a time: a list that is read on a bad link has
 * other things to load.
 */
export function askTakenSince(alertId: string, holder: string | null): void {
  if (holder === null || known.get(alertId)?.holder === holder) return
  waiting = [...waiting.filter(id => id !== alertId), alertId].slice(-waitingMax)
  if (!isAsking) void askAll()
}

async function askAll(): Promise<void> {
  const mine = turn
  isAsking = true
  for (let id = waiting.at(-1); id !== undefined; id = waiting.at(-1)) {
    waiting = waiting.slice(0, -1)
    const answer = await suite.revisions(id)
    if (mine !== turn) return
    // What is not answered is asked for again when the row is drawn anew.
    if (answer.kind !== 'ok') continue
    const { operator, revisions, revisionsOmitted } = answer.body
    const holder = holderOf(operator)
    if (holder !== null) set(id, { holder, at: takenSinceOf(revisions, revisionsOmitted) })
  }
  isAsking = false
}

export interface TakenAway {
  readonly alertId: string
  readonly headline: string
  readonly severity: Severity
  /** Who has it now; null: nobody. */
  readonly holder: string | null
  readonly by: string
  /** ISO 8601 */
  readonly at: string
}

/** Of more, the last: whoever reads none of them has the list. */
const keptMax = 20

/** The last first, each alert once, until somebody says that it was read. */
export const takenAway = ofKey(signal<readonly TakenAway[]>([]))

/**
 * Told of every event, with the state of its alert before; null where none was known. Who thinks to
 * have an alert that another officer took over or gave back would go on with it, or leave it to
 * nobody.
 */
export function noteTakenAway(before: ShownAlert | null, after: ShownAlert, at: string): void {
  const me = caller.peek()?.name
  const holder = holderOf(after.operator)
  const { alertId, headline, severity, action } = after
  if (me === undefined || before === null || holderOf(before.operator) !== me) return
  if (holder === me) return
  // What lapses or escalates calls again by itself, and what is closed needs nobody.
  if (action === undefined || action === null || action.by === me || !isOpen(after)) return
  const told: TakenAway = { alertId, headline, severity, holder, by: action.by, at }
  takenAway.value = [told, ...takenAway.peek().filter(each => each.alertId !== alertId)].slice(
    0,
    keptMax
  )
  announce(`${takenAwayWords(told)} ${headline}`)
}

export function takenAwayWords({ holder, by }: TakenAway): string {
  const told = words.acts.takenAway
  return holder === null
    ? told.givenBack(by)
    : holder === by
      ? told.taken(by)
      : told.given(holder, by)
}

export function readTakenAway(): void {
  takenAway.value = []
}
