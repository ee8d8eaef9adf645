// What a policy would have told in the last week: the events of that time which a webhook of that
// view and filter gets, played as deliveries decide. Silences and watches are left out. The week is
// that of each theatre's clock, so that a replay has one.

import { isEnding } from '@tocsin/domain/alert/alert-decision'
import { type AlertFilter, filterCost } from '@tocsin/domain/alert/alert-filter'
import type { NotificationPolicy } from '@tocsin/domain/notification/notification-policy'
import { figuresOf, type PlayedFigures, silentOf } from '@tocsin/domain/notification/policy-figures'
import { type PlayedEvent, playInSteps } from '@tocsin/domain/notification/policy-play'
import type { Clock } from '@tocsin/domain/ports'
import type { Severity } from '@tocsin/domain/record/severity'
import { type Handling, maySee } from '@tocsin/domain/report/handling'
import { lastPageMs } from '@tocsin/domain/response/alert-calls'
import type { AlertRecord } from '../projection/alert-entry.ts'
import type { AlertIndex } from '../projection/alert-index.ts'
import { readBack } from '../projection/journal-backwards.ts'
import { hasPassed, type Positions } from '../projection/positions.ts'
import { judgeRecord, renderFor, shownTo, standingBefore } from '../projection/record-judging.ts'
import type { Scan, ScanScheduler } from '../projection/scan-scheduler.ts'
import type { Audience, ReaderStanding, Verdict } from '../reader/audience.ts'
import { isTheatreInView, type ReaderView } from '../reader/reader-view.ts'
import type { LightRecords } from './light-records.ts'

export interface PolicyPreviewDeps {
  readonly alerts: AlertIndex
  readonly records: LightRecords
  readonly scans: ScanScheduler
  readonly clock: Pick<Clock, 'nowMs'>
  /** The current times of theatres that replay, ms. */
  readonly replays: () => ReadonlyMap<string, number>
}

/** Events that are played, the newest of the week. */
export const previewEventsMax = 5_000
/** Repeats that are played. */
export const previewRepeatsMax = 20_000
/**
 * Records that the subscriber might see and that are looked at. How many others there are must not
 * tell.
 */
const recordsMax = 10_000
/** The same with all others. */
const allRecordsMax = 200_000
/** Alerts that are named. */
export const previewAlertsMax = 50
const weekMs = 7 * 24 * 3_600_000
const stepRecords = 500
/** Cost of reading, judging and rendering a record, in scan units. */
const recordUnits = 100
/** Cost of a decision, and of a pair of alerts of one story. */
const stepUnits = 20
const pairUnits = 10
/** Two days: quiet hours and the longest wait for an answer are over. */
const stoodForMs = 2 * 24 * 3_600_000

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
  /**
   * Alerts of which nothing would have been told: how many, and the gravest of those that the
   * reader may see now.
   */
  readonly silentCount: number
  readonly silent: readonly SilentAlert[]
}

/**
 * `reader`: who asks, and may see less now than was told then. The work is bounded, and yields to
 * other work.
 */
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
  const last = new Map<string, PlayedEvent>()
  const played: (readonly [PlayedEvent, stood: PlayedEvent | null])[] = []
  const standings = new Map<string, ReaderStanding>()
  for (const { record, atMs } of records) {
    scan.units += recordUnits + filterCost(audience.filter)
    if (scan.mustYield) await scan.yieldTurn()
    const { alertId } = record.event.data
    const before = standings.get(alertId) ?? standingBefore(deps.alerts, audience, record)
    const { standing, verdict } = judgeRecord(deps.alerts, before, record, audience)
    if (!standings.has(alertId) && before === 'shown') last.set(alertId, shownBefore(deps, record))
    standings.set(alertId, standing)
    const event = verdict === 'nothing' ? null : playedOf(deps, audience, record, verdict, atMs)
    if (event === null) continue
    played.push([event, before === 'shown' ? (last.get(alertId) ?? null) : null])
    last.set(alertId, event)
  }
  const kept = played.slice(-previewEventsMax)
  const isWhole = isAll && kept.length === played.length
  const fromMs = isWhole ? nowMs - weekMs : (kept[0]?.[0].atMs ?? nowMs)
  const events = kept.map(([event]) => event)
  const outcome = await playIn(scan, policy, [...stoodBefore(kept, fromMs), ...events], nowMs)
  const figures = figuresOf(events, outcome, { fromMs, toMs: nowMs })
  const silent = silentOf(outcome)
  const { missed: _, briefCount: _b, from: _f, to: _t, ...counts } = figures
  const shown = silent.flatMap(({ alertId, severity, reason }) => {
    const entry = deps.alerts.get(alertId)
    const now =
      entry === undefined || shownTo(subscriber.view, entry) === null
        ? null
        : shownTo(reader, entry)
    return now === null ? [] : [{ alertId, severity, headline: now.outline.headline, reason }]
  })
  return {
    ...{
      from: new Date(fromMs).toISOString(),
      to: new Date(nowMs).toISOString(),
      isWhole,
      ...counts
    },

    ...{ silentCount: silent.length, silent: shown.slice(0, previewAlertsMax) }
  }
}

/**
 * Alerts that the subscriber was shown before the played events, as they stood then: a policy that
 * begins with these takes them as told. Long enough before that neither quiet hours nor a wait for
 * answers reaches into what is counted.
 */
function stoodBefore(
  kept: readonly (readonly [PlayedEvent, stood: PlayedEvent | null])[],
  fromMs: number
) {
  const first = new Map<string, PlayedEvent | null>()
  for (const [{ alertId }, stood] of kept) if (!first.has(alertId)) first.set(alertId, stood)
  const atMs = fromMs - stoodForMs
  const news = { atMs, ending: null, partOf: null, references: [], isAnswered: false }
  return [...first.values()].flatMap(stood => (stood === null ? [] : [{ ...stood, ...news }]))
}

async function playIn(
  scan: Scan,
  policy: NotificationPolicy,
  events: readonly PlayedEvent[],
  nowMs: number
) {
  const steps = playInSteps(policy, events, {
    subscriptionId: '',
    untilMs: nowMs,
    repeatsMax: previewRepeatsMax
  })
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
    scan.units += stepUnits + pairUnits * value
    if (scan.mustYield) await scan.yieldTurn()
  }
}

interface Dated {
  readonly record: AlertRecord
  /** By the clock of its theatre, as if it were now there, ms. */
  readonly atMs: number
}

/**
 * Records of the last week in theatres of the audience, oldest first. `isAll`: none was left out.
 */
async function weekOf(deps: PolicyPreviewDeps, { view }: Audience, scan: Scan, nowMs: number) {
  const records: Dated[] = []
  const light = deps.records.for(view)
  const { start, end } = light
  let before: Positions = end
  const replays = new Map([...deps.replays()].filter(([theatre]) => isTheatreInView(view, theatre)))
  // The log is in order of time where no theatre of the view has a time of its own.
  let isPast = false
  let [looked, all] = [0, 0]
  while (!isPast && !hasPassed(start, before) && looked < recordsMax && all < allRecordsMax) {
    const page = await readBack(light, before, stepRecords)
    all += Math.max(1, page.records.length)
    scan.units += page.records.length * recordUnits
    if (scan.mustYield) await scan.yieldTurn()
    for (const record of page.records) {
      const { theatre } = record.event.data
      if (!isTheatreInView(view, theatre)) continue
      if (isToldAt(deps.alerts, record, view.handling)) looked++
      const agoMs = (replays.get(theatre) ?? nowMs) - Date.parse(record.envelope.time)
      // The clock of another instance may run ahead.
      if (agoMs < weekMs) records.push({ record, atMs: nowMs - Math.max(0, agoMs) })
    }
    before = page.before
    const oldest = page.records.at(-1)?.envelope.time
    isPast = replays.size === 0 && oldest !== undefined && Date.parse(oldest) <= nowMs - weekMs
  }
  records.reverse()
  return {
    records: records.sort((a, b) => a.atMs - b.atMs),
    isAll: isPast || hasPassed(start, before)
  }
}

/**
 * Whether a record may say anything to readers of a level: how many others there are must not tell.
 */
function isToldAt(alerts: AlertIndex, { event }: AlertRecord, level: Handling): boolean {
  if (event.type === 'alert.action-refused') return false
  const { alertId, handling, concerns, revision } = event.data
  return (
    maySee(level, handling) &&
    maySee(level, concerns) &&
    !alerts.numbering(alertId, level).isWithheld(revision)
  )
}

/** As the subscriber was shown it before a record that is the first of its alert here. */
function shownBefore({ alerts }: PolicyPreviewDeps, record: AlertRecord): PlayedEvent {
  const { alertId } = record.event.data
  const facts = alerts
    .get(alertId)
    ?.moments.findLast(each => each.position < record.position)?.facts
  if (facts === undefined)
    throw new Error(`alert ${alertId} was shown before, and has no moment before it`)
  return {
    atMs: 0,
    alertId,
    severity: facts.severity,
    facts,
    ending: null,
    partOf: null,
    references: [],
    isAnswered: false
  }
}

function playedOf(
  { alerts }: PolicyPreviewDeps,
  audience: Audience,
  record: AlertRecord,
  verdict: Verdict,
  atMs: number
): PlayedEvent | null {
  const { event, envelope } = record
  if (event.type === 'alert.action-refused') return null
  const { alertId, severity, status } = event.data
  const facts = event.data
  if (verdict === 'left-view')
    return {
      atMs,
      alertId,
      severity,
      facts,
      ending: 'left-view',
      partOf: null,
      references: [],
      isAnswered: true
    }
  const { data } = renderFor(alerts, audience, 'event', record)
  const { partOf, references } = 'headline' in data ? data : { partOf: null, references: [] }
  const ending = status === 'resolved' || status === 'retracted' ? status : null
  const calls = alerts.get(alertId)?.callsAt(audience.view.handling).calls ?? []
  const publishedMs = Date.parse(envelope.time)
  const call = calls.findLast(({ pagedAtMs }) => pagedAtMs <= publishedMs)
  const { acknowledgedBy } = event.data.operator
  const sinceMs = call === undefined ? 0 : lastPageMs(call, publishedMs)
  const isDone =
    call?.deeds.some(({ recordedMs }) => recordedMs >= sinceMs && recordedMs <= publishedMs) ===
    true
  const isAnswered = isDone || acknowledgedBy !== null
  const isAfterEnd = ending !== null && !isEnding(event.type)
  const pagesNobody = !isAnswered && call === undefined
  return {
    atMs,
    alertId,
    severity,
    facts,
    ending,
    isAfterEnd,
    partOf,
    references,
    isAnswered,
    pagesNobody
  }
}
