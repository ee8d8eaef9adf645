// The calls of an alert as one subscription was called: from when its endpoint had the alert, until
// a human there answered, and until something was done. Pure.

import type { AlertPartnerAnswer } from '@tocsin/contracts/alert/alert'
import type { ResponseKind } from '@tocsin/contracts/theatre/theatre-record'
import { parseTimeMs } from '@tocsin/domain/space-time/event-time'
import type { Answers } from '@tocsin/read-model/alerts/call-table'
import { type AlertCalls, type CallFact, findCall, findDeed } from './alert-calls.ts'
import { secondsBetween } from './response-times.ts'

/** When a human at a subscription answered that they have the alert. */
export interface SubscriberAnswer {
  readonly subscriptionId: string
  readonly atMs: number
  /**
   * Their newest answer to the same call, if it differs: when it came, and until when they have the
   * alert; null: no end was given.
   */
  readonly last?: { readonly atMs: number; readonly untilMs: number | null }
}

export const subscriberAnswersMax = 200

/** What a human at a subscription recorded as done there. */
export interface SubscriberDeed {
  readonly subscriptionId: string
  readonly kind: ResponseKind
  readonly atMs: number
}

/** Deeds stored per subscription and alert, the last recorded; and per alert. */
export const subscriberDeedsMax = 20
export const alertDeedsMax = 400

type AnswerFact = Pick<CallFact, 'type' | 'atMs'> & {
  readonly state: Pick<CallFact['state'], 'operator' | 'status'>
}

/**
 * The answers after the next event; the same object if the event is no answer. Per subscription:
 * the first answer to the newest call, and the newest answer to it. `pagedAtMs`: when that call
 * began, whomever it called. An answer about an alert that is over does not count: no human is
 * needed any more, and only what was done is recorded.
 */
export function subscriberAnswersAfter(
  before: readonly SubscriberAnswer[],
  { type, atMs, state }: AnswerFact,
  pagedAtMs: number
): readonly SubscriberAnswer[] {
  const last = type === 'alert.answered' ? state.operator.answers?.at(-1) : undefined
  if (last === undefined || state.status === 'resolved' || state.status === 'retracted')
    return before
  const { subscriptionId, until } = last
  const said = { atMs, untilMs: until === null ? null : parseTimeMs(until) }
  const isToThis = (each: SubscriberAnswer) =>
    each.subscriptionId === subscriptionId && each.atMs >= pagedAtMs
  if (before.some(isToThis))
    return before.map(each => (isToThis(each) ? { ...each, last: said } : each))
  const answer = { subscriptionId, atMs, ...(said.untilMs === null ? {} : { last: said }) }
  return [...before, answer].slice(-subscriberAnswersMax)
}

/**
 * The newest answer of each subscription after the next event, oldest first: for more subscriptions
 * than the state of the alert stores. The same object if the event has no answer. The last response
 * of a subscription stays, as it does in the state. If earlier answers are unknown, such as after
 * an alert was forgotten, the newest come from the state.
 */
export function lastAnswersAfter(
  before: readonly AlertPartnerAnswer[],
  { type, state }: Omit<AnswerFact, 'atMs'>
): readonly AlertPartnerAnswer[] {
  const { answers = [] } = state.operator
  if (answers.length === 0 || (before.length > 0 && type !== 'alert.answered')) return before
  const known = new Map(before.map(each => [each.subscriptionId, each]))
  for (const said of answers) {
    const response = said.response ?? known.get(said.subscriptionId)?.response
    // Removed first, so that the order follows the newest answers.
    known.delete(said.subscriptionId)
    known.set(said.subscriptionId, response === undefined ? said : { ...said, response })
  }
  return [...known.values()].slice(-subscriberAnswersMax)
}

/**
 * What was done at subscriptions after the next event, in order of record; the same object if the
 * event records no deed.
 */
export function subscriberDeedsAfter(
  before: readonly SubscriberDeed[],
  { type, state }: Omit<AnswerFact, 'atMs'>
): readonly SubscriberDeed[] {
  const last = type === 'alert.answered' ? state.operator.answers?.at(-1) : undefined
  const said = last === undefined ? null : findDeed(last)
  if (last === undefined || said === null) return before
  const { subscriptionId } = last
  const own = before.filter(each => each.subscriptionId === subscriptionId)
  const room = own.length < subscriberDeedsMax ? before : before.filter(each => each !== own[0])
  return [...room, { subscriptionId, kind: said.kind, atMs: parseTimeMs(said.at) }].slice(
    -alertDeedsMax
  )
}

/**
 * Whether a human at one of the subscriptions has the alert: the newest answer there is not older
 * than a time, that of the last page, and has not lapsed. Times in ms, by the theatre's clock.
 * O(answers).
 */
export function isWithSubscriber(
  answers: readonly SubscriberAnswer[],
  isAsked: (subscriptionId: string) => boolean,
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number }
): boolean {
  const newest = new Map(
    answers.map(each => [each.subscriptionId, each.last ?? { atMs: each.atMs, untilMs: null }])
  )
  return [...newest].some(
    ([id, { atMs, untilMs }]) =>
      atMs >= sinceMs && (untilMs === null || untilMs > nowMs) && isAsked(id)
  )
}

/** What became of a call at one subscription. */
export interface SubscriberCall extends Answers {
  readonly calledAtMs: number
  /** When the call paged people, whether the endpoint had it by then or not. */
  readonly pagedAtMs: number
  /** What was recorded for it as done, by officers and by this subscription. */
  readonly deedCount: number
}

/** What partners answered about an alert. */
export interface SubscriberWords {
  readonly answers: readonly SubscriberAnswer[]
  readonly deeds: readonly SubscriberDeed[]
}

/**
 * The calls that reached a subscription, from those of the level. Each begins with the page, or
 * when the endpoint first accepted an event of the alert (`toldMs`, by the same clock) if that was
 * later: who is notified late is called late. A call that was over before is left out. What
 * officers did and what was done at the subscription both count as its response, whichever was
 * first. O(calls × words).
 */
export function subscriberCalls(
  { calls, isCalling }: AlertCalls,
  { answers, deeds }: SubscriberWords,
  { subscriptionId, toldMs }: { readonly subscriptionId: string; readonly toldMs: number }
): readonly SubscriberCall[] {
  const isOwn = (each: { readonly subscriptionId: string }) =>
    each.subscriptionId === subscriptionId
  const own = { answers: answers.filter(isOwn), deeds: deeds.filter(isOwn) }
  return calls.flatMap(({ pagedAtMs, done, deeds }, i) => {
    const endMs = calls[i + 1]?.pagedAtMs ?? Number.POSITIVE_INFINITY
    if (toldMs >= endMs) return []
    const calledAtMs = Math.max(pagedAtMs, toldMs)
    const since = (atMs: number | null) => (atMs === null ? null : secondsBetween(calledAtMs, atMs))
    const there = own.deeds.filter(({ atMs }) => findCall({ calls }, atMs) === i)
    const answer = own.answers.find(({ atMs }) => atMs >= pagedAtMs && atMs < endMs)
    const dones = [done?.atMs ?? null, firstDoneMs(there)].filter(ms => ms !== null)
    const respondedS = since(dones.length === 0 ? null : Math.min(...dones))
    const isLast = isCalling && i === calls.length - 1
    return [
      {
        ...{ calledAtMs, pagedAtMs, deedCount: deeds.length + there.length },
        ...{ acknowledgedS: since(answer?.atMs ?? null), respondedS, detectedS: null },
        isUnacknowledged: isLast && answer === undefined && respondedS === null
      }
    ]
  })
}

/**
 * The earliest deed of a subscription for one call. Per kind the last record counts, so that
 * recording it again corrects a mistyped time. A decision not to act replaces all earlier records.
 * Null: no deed.
 */
function firstDoneMs(said: readonly SubscriberDeed[]): number | null {
  const standing = new Map<ResponseKind, number>()
  for (const { kind, atMs } of said) {
    if (kind === 'none') standing.clear()
    standing.set(kind, atMs)
  }
  return standing.size === 0 ? null : Math.min(...standing.values())
}
