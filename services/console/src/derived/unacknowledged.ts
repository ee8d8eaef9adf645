// Which alerts nobody answered, as this page knows it: what the suite listed, and what events have
// said since. Whether an alert calls people is said by its events alone, so where they do not
// decide, the list is asked for again.

import { eventName, isOpen, type ShownAlert } from '../shown/shown-alert.ts'

/** Null: the events before it decide, which this page may not have heard. */
export type Judged = boolean | null

/**
 * Whether an alert is unacknowledged after an event. `was`: whether it was so before; `before` and
 * `after`: its states, null where none is known. As `isUnacknowledged` of the domain, without its
 * memory. Pure.
 */
export function unacknowledgedAfter(
  was: boolean,
  before: ShownAlert | null,
  after: ShownAlert | null,
  type: string
): Judged {
  // Exercises are answered to nobody.
  if (after === null || after.drill || !isOpen(after) || after.operator.acknowledgedBy !== null)
    return false
  const name = eventName(type)
  if (name === 'responded') return false
  // What stands after it may answer what paged last, or not.
  if (name === 'response-corrected') return null
  if (was) return true
  if (name === 'raised') return after.notify === 'page'
  // What pages is to be answered, whatever was done before.
  if (after.notify === 'page') return true
  const isGivenUp = before === null || before.operator.acknowledgedBy !== null
  return isGivenUp ? null : false
}

export class Unacknowledged {
  readonly #ids = new Set<string>()
  #touched = new Set<string>()
  #isKnown = false
  #isCut = false
  /** What events have said since the list was asked for; null while it is not. */
  #since: Map<string, Judged> | null = null

  /** Whether the suite has told the list since this page was opened. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  /** Whether there are more: then the gravest are here. */
  get isCut(): boolean {
    return this.#isCut
  }

  get ids(): ReadonlySet<string> {
    return this.#ids
  }

  /** Ids of which an answer, and no event, has said something else since this was last asked. */
  takeTouched(): ReadonlySet<string> {
    const touched = this.#touched
    this.#touched = new Set()
    return touched
  }

  /** Returns whether the list must be asked for to know. */
  takeEvent(
    before: ShownAlert | null,
    after: ShownAlert | null,
    id: string,
    type: string
  ): boolean {
    const judged = unacknowledgedAfter(this.#ids.has(id), before, after, type)
    this.#since?.set(id, judged)
    if (judged === true) this.#ids.add(id)
    else if (judged === false) this.#ids.delete(id)
    return judged === null
  }

  /** The list is asked for: what events say from now on may be newer than the answer. */
  ask(): void {
    this.#since = new Map()
  }

  /** Nothing was answered. */
  fail(): void {
    this.#since = null
  }

  /** Returns whether an event meanwhile makes it necessary to ask again. */
  take(listed: readonly string[], isCut: boolean): boolean {
    const since = this.#since ?? new Map<string, Judged>()
    this.#since = null
    this.#isKnown = true
    this.#isCut = isCut
    const wanted = new Set(listed.filter(id => since.get(id) !== false))
    for (const [id, judged] of since) if (judged === true) wanted.add(id)
    for (const id of this.#ids) if (!wanted.has(id)) this.#move(id, false)
    for (const id of wanted) if (!this.#ids.has(id)) this.#move(id, true)
    return [...since.values()].includes(null)
  }

  /** Another reader may be told of others. */
  clear(): void {
    for (const id of this.#ids) this.#move(id, false)
    this.#isKnown = false
    this.#isCut = false
    this.#since = null
  }

  #move(id: string, isIn: boolean): void {
    this.#touched.add(id)
    if (isIn) this.#ids.add(id)
    else this.#ids.delete(id)
  }
}
