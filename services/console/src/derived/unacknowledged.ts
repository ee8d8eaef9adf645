// Which alerts are unacknowledged, as this page knows it: the suite's list, updated by later
// events. Only its events show whether an alert pages, so where they do not decide, the list is
// requested again.

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
  // Exercises need no acknowledgement.
  if (after === null || after.drill || !isOpen(after) || after.operator.acknowledgedBy !== null)
    return false
  const name = eventName(type)
  if (name === 'responded') return false
  // A remaining response may answer what paged last, or not.
  if (name === 'response-corrected') return null
  if (was) return true
  if (name === 'raised') return after.notify === 'page'
  // What pages needs an acknowledgement, whatever was done before.
  if (after.notify === 'page') return true
  const isGivenUp = before === null || before.operator.acknowledgedBy !== null
  return isGivenUp ? null : false
}

export class Unacknowledged {
  readonly #ids = new Set<string>()
  #touched = new Set<string>()
  #isKnown = false
  #isCut = false
  /** What events have reported since the list was requested; null while it is not. */
  #since: Map<string, Judged> | null = null

  /** Whether the suite has sent the list since this page was opened. */
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

  /** Ids for which an answer, and no event, has brought a different state since the last call. */
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

  /** The list is requested: events from now on may be newer than the answer. */
  ask(): void {
    this.#since = new Map()
  }

  /** No answer came. */
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

  /** Another reader may see others. */
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
