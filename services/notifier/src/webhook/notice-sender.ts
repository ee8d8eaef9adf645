// Notices to an address beside deliveries: signed events outside the sequence, each logged before its
// first attempt, so that a restart neither repeats nor loses it, and each tried on its own schedule.
// The first address: silences over its alerts, rosters that its key declared, the digest of the last
// week in its theatres, and reminders of alerts, as far as it may know them. The second one: that the
// first does not work, and that it works again, with counts and times alone. notices.ts decides
// when. Source: decision 0079.

import { mayReadTheatre, reaches } from '@tocsin/auth/access/principal'
import { makeView } from '@tocsin/auth/access/reader-view'
import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { NoticeState } from '@tocsin/contracts/subscription/endpoint-words'
import { computeStanding, type SilenceState } from '@tocsin/service/control/silence-state'
import { mayKnow } from '../alerts/officers-talk.ts'
import { noticeNames, raisedRecord } from '../notification/attempt-records.ts'
import {
  type DeliveryRecord,
  makeRecord,
  type NewsAbout,
  type NoticeAbout
} from '../notification/delivery-record.ts'
import { isOut } from '../notification/endpoint-health.ts'
import {
  computeNoticeWait,
  decideEndpointNotice,
  decideSilenceNotice,
  decideWatchNotice,
  judgeNotice,
  type Notice,
  toldSilencesMax
} from '../notification/notices.ts'
import { countSilenced, endIn, isHolding } from '../notification/silences.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import { isAccepted } from './destinations.ts'
import { mayAct, sendEvent } from './endpoint-sender.ts'
import type { SendingDeps, Served } from './sending.ts'

/** Reminders are raised by next-delivery.ts. */
type NewNotice = NewsAbout<Exclude<NoticeAbout, 'alert'>>

/** What there is to notify at an address. */
interface NoticeSource {
  readonly about: readonly NoticeAbout[]
  /** Those to raise now. */
  find(): Promise<readonly NewNotice[]>
  /** The data of a notice that is due; null: it is not sent now. */
  describe(notice: Notice): Promise<object | null>
}

/** How often it looks, ms; a silence takes effect, and ends, within the same time. */
const lookEveryMs = 10_000
/** Notices that are tried at one look. */
const triesMax = 5

/**
 * Sends the notices of a source to its address until stopped. Rejects with an EventLogError that is
 * not retryable.
 */
export async function sendNotices(
  deps: SendingDeps,
  served: Served,
  source: NoticeSource
): Promise<void> {
  const { clock } = deps
  const { wake, stop, deliveries } = served
  const listWaiting = () =>
    deliveries.notices
      .list()
      .filter(({ about, end }) => end === null && source.about.includes(about))
  while (!stop.aborted) {
    const ticket = wake.ticket()
    // First: what is raised may be looked up among all open alerts, in vain for a subscriber that
    // may not be notified.
    if (await mayAct(deps, served)) {
      for (const news of await source.find())
        await write(deps, served, raisedRecord(deliveries, clock.nowMs(), news, makeMark(news)))
      await sendDue(deps, served, source, listWaiting())
    }
    const waits = listWaiting().map(each => computeNoticeWait(each, clock.nowMs()))
    const soonMs = waits.filter(each => each > 0)
    await wake.sleep(clock, Math.min(lookEveryMs, ...soonMs), ticket, stop)
  }
}

async function sendDue(
  deps: SendingDeps,
  served: Served,
  source: NoticeSource,
  waiting: readonly Notice[]
): Promise<void> {
  const { clock } = deps
  let tries = 0
  for (const each of waiting.toSorted((a, b) => a.toldMs - b.toldMs)) {
    // The room that the endpoint leaves is for alerts.
    const isFull = served.rate.waitMs(clock.monotonicMs()) > 0
    if (served.stop.aborted || tries === triesMax || isFull) return
    if (computeNoticeWait(each, clock.nowMs()) > 0) continue
    const data = await source.describe(each)
    if (data === null) continue
    tries++
    await trySending(deps, served, each, data)
  }
}

async function trySending(
  deps: SendingDeps,
  served: Served,
  notice: Notice,
  data: object
): Promise<void> {
  const { clock, random, logger, metrics } = deps
  const { subscriptionId } = served.deliveries
  const { about, id, noticeId, at: time } = notice
  const fixed = { id: noticeId, time }
  const outcome = await sendEvent(deps, served, { name: noticeNames[about], data, fixed })
  // Not sent, or stopped: whether it was received is not known.
  if (outcome === null || outcome.kind === 'cancelled') return
  const attempt = notice.attempts + 1
  const nowMs = clock.nowMs()
  const jitter = isAccepted(outcome) ? 0 : random.next()
  const { reason, end, afterMs } = judgeNotice(outcome, { tries: attempt, jitter, nowMs })
  metrics.notices.inc({ about, verdict: end ?? 'retry' })
  if (end === 'given-up')
    logger.warn({ subscription: subscriptionId, about, id }, 'a notice was given up')
  const attempted = {
    ...{ subscriptionId, noticeId, attempt, reason, end, durationMs: outcome.durationMs },
    status: outcome.kind === 'response' ? outcome.status : null,
    nextAt: afterMs === null ? null : new Date(nowMs + afterMs).toISOString()
  }
  const payload = { type: 'delivery.notice-attempted', data: attempted } as const
  await write(deps, served, makeRecord(payload, nowMs, `${noticeId} ${attempt}`))
}

function write(deps: SendingDeps, { stop }: Served, record: DeliveryRecord): Promise<boolean> {
  return deps.deliveryLog.writeUntil(stop, 'a notice', [record])
}

/** Distinguishes it from other notices on the same subject; the same on every instance. */
function makeMark(news: NewNotice): string {
  if (news.about === 'digest') return news.week
  return news.about === 'endpoint' ? `${news.state} ${news.channel}` : news.state
}

/** `served`: the first address. */
export function makeSubscriberSource(deps: SendingDeps, served: Served): NoticeSource {
  const { clock, control, digests, rosters } = deps
  const { subscription, deliveries } = served
  const { ownerKeyId, notices: asked = [] } = subscription
  const { notices } = deliveries
  const listRosters = () =>
    [...control.state.watches.values()].filter(
      each => each.ownerKeyId === ownerKeyId && mayKnow({ ...subscription, id: ownerKeyId }, each)
    )
  const findRosters = (): readonly NewNotice[] =>
    listRosters().flatMap(({ watchId: id }) => {
      const told = notices.of('watch', id)
      const state = decideWatchNotice(told, rosters.isUnstaffed(id), clock.nowMs())
      return state === null ? [] : [{ about: 'watch', id, state }]
    })
  return {
    about: ['silence', 'watch', 'digest', 'alert'],
    find: async () =>
      deliveries.isEnded
        ? []
        : [
            ...(asked.includes('silences') ? await findSilences(deps, served) : []),
            ...(asked.includes('watches') ? findRosters() : []),
            ...(subscription.digest === true ? findDigests(deps, served) : [])
          ],
    describe: async notice => {
      // An endpoint that is away is probed with its deliveries.
      if (deliveries.isEnded || isOut(deliveries.health)) return null
      if (notice.about === 'alert') return describeReminder(deps, served, notice)
      if (notice.about === 'digest')
        return { digest: await digests.make(subscription, notice.id, notice.week) }
      if (notice.about === 'silence') {
        const { id: silenceId, state, startsAt, endsAt, matches } = notice
        return { silenceId, state, startsAt, endsAt, matches }
      }
      const isKnown = listRosters().some(({ watchId }) => watchId === notice.id)
      return isKnown && 'state' in notice ? { watchId: notice.id, state: notice.state } : null
    }
  }
}

/** Silences over the subscription that it may know. */
async function findSilences(
  deps: SendingDeps,
  { subscription, deliveries }: Served
): Promise<readonly NewNotice[]> {
  const { control, clock, projection } = deps
  const { policy, order } = subscription
  const { notices } = deliveries
  const nowMs = clock.nowMs()
  const raised: NewNotice[] = []
  const before = notices.list('silence').filter(({ state }) => state !== 'over')
  let standing = before.length
  // No policy delays anything in strict order.
  const isDelayed = !!policy && order !== 'strict'
  const known = [...control.state.silences.values()].filter(
    each => isDelayed && mayKnowSilence(deps, subscription, each)
  )
  for (const silence of known) {
    const { silenceId: id, startsAt } = silence
    const recorded = computeStanding(silence, nowMs)
    // A silence with a revoked key has no effect any more.
    const isVoid = recorded === 'holding' && !isHolding(deps, silence)
    const told = notices.of('silence', id)
    const state = decideSilenceNotice(told, isVoid ? 'over' : recorded, nowMs)
    if (state === null || (state === 'holding' && standing >= toldSilencesMax)) continue
    if (state === 'holding') standing++
    // Open alerts that the subscriber is notified of and that the silence is for; null if the
    // subscriber may not know what it is for: its words could be guessed by its alerts.
    const isTold = (alertId: string) => deliveries.isKnown(alertId)
    const view = makeView(subscription)
    const matches =
      state === 'over' || !reaches(subscription, silence)
        ? null
        : await countSilenced(projection.alerts, view, silence, isTold)
    const endsAt = endIn(deps, silence)
    raised.push({ about: 'silence', id, state, startsAt, endsAt, matches })
  }
  // One that is listed no more, such as after a long pause, is over; one that it may not know of
  // any more is by its time.
  for (const { id, startsAt, endsAt } of before) {
    const isOver = Date.parse(endsAt) <= nowMs
    const isListed = !isOver && control.state.silences.has(id)
    if (isListed || known.some(({ silenceId }) => silenceId === id)) continue
    const endedAt = isOver ? endsAt : new Date(nowMs).toISOString()
    raised.push({ about: 'silence', id, state: 'over', startsAt, endsAt: endedAt, matches: null })
  }
  return raised
}

/**
 * As `mayKnowSilence` of the routes for who manages the subscription, within what the subscription
 * itself may be sent: whoever runs the endpoint may not hold the key.
 */
function mayKnowSilence(
  { control }: SendingDeps,
  subscription: SubscriptionRecord,
  silence: SilenceState
): boolean {
  const { subscriptionId, ownerKeyId } = subscription
  if (silence.subscriptionId !== null) return silence.subscriptionId === subscriptionId
  const key = control.state.keys.get(ownerKeyId)
  const isOfficers =
    key?.scopes.some(scope => scope === 'alerts:operate' || scope === 'admin') ??
    ownerKeyId === 'owner'
  return reaches(subscription, silence) && (silence.ownerKeyId === ownerKeyId || isOfficers)
}

/** In the theatres that the subscription asks for, each week once. */
function findDigests(
  { control, digests }: SendingDeps,
  { subscription, deliveries }: Served
): readonly NewNotice[] {
  const { theatre: asked } = subscription.filter as AlertFilter
  return [...control.state.theatres.keys()]
    .filter(theatre => mayReadTheatre(subscription, theatre) && asked?.includes(theatre) !== false)
    .flatMap(id => {
      const week = digests.findDueWeek(id)
      const told = deliveries.notices.of('digest', id)
      // A clock that was set back, or a replay that began again, does not send a week twice.
      if (week === null || (told !== null && told.week >= week)) return []
      return [{ about: 'digest', id, state: 'ready', week }]
    })
}

/**
 * The full alert, so that a receiver who lost the first can act. Null if it was answered
 * meanwhile, or is delayed; next-delivery.ts raises reminders.
 */
async function describeReminder(
  { bodies, clock, answerUrlOf }: SendingDeps,
  { subscription, deliveries, judge }: Served,
  reminder: Notice<'alert'>
): Promise<object | null> {
  const { id: alertId, sequence, eventId, eventType, count, since, at: plannedAt } = reminder
  const asked = judge?.repeat(alertId, Number.NEGATIVE_INFINITY, clock.nowMs())
  // A new event replaces the reminder.
  const isReplaced = deliveries.table.waitingOf(deliveries.findTrace(alertId)).length > 0
  if (asked?.decision?.kind !== 'send' || isReplaced) return null
  const event = { alertId, eventType, verdict: 'event', plannedAt } as const
  return {
    ...{ because: 'repeat', count, firstToldAt: since, sequence, eventId, eventType },
    answerurl: answerUrlOf(subscription, event),
    alert: await bodies.makeStatement(subscription, reminder)
  }
}

/** `served`: the second address. */
export function makeFallbackSource(
  { clock }: SendingDeps,
  { subscription, deliveries }: Served
): NoticeSource {
  const channel = subscription.consent?.id ?? ''
  return {
    about: ['endpoint'],
    find: async () => {
      const { health, isEnded, table, tally, notices } = deliveries
      const { pendingCount: pending, parkedCount: parked } = table
      const standing = { health, isEnded, parkedCount: parked, acceptedMs: tally.acceptedMs }
      const at = { channel, nowMs: clock.nowMs() }
      const state = decideEndpointNotice(notices.of('endpoint', ''), standing, at)
      if (state === null) return []
      const sinceMs = findSinceMs(deliveries, state)
      const since = sinceMs === null ? null : new Date(sinceMs).toISOString()
      return [{ about: 'endpoint', id: '', state, since, pending, parked, channel }]
    },
    describe: async notice => {
      const { state, since, pending, parked, channel: to } = notice as Notice<'endpoint'>
      // A notice to another address no longer counts.
      return to === channel ? { state, since, pending, parked } : null
    }
  }
}

function findSinceMs({ health, tally }: SubscriptionDeliveries, state: NoticeState): number | null {
  if (state === 'down' || state === 'parked') return health.sinceMs
  return state === 'up' ? (health.recoveredMs ?? tally.acceptedMs) : (tally.failure?.atMs ?? null)
}
