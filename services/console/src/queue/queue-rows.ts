// The rows of the queue: stories (an alert with its parts) in order, updated as alerts change; each
// part under its whole, under headings if asked for; and rows that stand still while somebody reads.
// A change costs what it touches and one pass over the stories: ten thousand alerts, with some changes
// every second, take a few milliseconds a time. Pure.

import {
  knownFromMs,
  type Severity,
  type ShownAlert,
  severities,
  severityRank
} from '../shown/shown-alert.ts'
import { words } from '../words/words.ts'
import type { Grouping, Sort } from './queue-filter.ts'

export interface Story {
  readonly whole: ShownAlert
  readonly parts: readonly ShownAlert[]
  /** The gravest of all: a grave part must not be hidden below milder stories. */
  readonly rank: number
  readonly changedAt: string
  readonly place: string
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Gravest first, then latest change, then id: the same for any order of arrival. */
function compareGrave(a: ShownAlert, b: ShownAlert): number {
  return (
    severityRank(b.severity) - severityRank(a.severity) ||
    compareText(b.times.detectedAt, a.times.detectedAt) ||
    compareText(a.alertId, b.alertId)
  )
}

const comparisons: Readonly<Record<Sort, (a: Story, b: Story) => number>> = {
  grave: (a, b) => b.rank - a.rank || compareText(b.changedAt, a.changedAt),
  waiting: (a, b) => b.rank - a.rank || knownFromMs(a.whole) - knownFromMs(b.whole),
  newest: (a, b) => compareText(b.changedAt, a.changedAt),
  oldest: (a, b) => compareText(a.whole.times.firstReportedAt, b.whole.times.firstReportedAt),
  place: (a, b) => a.place.localeCompare(b.place, words.language) || b.rank - a.rank
}

/** A total order: no two stories are the same to it. */
export function compareStories(sort: Sort): (a: Story, b: Story) => number {
  return (a, b) => comparisons[sort](a, b) || compareText(a.whole.alertId, b.whole.alertId)
}

export function makeStory(
  whole: ShownAlert,
  parts: readonly ShownAlert[],
  placeOf: (alert: ShownAlert) => string
): Story {
  let rank = severityRank(whole.severity)
  let changedAt = whole.times.detectedAt
  for (const { severity, times } of parts) {
    rank = Math.max(rank, severityRank(severity))
    if (times.detectedAt > changedAt) changedAt = times.detectedAt
  }
  return {
    whole,
    parts: parts.length < 2 ? parts : parts.toSorted(compareGrave),
    rank,
    changedAt,
    place: placeOf(whole)
  }
}

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

  /** Of alerts that are parts of each other, as parents change, the first by id: none vanishes. */
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

  /** `affected`: alerts that may have moved. All in a story with them are placed again. */
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

export interface Group {
  /** A code, a name, or empty for none. */
  readonly key: string
  /** Alerts, parts too. */
  readonly count: number
  readonly worst: Severity
}

/** Several for a story in several groups: it is listed under all together, once. */
function makeGroupKey({ whole, rank }: Story, by: Grouping): string {
  switch (by) {
    case 'country':
      return whole.area.country.join(',')
    case 'area':
      return whole.area.admin1.join(',')
    case 'rule':
      return whole.ruleId
    case 'owner':
      return whole.operator.assignedTo ?? whole.operator.acknowledgedBy ?? ''
    case 'severity':
      return severities[severities.length - 1 - rank] as Severity
    case 'none':
      return ''
    default:
      return by satisfies never
  }
}

/** Groups in the order of their first story, so that the list's order decides. O(stories). */
export function grouped(
  stories: readonly Story[],
  by: Grouping
): readonly { readonly group: Group; readonly stories: readonly Story[] }[] {
  const held = new Map<string, Story[]>()
  for (const story of stories) {
    const key = makeGroupKey(story, by)
    const members = held.get(key)
    if (members === undefined) held.set(key, [story])
    else members.push(story)
  }
  return [...held].map(([key, members]) => ({ group: makeGroup(key, members), stories: members }))
}

function makeGroup(key: string, members: readonly Story[]): Group {
  const rank = members.reduce((most, story) => Math.max(most, story.rank), 0)
  const count = members.reduce((sum, { parts }) => sum + 1 + parts.length, 0)
  return { key, count, worst: severities[severities.length - 1 - rank] as Severity }
}

export interface QueueRow {
  readonly alert: ShownAlert
  /** Of the first row of a story the gravest in it: a grave part is never hidden by a mild whole. */
  readonly severity: Severity
  /** The last change of the alert; of the first row of a story the last in it, ISO 8601. */
  readonly changedAt: string
  /** 1 for a part below its whole. */
  readonly depth: 0 | 1
  /** The listed alerts below it. */
  readonly parts: readonly ShownAlert[]
  /** Of these, those that are folded away. */
  readonly folded: readonly ShownAlert[]
  readonly isUnfolded: boolean
  /** Of the last part that is shown: the parts that come after it, and are not. */
  readonly rest: readonly ShownAlert[]
  readonly group: Group | null
}

/** Parts shown of a story that is unfolded once; its gravest. */
const partsFirst = 4

/** Among what is unfolded: all parts of a story. */
export function makeWhole(alertId: string): string {
  return `${alertId}/all`
}

/** Most stories are folded and head no group: one row for as long as the story is the same. */
const foldedRows = new WeakMap<Story, QueueRow>()

function makeFoldedRow(story: Story): QueueRow {
  const known = foldedRows.get(story)
  if (known !== undefined) return known
  const { whole, parts, rank, changedAt } = story
  const row: QueueRow = {
    alert: whole,
    severity: severities[severities.length - 1 - rank] as Severity,
    changedAt,
    depth: 0,
    parts,
    folded: parts,
    isUnfolded: false,
    rest: [],
    group: null
  }
  foldedRows.set(story, row)
  return row
}

function partRow(alert: ShownAlert, rest: readonly ShownAlert[]): QueueRow {
  return {
    alert,
    severity: alert.severity,
    changedAt: alert.times.detectedAt,
    depth: 1,
    parts: [],
    folded: [],
    isUnfolded: false,
    rest,
    group: null
  }
}

/** As in `listRows`, without the heading; undefined where it is folded away. */
export function rowIn(
  story: Story,
  id: string,
  unfolded: ReadonlySet<string>
): QueueRow | undefined {
  return rowsIn([story], unfolded).find(({ alert }) => alert.alertId === id)
}

/** Rows of stories: an unfolded one shows its gravest parts, or all on request. */
export function listRows(
  stories: readonly Story[],
  unfolded: ReadonlySet<string>,
  by: Grouping = 'none'
): readonly QueueRow[] {
  if (by === 'none') return rowsIn(stories, unfolded)
  return grouped(stories, by).flatMap(({ group, stories: members }) =>
    rowsIn(members, unfolded).map((row, i) => (i === 0 ? { ...row, group } : row))
  )
}

function rowsIn(stories: readonly Story[], unfolded: ReadonlySet<string>): readonly QueueRow[] {
  const rows: QueueRow[] = []
  for (const story of stories) {
    const { whole, parts } = story
    const row = makeFoldedRow(story)
    if (parts.length === 0 || !unfolded.has(whole.alertId)) {
      rows.push(row)
      continue
    }
    rows.push({ ...row, folded: [], isUnfolded: true })
    const count = unfolded.has(makeWhole(whole.alertId)) ? parts.length : partsFirst
    const shown = parts.slice(0, count)
    for (const [i, part] of shown.entries())
      rows.push(partRow(part, i === shown.length - 1 ? parts.slice(count) : []))
  }
  return rows
}

/** `standing`: as they were last let move. Rows in their places, how many of `wanted` wait, and how many would be elsewhere. O(rows). */
export function heldRows(
  standing: readonly QueueRow[],
  wanted: readonly QueueRow[],
  now: (id: string) => ShownAlert | undefined
) {
  const ids = new Set(standing.map(({ alert }) => alert.alertId))
  const isThere = ({ alert }: QueueRow) => now(alert.alertId) !== undefined
  const rows = standing.every(isThere) ? standing : standing.filter(isThere)
  let waiting = 0
  let worst = null as Severity | null
  for (const { alert } of wanted) {
    if (ids.has(alert.alertId)) continue
    waiting += 1
    if (worst === null || severityRank(alert.severity) > severityRank(worst)) worst = alert.severity
  }
  const moved =
    waiting > 0 ? 0 : rows.filter((row, i) => wanted[i]?.alert.alertId !== row.alert.alertId).length
  return { rows, waiting, worstWaiting: worst, moved }
}

/** A row as its alert is now, under its present heading. The same object until it changes. */
export function presentRow(
  row: QueueRow,
  wanted: QueueRow | undefined,
  now: ShownAlert | undefined
): QueueRow {
  if (wanted !== undefined)
    return wanted.group === row.group ? wanted : { ...wanted, group: row.group }
  return now === undefined || now === row.alert ? row : { ...row, alert: now }
}

/** -1 in an empty list. `lastAt`: where it was last listed, for one that was closed meanwhile. */
export function nextPlace(
  rows: readonly { readonly alert: { readonly alertId: string } }[],
  id: string | undefined,
  by: 1 | -1,
  lastAt: number | null
): number {
  const at = rows.findIndex(({ alert }) => alert.alertId === id)
  // The row that has taken its place comes after it.
  const before = lastAt === null ? -1 : lastAt - (by === 1 ? 1 : 0)
  return Math.min(rows.length - 1, Math.max(0, (at < 0 ? before : at) + by))
}
