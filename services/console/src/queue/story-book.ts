// The stories of the queue, updated as alerts change: a change costs what it touches and one pass
// over the existing stories, without sorting or filtering the rest. Ten thousand alerts, with some
// changes every second, take a few milliseconds a time. Pure.

import type { ShownAlert } from '../shown/shown-alert.ts'
import { compareStories, makeStory, type Sort, type Story } from './story.ts'

export interface StoryRules {
  readonly isListed: (alert: ShownAlert) => boolean
  readonly sort: Sort
  readonly placeOf: (alert: ShownAlert) => string
}

export class StoryBook {
  readonly #rules: StoryRules
  readonly #listed = new Map<string, ShownAlert>()
  /** The listed alerts that state an alert as their whole, by its id. */
  readonly #parts = new Map<string, Set<string>>()
  /** Stories by the id of the whole, and the whole's id by that of any alert in it. */
  readonly #stories = new Map<string, Story>()
  readonly #wholes = new Map<string, string>()
  #ordered: readonly Story[] = []

  constructor(rules: StoryRules) {
    this.#rules = rules
  }

  /** How many alerts are in stories. */
  get size(): number {
    return this.#listed.size
  }

  /** In order. The same array until something in it changes. */
  get stories(): readonly Story[] {
    return this.#ordered
  }

  /** The story that contains an alert; undefined for one that is not listed. */
  findStory(id: string): Story | undefined {
    const whole = this.#wholes.get(id)
    return whole === undefined ? undefined : this.#stories.get(whole)
  }

  /** Takes over the present state of the named alerts. O(stories + touched · log touched). */
  take(alerts: ReadonlyMap<string, ShownAlert>, changed: Iterable<string>): void {
    const affected = new Set<string>()
    for (const id of changed) {
      const alert = alerts.get(id)
      const isListed = alert !== undefined && this.#rules.isListed(alert)
      const before = this.#listed.get(id)
      if (!isListed && before === undefined) continue
      if (isListed) this.#listed.set(id, alert)
      else this.#listed.delete(id)
      this.#movePart(id, before?.partOf ?? null, isListed ? alert.partOf : null)
      affected.add(id)
      for (const part of this.#parts.get(id) ?? []) affected.add(part)
    }
    if (affected.size > 0) this.#reorder(affected)
  }

  /** From under one whole to under another; null: none. A whole without parts has no entry. */
  #movePart(id: string, from: string | null, to: string | null): void {
    if (from === to) return
    const left = from === null ? undefined : this.#parts.get(from)
    left?.delete(id)
    if (from !== null && left?.size === 0) this.#parts.delete(from)
    if (to !== null) this.#parts.set(to, (this.#parts.get(to) ?? new Set()).add(id))
  }

  /**
   * The outermost listed alert of which an alert is part, or itself. Where alerts are parts of each
   * other, as while their parents change, the first by id: none may vanish.
   */
  #findWhole(id: string): string {
    const path = [id]
    for (;;) {
      const above = this.#listed.get(path.at(-1) as string)?.partOf ?? null
      if (above === null || !this.#listed.has(above)) return path.at(-1) as string
      const from = path.indexOf(above)
      if (from >= 0) return path.slice(from).sort()[0] as string
      path.push(above)
    }
  }

  /**
   * `affected`: alerts that may have another place than before. All alerts in a story with them are
   * placed again.
   */
  #reorder(affected: ReadonlySet<string>): void {
    const gone = new Set<Story>()
    const placed = new Set(affected)
    const undo = (story: Story | undefined): void => {
      if (story === undefined || gone.has(story)) return
      gone.add(story)
      for (const { alertId } of [story.whole, ...story.parts]) placed.add(alertId)
    }
    for (const id of affected) undo(this.findStory(id))
    const members = new Map<string, Set<string>>()
    for (const id of placed) {
      if (!this.#listed.has(id)) {
        this.#wholes.delete(id)
        continue
      }
      const whole = this.#findWhole(id)
      // A story that gets another part: those that it has stay.
      undo(this.#stories.get(whole))
      const known = members.get(whole)
      if (known === undefined) members.set(whole, new Set([id]))
      else known.add(id)
      this.#wholes.set(id, whole)
    }
    const before = new Map([...gone].map(story => [story.whole, story]))
    for (const { whole } of gone) this.#stories.delete(whole.alertId)
    this.#ordered = this.#mergedWith(members, gone, before)
  }

  #mergedWith(
    members: ReadonlyMap<string, ReadonlySet<string>>,
    gone: ReadonlySet<Story>,
    before: ReadonlyMap<ShownAlert, Story>
  ): readonly Story[] {
    const { sort, placeOf } = this.#rules
    const made = [...members].map(([whole, ids]) => {
      const parts = [...ids]
        .filter(id => id !== whole)
        .map(id => this.#listed.get(id) as ShownAlert)
      const head = this.#listed.get(whole) as ShownAlert
      const was = before.get(head)
      const story = was !== undefined && isAbout(was, parts) ? was : makeStory(head, parts, placeOf)
      this.#stories.set(whole, story)
      return story
    })
    const compare = compareStories(sort)
    const kept = gone.size === 0 ? this.#ordered : this.#ordered.filter(story => !gone.has(story))
    return merged(kept, made.sort(compare), compare)
  }
}

function isAbout({ parts: held }: Story, parts: readonly ShownAlert[]): boolean {
  if (held.length !== parts.length) return false
  const known = new Set(held)
  return parts.every(part => known.has(part))
}

function merged<T>(
  a: readonly T[],
  b: readonly T[],
  compare: (x: T, y: T) => number
): readonly T[] {
  if (b.length === 0) return a
  const all: T[] = []
  let i = 0
  for (const each of b) {
    for (; i < a.length && compare(a[i] as T, each) <= 0; i += 1) all.push(a[i] as T)
    all.push(each)
  }
  for (; i < a.length; i += 1) all.push(a[i] as T)
  return all
}
