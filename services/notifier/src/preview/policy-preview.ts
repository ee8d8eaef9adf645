// What a policy would have told in the last week: the events of that time which a webhook of that view and filter gets, played
// as deliveries decide. Silences and watches are left out. The week is that of each theatre's clock, so that a replay has one.

import { type AlertFilter, filterCost } from '@tocsin/domain/alert/alert-filter'
import type { NotificationPolicy } from '@tocsin/domain/notification/notification-policy'
import { figuresOf, type PlayedFigures, silentOf } from '@tocsin/domain/notification/policy-figures'
import { type PlayedEvent, PolicyPlay } from '@tocsin/domain/notification/policy-play'
import type { Clock } from '@tocsin/domain/ports'
import type { Severity } from '@tocsin/domain/record/severity'
import { maySee } from '@tocsin/domain/report/handling'
import type { AlertRecord } from '../projection/alert-entry.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import type { AlertJournal } from '../projection/alert-journal.ts'
import { readBack } from '../projection/journal-backwards.ts'
import { hasPassed, type Positions } from '../projection/positions.ts'
import { judgeRecord, renderFor, shownTo, standingBefore } from '../projection/record-judging.ts'
import type { Scan, ScanScheduler } from '../projection/scan-scheduler.ts'
import type { Audience, ReaderStanding } from '../reader/audience.ts'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'

export interface PolicyPreviewDeps {
  readonly alerts: AlertIndex
  readonly journal: () => AlertJournal
  readonly scans: ScanScheduler
  readonly clock: Pick<Clock, 'nowMs'>
  /** The current times of theatres that replay, ms. */
  readonly replays: () => ReadonlyMap<string, number>
}

/** Events that are played, the newest of the week. */
export const previewEventsMax = 2_000
/** Records that the subscriber might see and that are looked at. How many others there are must not tell. */
const recordsMax = 10_000
/** The same with all others. */
const allRecordsMax = 200_000
/** Alerts that are named. */
export const previewAlertsMax = 50
const weekMs = 7 * 24 * 3_600_000
const stepRecords = 500
/** Cost of reading, judging and rendering a record, in scan units. */
const recordUnits = 100
/** Cost of a pair of alerts of one story. */
const pairUnits = 10

/** An alert of which nothing would have been told. */
export interface SilentAlert {
  readonly alertId: string
  readonly severity: Severity
  readonly headline: string
  readonly reason: string
}

type Figures = Omit<PlayedFigures, 'missed' | 'briefCount' | 'from' | 'to'>

export interface PolicyPreview extends Figures {
  readonly from: string
  readonly to: string
  /** False: there were more events than are played, and `from` is where the played ones begin. */
  readonly isWhole: boolean
  /** Alerts of which nothing would have been told: how many, and the gravest of those that the reader may see now. */
  readonly silentCount: number
  readonly silent: readonly SilentAlert[]
}

/** `reader`: who asks, and may see less now than was told then. The work is bounded, and yields to other work. */
export async function previewOf(
  deps: PolicyPreviewDeps,
  policy: NotificationPolicy,
  subscriber: { readonly view: ReaderView; readonly filter: AlertFilter },
  reader: ReaderView
): Promise<PolicyPreview> {
  const nowMs = deps.clock.nowMs()
  const scan = deps.scans.begin()
  const audience: Audience = { ...subscriber, holdsQuiet: true }
  const { records, isAll } = await weekOf(deps, audience, scan, nowMs)
  const known = new Map<string, PlayedEvent>()
  const played: PlayedEvent[] = []
  const standings = new Map<string, ReaderStanding>()
  for (const { record, atMs } of records) {
    scan.units += recordUnits + filterCost(audience.filter)
    if (scan.mustYield) await scan.yieldTurn()
    const { alertId } = record.event.data
    const before = standings.get(alertId) ?? standingBefore(deps.alerts, audience, record)
    const { standing, verdict } = judgeRecord(deps.alerts, before, record, audience)
    if (!standings.has(alertId) && before === 'shown') known.set(alertId, toldBefore(deps, record, nowMs))
    standings.set(alertId, standing)
    const event = verdict === 'nothing' ? null : playedOf(deps, audience, record, verdict, atMs)
    if (event !== null) played.push(event)
  }
  const kept = played.slice(-previewEventsMax)
  const isWhole = isAll && kept.length === played.length
  const fromMs = isWhole ? nowMs - weekMs : (kept[0]?.atMs ?? nowMs)
  const stood = [...new Set(kept.map(({ alertId }) => alertId))].flatMap(id => known.get(id) ?? [])
  // An alert that was told before the week is told before it here too.
  const outcome = await playIn(scan, policy, [...stood, ...kept], nowMs)
  const figures = figuresOf(kept, outcome, { fromMs, toMs: nowMs })
  const silent = silentOf(outcome)
  const { missed: _, briefCount: _b, from: _f, to: _t, ...counts } = figures
  const shown = silent.flatMap(({ alertId, severity, reason }) => {
    const entry = deps.alerts.get(alertId)
    const now = entry === undefined || shownTo(subscriber.view, entry) === null ? null : shownTo(reader, entry)
    return now === null ? [] : [{ alertId, severity, headline: now.outline.headline, reason }]
  })
  return {
    ...{ from: new Date(fromMs).toISOString(), to: new Date(nowMs).toISOString(), isWhole, ...counts },
    ...{ silentCount: silent.length, silent: shown.slice(0, previewAlertsMax) }
  }
}

/** In steps: an event of a great story costs as much as its pairs. */
async function playIn(scan: Scan, policy: NotificationPolicy, events: readonly PlayedEvent[], nowMs: number) {
  const play = new PolicyPlay(policy, { subscriptionId: '', untilMs: nowMs })
  for (const event of events) {
    const judged = play.take(event)
    scan.units += recordUnits + pairUnits * judged * judged
    if (scan.mustYield) await scan.yieldTurn()
  }
  return play.end()
}

interface Dated {
  readonly record: AlertRecord
  /** By the clock of its theatre, as if it were now there, ms. */
  readonly atMs: number
}

/** Records of the last week in theatres of the audience, oldest first. `isAll`: none was left out. */
async function weekOf(deps: PolicyPreviewDeps, { view }: Audience, scan: Scan, nowMs: number) {
  const journal = deps.journal()
  const records: Dated[] = []
  const start: Positions = journal.start
  let before: Positions = journal.end
  const replays = new Map([...deps.replays()].filter(([theatre]) => isTheatreInView(view, theatre)))
  // The log is in order of time where no theatre of the view has a time of its own.
  let isPast = false
  let [looked, all] = [0, 0]
  while (!isPast && !hasPassed(start, before) && looked < recordsMax && all < allRecordsMax) {
    const page = await readBack(journal, before, stepRecords)
    all += Math.max(1, page.records.length)
    scan.units += page.records.length * recordUnits
    if (scan.mustYield) await scan.yieldTurn()
    for (const record of page.records) {
      const { theatre, handling } = record.event.data
      if (!isTheatreInView(view, theatre)) continue
      if (maySee(view.handling, handling)) looked++
      const agoMs = (replays.get(theatre) ?? nowMs) - Date.parse(record.envelope.time)
      // The clock of another instance may run ahead.
      if (agoMs < weekMs) records.push({ record, atMs: nowMs - Math.max(0, agoMs) })
    }
    before = page.before
    const oldest = page.records.at(-1)?.envelope.time
    isPast = replays.size === 0 && oldest !== undefined && Date.parse(oldest) <= nowMs - weekMs
  }
  records.reverse()
  return { records: records.sort((a, b) => a.atMs - b.atMs), isAll: isPast || hasPassed(start, before) }
}

/** As it stood when the week began: what a policy that begins then takes as told. */
function toldBefore({ alerts }: PolicyPreviewDeps, record: AlertRecord, nowMs: number): PlayedEvent {
  const { alertId } = record.event.data
  const facts = alerts.get(alertId)?.moments.findLast(each => each.position < record.position)?.facts
  if (facts === undefined) throw new Error(`alert ${alertId} was shown before, and has no moment before it`)
  const base = { alertId, severity: facts.severity, facts, partOf: null, references: [], isAnswered: false }
  return { ...base, atMs: nowMs - weekMs - dayMs, ending: null }
}

const dayMs = 24 * 3_600_000

function playedOf(
  { alerts }: PolicyPreviewDeps,
  audience: Audience,
  record: AlertRecord,
  verdict: 'event' | 'left-view',
  atMs: number
): PlayedEvent | null {
  const { event, envelope } = record
  if (event.type === 'alert.action-refused') return null
  const { alertId, severity, status } = event.data
  const facts = event.data
  if (verdict === 'left-view')
    return { atMs, alertId, severity, facts, ending: 'left-view', partOf: null, references: [], isAnswered: true }
  const { data } = renderFor(alerts, audience, 'event', record)
  const { partOf, references } = 'headline' in data ? data : { partOf: null, references: [] }
  const ending = status === 'resolved' || status === 'retracted' ? status : null
  const calls = alerts.get(alertId)?.callsAt(audience.view.handling).calls ?? []
  const publishedMs = Date.parse(envelope.time)
  const call = calls.findLast(({ pagedAtMs }) => pagedAtMs <= publishedMs)
  const isDone = call !== undefined && call.done !== null && call.done.atMs <= publishedMs
  // What called nobody needs no answer.
  const isAnswered = call === undefined || isDone || event.data.operator.acknowledgedBy !== null
  return { atMs, alertId, severity, facts, ending, partOf, references, isAnswered }
}
