// The findings of a scope as they stand: of those that its machine gives, the seen ones, each as
// the object that stands for it. Most are as before and in the same order, so only what lies
// between the common ends of two lists is looked at.

import type { Finding } from '../finding/finding.ts'
import {
  commonEnds,
  type FindingChange,
  type FindingContinuity
} from '../finding/finding-continuity.ts'
import type { PastByHandling } from '../fold/past.ts'
import type { Incident } from '../incident/incident.ts'

/** How a rule sees the findings of its machines. */
export interface FindingsView {
  readonly continuity: FindingContinuity
  /** In the words of the rule; the same finding gives the same object. */
  worded(findings: readonly Finding[]): readonly Finding[]
  /** Depends on the finding, the boundary and the beginning of the theatre's past alone. */
  isSeen(finding: Finding): boolean
}

const noChange: FindingChange = { removed: [], added: [] }

export class StandingFindings {
  /** As the machine gave them. */
  #given: readonly Finding[] = []
  /** Of each, the object that stands for it; null: it is not seen. */
  #standing: (Finding | null)[] = []
  /**
   * Of each, when it ends as given; infinity if it is open. Lists of numbers, so that a boundary
   * passes over no finding.
   */
  #endMs: number[] = []
  /** Of each, when the first of its evidence ended; not a number until it is asked for. */
  #oldestMs: number[] = []
  /** Those that are seen. */
  #seen: readonly Finding[] | null = null
  #boundaryMs = Number.NaN
  #past: PastByHandling | null = null

  /** Those that were seen at the last update. An unchanged one stays the same object. */
  get seen(): readonly Finding[] {
    this.#seen ??= this.#standing.filter(finding => finding !== null)
    return this.#seen
  }

  /** Takes what the machine gives now. */
  update(
    given: readonly Finding[],
    view: FindingsView,
    boundaryMs: number,
    past: PastByHandling
  ): FindingChange {
    const before = this.#given
    const isStill = boundaryMs === this.#boundaryMs && past === this.#past
    if ((isStill && given === before) || given.length + before.length === 0) return noChange
    const [from, ending] = commonEnds(before, given)
    const until = before.length - ending
    const again = isStill
      ? noChange
      : this.#lookAgain(from, until, past === this.#past ? boundaryMs : null, view)
    const fresh = given.slice(from, given.length - ending)
    const { removed, added, standing } = this.#compared(from, until, fresh, view)
    replace(this.#standing, from, until, standing)
    replace(this.#endMs, from, until, fresh.map(endOf))
    replace(
      this.#oldestMs,
      from,
      until,
      fresh.map(() => Number.NaN)
    )
    this.#given = given
    this.#boundaryMs = boundaryMs
    this.#past = past
    this.#seen = null
    if (again === noChange) return { removed, added }
    return { removed: [...again.removed, ...removed], added: [...again.added, ...added] }
  }

  /** Says what the machine gave last in the words that the view has now. */
  reword(view: FindingsView): FindingChange {
    const { removed, added, standing } = this.#compared(0, this.#given.length, this.#given, view)
    this.#standing = [...standing]
    this.#seen = null
    return { removed, added }
  }

  /**
   * Ids of the incidents behind findings that are not over, if the first of them ended before the
   * boundary.
   */
  evidenceFromBefore(boundaryMs: number): ReadonlySet<string> {
    const ids = new Set<string>()
    for (let i = 0; i < this.#standing.length; i++) {
      if ((this.#oldestMs[i] as number) >= boundaryMs || (this.#endMs[i] as number) < boundaryMs)
        continue
      const finding = this.#standing[i] as Finding | null
      if (finding === null) continue
      const { triggers, support } = finding
      this.#oldestMs[i] = Math.min(earliestEndOf(triggers), earliestEndOf(support))
      if ((this.#oldestMs[i] as number) >= boundaryMs) continue
      for (const list of [triggers, support])
        if (earliestEndOf(list) < boundaryMs) for (const { id } of list) ids.add(id)
    }
    return ids
  }

  /**
   * Whether the given ones outside of a range are seen, after a boundary has moved; null: the
   * theatre's past has.
   */
  #lookAgain(
    from: number,
    until: number,
    boundaryMs: number | null,
    view: FindingsView
  ): FindingChange {
    const removed: Finding[] = []
    const added: Finding[] = []
    for (let i = 0; i < this.#given.length; i++) {
      if (i >= from && i < until) continue
      // A boundary moves forwards: it hides what has ended, and shows nothing.
      if (
        boundaryMs !== null &&
        ((this.#endMs[i] as number) >= boundaryMs || this.#standing[i] === null)
      )
        continue
      const given = this.#given[i] as Finding
      const was = this.#standing[i] as Finding | null
      const isSeen = view.isSeen(given)
      if (isSeen === (was !== null)) continue
      this.#standing[i] = isSeen ? (view.worded([given])[0] as Finding) : null
      if (was !== null) removed.push(was)
      else added.push(this.#standing[i] as Finding)
    }
    return removed.length + added.length === 0 ? noChange : { removed, added }
  }

  #compared(
    from: number,
    until: number,
    given: readonly Finding[],
    { worded, isSeen, continuity }: FindingsView
  ) {
    const before = this.#standing.slice(from, until).filter(finding => finding !== null)
    const now = worded(given)
    if (now.every(isSeen)) {
      const { findings, removed, added } = continuity.compare(before, now)
      return { standing: findings, removed, added }
    }
    const { findings, removed, added } = continuity.compare(before, now.filter(isSeen))
    let next = 0
    return {
      standing: now.map(one => (isSeen(one) ? (findings[next++] as Finding) : null)),
      removed,
      added
    }
  }
}

function endOf({ toMs }: Finding): number {
  return toMs ?? Number.POSITIVE_INFINITY
}

/** Puts other values in the place of a range. */
function replace<T>(list: T[], from: number, until: number, values: readonly T[]): void {
  if (values.length === until - from)
    for (let i = 0; i < values.length; i++) list[from + i] = values[i] as T
  else list.splice(from, until - from, ...values)
}

/** When the first of a list ended, ms; infinity for an empty list. */
function earliestEndOf(list: readonly Incident[]): number {
  let least = Number.POSITIVE_INFINITY
  for (const { toMs } of list) if (toMs < least) least = toMs
  return least
}
