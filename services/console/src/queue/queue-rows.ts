// The rows of the queue: stories in order, each part under its whole, under headings if asked for; and
// rows that stand still while somebody reads, with their present state. Pure.

import { type Severity, type ShownAlert, severities, severityRank } from '../shown/shown-alert.ts'
import type { Grouping } from './queue-filter.ts'
import type { Story } from './story.ts'

/** A heading and the stories under it. */
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

/**
 * Stories by group; groups in the order of their first story, so that the order of the list decides
 * among them too. O(stories).
 */
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
  /** Shown above the row: the first row in its group. */
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

/**
 * The row of an alert of a story, as in `listRows` but without the heading; undefined where it is
 * folded away.
 */
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

/** Rows as they were last let move. */
export class StandingRows {
  readonly rows: readonly QueueRow[]
  #ids: ReadonlySet<string> | null = null

  constructor(rows: readonly QueueRow[]) {
    this.rows = rows
  }

  /**
   * Made when it is first asked for: rows that move are not asked, and there may be thousands, ten
   * times a second.
   */
  get ids(): ReadonlySet<string> {
    this.#ids ??= new Set(this.rows.map(({ alert }) => alert.alertId))
    return this.#ids
  }
}

export interface HeldRows {
  /**
   * The places of the rows; `presentRow` gives the present state of each. The same array until a
   * row may no longer be seen.
   */
  readonly rows: readonly QueueRow[]
  /** Alerts that are not among the rows yet. */
  readonly waiting: number
  readonly worstWaiting: Severity | null
  /** Rows that would be elsewhere, or not in the list. */
  readonly moved: number
}

/**
 * `wanted` are the rows that would be shown; `now` gives the state of an alert, closed ones too.
 * O(rows), without allocation.
 */
export function heldRows(
  standing: StandingRows,
  wanted: readonly QueueRow[],
  now: (id: string) => ShownAlert | undefined
): HeldRows {
  const isThere = ({ alert }: QueueRow) => now(alert.alertId) !== undefined
  const rows = standing.rows.every(isThere) ? standing.rows : standing.rows.filter(isThere)
  let waiting = 0
  let worst: Severity | null = null
  for (const { alert } of wanted) {
    if (standing.ids.has(alert.alertId)) continue
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

/**
 * The place of the row after the one of this alert, or before it; -1 in an empty list. `lastAt`:
 * where it stood when it was last listed, since an alert that somebody closes leaves the list while
 * it is open; null: it never was.
 */
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
