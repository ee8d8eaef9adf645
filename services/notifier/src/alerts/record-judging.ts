// Which events of the level's stream an audience gets, and how: once an alert was shown, every later
// event follows, whether or not the filter still matches. A resumed stream, a feed and a webhook planned
// after a restart get the same decision.

import { mayReadTheatre } from '@tocsin/auth/access/principal'
import { isWhole, type ReaderView } from '@tocsin/auth/access/reader-view'
import { type ActionRefused, isOpen } from '@tocsin/contracts/alert/alert'
import {
  type AlertFilter,
  type FilterFacts,
  matchesFilter
} from '@tocsin/contracts/alert/alert-filter'
import { severities } from '@tocsin/contracts/theatre/severity'
import { ruleDefinitions } from '@tocsin/engine/rules/catalogue'
import { hasLevel } from '@tocsin/read-model/alerts/levels'
import { LRUCache } from 'lru-cache'
import { findAcknowledged } from './alert-calls.ts'
import type { AlertAtLevel, AlertEntry } from './alert-entry.ts'
import type { AlertIndex } from './alert-index.ts'
import { type AlertRecord, type AudienceMoment, makeMoment } from './alert-record.ts'
import {
  alertInView,
  eventInView,
  makeStub,
  type VisibleAlert,
  type VisibleEvent
} from './reader-view.ts'

/** Alerts of which it is cached whether an audience was shown them; others are judged again. */
const shownMax = 10_000

/** Judges events in order, once for all who are the same audience. */
export class AudienceJudge {
  readonly audience: Audience
  readonly #alerts: AlertIndex
  /** One per audience, and most have few entries: it grows as it fills. */
  readonly #shown = new LRUCache<string, boolean>({ maxSize: shownMax, sizeCalculation: () => 1 })

  constructor(alerts: AlertIndex, audience: Audience) {
    this.#alerts = alerts
    this.audience = audience
  }

  /** Null: the audience does not get the event. */
  judge(record: AlertRecord): Verdict | null {
    const { alertId } = record.event.data
    const wasShown = this.#shown.get(alertId) ?? this.#wasShown(record)
    const verdict = judgeRecord(this.#alerts, wasShown, record, this.audience)
    this.#shown.set(alertId, wasShown || verdict !== null)
    return verdict
  }

  #wasShown({ event, position }: AlertRecord): boolean {
    const { view } = this.audience
    const moments = this.#alerts.get(event.data.alertId)?.at(view.level)?.moments ?? []
    return isShownBy(
      moments.filter(moment => moment.position < position),
      this.audience
    )
  }
}

/** What a record means for an audience that was shown its alert, or was not. */
export function judgeRecord(
  alerts: AlertIndex,
  wasShown: boolean,
  record: AlertRecord,
  audience: Audience
): Verdict | null {
  const { event, readers } = record
  const level = audience.view.level
  if (!hasLevel(readers, level)) return null
  // As it was folded: its incidents may be elsewhere by now.
  const moment = alerts.findMoment(level, record) ?? makeMoment(event, readers)
  if (moment !== null) return judgeMoment(wasShown, moment, audience)
  const isKnown = alerts.get(event.data.alertId) !== undefined
  return wantsRefusal(wasShown, isKnown, event.data as ActionRefused, audience) ? 'event' : null
}

/**
 * An event as an audience gets it; `first-news`: as one that pages. One that its readers may not
 * see by the handling of today has its id and its place, but no content about the alert.
 */
export function renderFor(
  alerts: AlertIndex,
  { view, filter }: Audience,
  verdict: Verdict,
  record: AlertRecord
): VisibleEvent {
  const { envelope, event, sum } = record
  if (alerts.isTakenBack(view.level, record)) return makeStub(envelope, event.data)
  if (event.type === 'alert.action-refused') return eventInView(view, envelope, event.data)
  const visible = eventInView(view, envelope, alerts.restate(view.level, event.data, sum))
  if (isUnaskedDrill(event.data, filter)) return withoutPage(visible)
  const { data } = visible
  // For an audience that gets it first it pages, even if it does not page others.
  return verdict === 'first-news' && 'notify' in data
    ? { ...visible, data: { ...data, notify: 'page' } }
    : visible
}

/** As one that does not page: of a drill, or of an update that its reader already has. */
export function withoutPage(event: VisibleEvent): VisibleEvent {
  const { data } = event
  return 'notify' in data && data.notify === 'page'
    ? { ...event, data: { ...data, notify: 'update' } }
    : event
}

export function shownTo(view: ReaderView, entry: AlertEntry): AlertAtLevel | null {
  return mayReadTheatre(view, entry.theatre) ? entry.at(view.level) : null
}

/** The alert with an id for the reader; null if there is none, or it is hidden. */
export function findShown(
  alerts: AlertIndex,
  view: ReaderView,
  alertId: string
): AlertAtLevel | null {
  const entry = alerts.get(alertId)
  return entry === undefined ? null : shownTo(view, entry)
}

/** The same; null also if it is over. */
export function findOpen(
  alerts: AlertIndex,
  view: ReaderView,
  alertId: string
): AlertAtLevel | null {
  const shown = findShown(alerts, view, alertId)
  return shown !== null && isOpen(shown.state) ? shown : null
}

export function stateInView(
  alerts: AlertIndex,
  view: ReaderView,
  { state: folded, sum, calls }: AlertAtLevel
): VisibleAlert {
  const state = alerts.restate(view.level, folded, sum)
  const partOf = alerts.findParent(view.level, state)
  // What an alert of an earlier version does not say itself.
  const isAcknowledged = findAcknowledged(calls, folded)
  const operator = sum === null ? { ...folded.operator, isAcknowledged } : state.operator
  return alertInView(view, { ...state, partOf, operator })
}

export interface Audience {
  readonly view: ReaderView
  readonly filter: AlertFilter
  /**
   * Webhooks defer old news until the alert was delivered once or an officer took it. Streams,
   * lists and feeds show it, marked.
   */
  readonly holdsQuiet: boolean
}

/**
 * `first-news`: send the event as one that pages, because others were notified of what it revises
 * and this audience never was.
 */
export type Verdict = 'event' | 'first-news'

/** What an event means for an audience that was shown the alert, or was not; null: nothing. Pure. */
export function judgeMoment(
  wasShown: boolean,
  moment: AudienceMoment,
  audience: Audience
): Verdict | null {
  if (!isReader(audience.view, moment)) return null
  if (wasShown) return 'event'
  if (!isWanted(moment, audience)) return null
  return isFirstNews(moment, audience) ? 'first-news' : 'event'
}

/**
 * True for a revision by which a standing alert reaches an audience: its place, certainty or
 * handling changed since others were notified. To them it is an update; this audience has not seen
 * it. A revision that continues by itself is no news. Decision 0079.
 */
function isFirstNews({ facts, type, notify }: AudienceMoment, { filter }: Audience): boolean {
  if (type !== 'alert.revised' || isUnaskedDrill(facts, filter)) return false
  if (facts.status !== 'provisional' && facts.status !== 'confirmed') return false
  return notify === 'update' && mayPage(facts)
}

/** An alert of a pattern that this version does not know may page always. */
function mayPage({ pattern, severity }: FilterFacts): boolean {
  const from = ruleDefinitions.get(pattern)?.pagesFrom ?? 'minor'
  return severities.indexOf(severity) >= severities.indexOf(from)
}

/** Whether an event is in a reader's stream. */
export function isReader(view: ReaderView, { facts, readers }: AudienceMoment): boolean {
  return hasLevel(readers, view.level) && mayReadTheatre(view, facts.theatre)
}

/**
 * True for a drill alert if the filter does not ask for drills: it then does not notify and goes to
 * no webhook.
 */
export function isUnaskedDrill({ drill }: FilterFacts, filter: AlertFilter): boolean {
  return drill && filter.drill !== true
}

function isWanted(
  { facts, isTaken, notify }: AudienceMoment,
  { filter, holdsQuiet }: Audience
): boolean {
  if (holdsQuiet && isUnaskedDrill(facts, filter)) return false
  const isHeld = holdsQuiet && !isTaken && notify === 'quiet'
  return !isHeld && matchesFilter(filter, facts)
}

/**
 * A refused action goes to audiences that are shown the alert. If it named an unknown alert, it
 * goes only to readers who see everything and subscribe to whole theatres, so that they miss no seq.
 */
export function wantsRefusal(
  wasShown: boolean,
  alertIsKnown: boolean,
  { theatre }: ActionRefused,
  audience: Audience
): boolean {
  return alertIsKnown
    ? wasShown
    : isWhole(audience.view) && !audience.holdsQuiet && wantsWholeTheatre(audience, theatre)
}

function wantsWholeTheatre({ view, filter }: Audience, theatre: string): boolean {
  const { theatre: theatres, ...others } = filter
  return (
    mayReadTheatre(view, theatre) &&
    Object.keys(others).length === 0 &&
    (theatres === undefined || theatres.includes(theatre))
  )
}

/** Whether an audience was shown an alert in these events, in order. Pure; O(moments). */
export function isShownBy(moments: readonly AudienceMoment[], audience: Audience): boolean {
  return moments.some(moment => judgeMoment(false, moment, audience) !== null)
}
