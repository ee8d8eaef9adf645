// The report of one shift for the next, for one reader: counts, and each alert once, under the first
// heading that fits, with what became of it since. The scan yields to other work.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Principal } from '@tocsin/auth/access/principal'
import { makeView, type ReaderView } from '@tocsin/auth/access/reader-view'
import { isOpen } from '@tocsin/contracts/alert/alert'
import {
  count,
  instant,
  listOf,
  nullable,
  part,
  ref,
  shape,
  truth,
  words
} from '@tocsin/contracts/format/format'
import { severities } from '@tocsin/contracts/theatre/severity'
import type { AlertAtLevel } from './alert-entry.ts'
import type { ReadDeps } from './position-headers.ts'
import type { VisibleAlert } from './reader-view.ts'
import { findShown, stateInView } from './record-judging.ts'
import { isCanary } from './sign-of-life.ts'

/** In the order in which they are read. */
const headings = ['needed', 'inHand', 'others', 'over'] as const
const tagKinds = [
  ...(['new', 'escalated', 'acknowledged', 'done', 'partner'] as const),
  ...(['resolved', 'retracted', 'changed'] as const)
]
const itemsMax = 1_000

export const shiftReportSchema = shape(
  'ShiftReport',
  'In a replay `since` counts in its own time: the same span.',
  {
    since: instant(),
    until: instant(),
    counts: part('`unacknowledged` and `extreme` are open now, the rest since.', {
      ...{ unacknowledged: count(), extreme: count(), new: count(), escalated: count() },
      resolved: count(),
      medianSeconds: nullable(count('From raising to the first acknowledgement.'))
    }),
    items: listOf(
      part('', {
        alert: ref('Alert'),
        heading: words(headings, 'The first that fits: severe or worse and unacknowledged; owned.'),
        tags: listOf(part('', { kind: words(tagKinds), at: instant() })),
        notified: nullable(
          truth('Whether a webhook subscription accepted it; null: not for the reader to know.')
        )
      }),
      'The gravest first, at most 1,000.'
    ),
    omitted: count('Further items.'),
    unchanged: count('Open alerts that did not change and have no owner.')
  }
)

export interface ShiftReportDeps extends Pick<ReadDeps, 'projection' | 'clock' | 'nowIn'> {
  /** Whether anybody was notified of an alert; null: not for this reader to know. */
  readonly makeNotified: (principal: Principal) => ((alertId: string) => boolean) | null
}

interface Tag {
  readonly kind: (typeof tagKinds)[number]
  readonly at: string
}

interface Item {
  readonly alert: VisibleAlert
  readonly heading: (typeof headings)[number]
  readonly tags: readonly Tag[]
}

export async function makeShiftReport(
  deps: ShiftReportDeps,
  principal: Principal,
  sinceMs: number
) {
  const view = makeView(principal)
  const { alerts } = deps.projection
  const untilMs = deps.clock.nowMs()
  const spanMs = untilMs - sinceMs
  const startIn = (theatre: string) => Date.parse(deps.nowIn(theatre)) - spanMs
  const counts = { unacknowledged: 0, extreme: 0, new: 0, escalated: 0, resolved: 0 }
  const waitsMs: number[] = []
  const items: Item[] = []
  let [found, unchanged] = [0, 0]
  for await (const shown of findAlerts(deps, view, startIn)) {
    const { state } = shown
    const open = isOpen(state)
    const alert = stateInView(alerts, view, shown)
    const tags = listTags(shown, alert, startIn(state.theatre))
    const has = (kind: Tag['kind']) => tags.some(tag => tag.kind === kind)
    const waits = !state.drill && alert.operator.isAcknowledged === false
    if (waits) counts.unacknowledged++
    if (open && state.severity === 'extreme') counts.extreme++
    for (const kind of ['new', 'escalated', 'resolved'] as const) if (has(kind)) counts[kind]++
    if (has('acknowledged'))
      waitsMs.push(
        Date.parse(alert.operator.acknowledgedFirstAt ?? '') - Date.parse(shown.firstTime)
      )
    const heading = findHeading(alert, waits, tags.length > 0)
    if (heading !== null) {
      found++
      items.push({ alert, heading, tags })
      // Of years, few are kept.
      if (items.length === 2 * itemsMax) items.sort(compareItems).splice(itemsMax)
    } else if (open) unchanged++
  }
  items.sort(compareItems)
  const isNotified = deps.makeNotified(principal)
  return {
    since: new Date(sinceMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    counts: { ...counts, medianSeconds: computeMedian(waitsMs) },
    items: items
      .slice(0, itemsMax)
      .map(item => ({ ...item, notified: isNotified?.(item.alert.alertId) ?? null })),
    omitted: Math.max(0, found - itemsMax),
    unchanged
  }
}

/** Open alerts, and others that changed since, each once. */
async function* findAlerts(
  { projection: { alerts } }: ShiftReportDeps,
  view: ReaderView,
  startIn: (theatre: string) => number
): AsyncGenerator<AlertAtLevel> {
  const found = alerts.search(view, { wantsKind: ({ facts }) => isOpen(facts) })
  const ids = new Set([...found].flat().map(({ alertId }) => alertId))
  for (const chunk of alerts.events.listChanged(view, startIn)) {
    for (const alertId of chunk) ids.add(alertId)
    await nextTurn()
  }
  let looked = 0
  for (const id of ids) {
    const shown = findShown(alerts, view, id)
    if (shown !== null && !isCanary(shown.state)) yield shown
    if (++looked % alertsPerTurn === 0) await nextTurn()
  }
}

/** Read before others have their turn. */
const alertsPerTurn = 20

function findHeading(
  alert: VisibleAlert,
  waits: boolean,
  hasChanged: boolean
): Item['heading'] | null {
  const { operator, severity } = alert
  if (!isOpen(alert)) return hasChanged ? 'over' : null
  if (waits && severities.indexOf(severity) >= severities.indexOf('severe')) return 'needed'
  if (operator.assignedTo !== null || operator.acknowledgedBy !== null) return 'inHand'
  return hasChanged ? 'others' : null
}

function listTags(shown: AlertAtLevel, alert: VisibleAlert, sinceMs: number): readonly Tag[] {
  const { operator, status, times } = alert
  const tags: Tag[] = []
  const put = (kind: Tag['kind'], at: string | undefined) => {
    if (at !== undefined && Date.parse(at) >= sinceMs) tags.push({ kind, at })
  }
  const lastOf = (name: string) => {
    const moment = shown.moments.findLast(({ type }) => type === `alert.${name}`)
    return moment && new Date(moment.atMs).toISOString()
  }
  put('new', shown.firstTime)
  put('escalated', lastOf('escalated'))
  put('acknowledged', operator.acknowledgedFirstAt)
  put('done', operator.responses?.last.recordedAt)
  put('partner', operator.answers?.at(-1)?.at)
  if (status === 'resolved' || status === 'retracted') put(status, lastOf(status))
  else if (tags.length === 0) put('changed', times.detectedAt)
  return tags
}

function computeMedian(all: readonly number[]): number | null {
  const sorted = all.toSorted((a, b) => a - b)
  const median = sorted[Math.floor((sorted.length - 1) / 2)]
  return median === undefined ? null : Math.max(0, Math.round(median / 1000))
}

function compareItems({ alert: a }: Item, { alert: b }: Item): number {
  return (
    severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
    Date.parse(b.times.detectedAt) - Date.parse(a.times.detectedAt) ||
    (a.alertId < b.alertId ? -1 : 1)
  )
}
