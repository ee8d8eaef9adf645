// What an address is notified of beside deliveries. The first one: silences over its alerts, rosters
// that its key declared, the digest of the last week in its theatres, and reminders of alerts, as
// far as it may know them. The second one: that the first does not work, and that it works again,
// with counts and times alone. notice-news.ts decides when. Source: decision 0079.

import { reaches } from '@tocsin/auth/access/authority'
import { mayReadTheatre } from '@tocsin/auth/access/principal'
import { makeView } from '@tocsin/auth/access/reader-view'
import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import type { NoticeState } from '@tocsin/contracts/subscription/endpoint-words'
import { computeStanding, type SilenceState } from '@tocsin/service/control/silence-state'
import { mayKnow } from '../alerts/shared-access.ts'
import type { NewsAbout } from '../notification/delivery-record.ts'
import { isOut } from '../notification/endpoint-health.ts'
import {
  decideEndpointNotice,
  decideSilenceNotice,
  decideWatchNotice,
  toldSilencesMax
} from '../notification/notice-news.ts'
import type { Notice } from '../notification/notices.ts'
import { countSilenced, endIn, isHolding } from '../notification/silences.ts'
import type { SubscriptionDeliveries } from '../notification/subscription-deliveries.ts'
import type { NewNotice, NoticeSource } from './notice-sender.ts'
import type { SendingDeps, Served } from './sending.ts'

/** `served`: the first address. */
export function makeSubscriberSource(deps: SendingDeps, served: Served): NoticeSource {
  const { clock, control, digests, rosters } = deps
  const { subscription, deliveries } = served
  const { ownerKeyId, notices: asked = [] } = subscription
  const { notices } = deliveries
  /** Rosters with notices sent that did not exist at the last look. */
  let missing: ReadonlySet<string> = new Set()
  return {
    about: ['silence', 'watch', 'digest', 'alert'],
    find: async () => {
      if (deliveries.isEnded) return { raised: [], dropped: [] }
      const holder = { ...subscription, id: ownerKeyId }
      const own = [...control.state.watches.values()]
        .filter(each => each.ownerKeyId === ownerKeyId && mayKnow(holder, each))
        .map(({ watchId }) => watchId)
      // The notices of a roster that is deleted, or not its key's. It must be missing twice: a
      // roster may be known here a little later.
      const gone = notices.list('watch').filter(({ id }) => !own.includes(id))
      const dropped = gone.filter(({ id }) => missing.has(id))
      missing = new Set(gone.map(({ id }) => id))
      const findRoster = (id: string): readonly NewNotice[] => {
        const isUnstaffed = rosters.isUnstaffed(id)
        const state = decideWatchNotice(notices.of('watch', id), isUnstaffed, clock.nowMs())
        return state === null ? [] : [{ news: { about: 'watch', id, state }, mark: state }]
      }
      const raised = [
        ...(asked.includes('silences') ? await findSilences(deps, served) : []),
        ...(asked.includes('watches') ? own.flatMap(findRoster) : []),
        ...(subscription.digest === true ? findDigests(deps, served) : [])
      ]
      return { raised, dropped }
    },
    describe: async notice => {
      // An endpoint that is away is probed with its deliveries.
      if (deliveries.isEnded || isOut(deliveries.health)) return null
      if (notice.about === 'alert') return describeReminder(deps, served, notice)
      if (notice.about === 'watch') return { watchId: notice.id, state: notice.state }
      if (notice.about === 'digest')
        return { digest: await digests.make(subscription, notice.id, notice.week) }
      const { id: silenceId, state, startsAt, endsAt, matches } = notice as Notice<'silence'>
      return { silenceId, state, startsAt, endsAt, matches }
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
  const raise = (news: NewsAbout<'silence'>) => raised.push({ news, mark: news.state })
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
    const isVoid = recorded === 'holding' && !isHolding(control.state, silence, clock)
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
    const endsAt = endIn(control.state, silence)
    raise({ about: 'silence', id, state, startsAt, endsAt, matches })
  }
  // One that is listed no more, such as after a long pause, is over; one that it may not know of
  // any more is by its time.
  for (const { id, startsAt, endsAt } of before) {
    const isOver = Date.parse(endsAt) <= nowMs
    const isListed = !isOver && control.state.silences.has(id)
    if (isListed || known.some(({ silenceId }) => silenceId === id)) continue
    const endedAt = isOver ? endsAt : new Date(nowMs).toISOString()
    raise({ about: 'silence', id, state: 'over', startsAt, endsAt: endedAt, matches: null })
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
      return [{ news: { about: 'digest', id, state: 'ready', week }, mark: week }]
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
  if (asked?.decision?.kind !== 'tell' || isReplaced) return null
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
      if (state === null) return { raised: [], dropped: [] }
      const sinceMs = findSinceMs(deliveries, state)
      const since = sinceMs === null ? null : new Date(sinceMs).toISOString()
      const news = { about: 'endpoint', id: '', state, since, pending, parked, channel } as const
      return { raised: [{ news, mark: `${state} ${channel}` }], dropped: [] }
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
