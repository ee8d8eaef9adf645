// The calls of an alert as one subscription was called: from when its endpoint had the alert, until a human there answered. Pure.

import { parseTimeMs } from '../space-time/event-time.ts'
import type { AlertCalls, Call, CallFact } from './alert-calls.ts'
import { type Answers, secondsBetween } from './response-times.ts'

/** When a human at a subscription said that they have the alert. */
export interface SubscriberAnswer {
  readonly subscriptionId: string
  readonly atMs: number
  /** What they said last to the same call, if that is other: when, and until when they have it; null: that was not said. */
  readonly last?: { readonly atMs: number; readonly untilMs: number | null }
}

/** Answers kept of one alert, the newest. */
export const subscriberAnswersMax = 200

/**
 * The answers after the next event, the same object if it is none: of each subscription the first to the newest call, with what
 * it said last. `pagedAtMs`: when that call began, whomever it called.
 */
export function subscriberAnswersAfter(
  before: readonly SubscriberAnswer[],
  { type, atMs, state }: Pick<CallFact, 'type' | 'atMs'> & { readonly state: Pick<CallFact['state'], 'operator'> },
  pagedAtMs: number
): readonly SubscriberAnswer[] {
  const last = type === 'alert.answered' ? state.operator.answers?.at(-1) : undefined
  if (last === undefined) return before
  const { subscriptionId, until } = last
  const said = { atMs, untilMs: until === null ? null : parseTimeMs(until) }
  const isToThis = (each: SubscriberAnswer) => each.subscriptionId === subscriptionId && each.atMs >= pagedAtMs
  if (before.some(isToThis)) return before.map(each => (isToThis(each) ? { ...each, last: said } : each))
  const answer = { subscriptionId, atMs, ...(said.untilMs === null ? {} : { last: said }) }
  return [...before, answer].slice(-subscriberAnswersMax)
}

/**
 * Whether a human at one of the subscriptions has the alert: what was said there last was said since a time, that of the last
 * page, and its end has not passed. Times in ms, by the theatre's clock. O(answers).
 */
export function isWithSubscriber(
  answers: readonly SubscriberAnswer[],
  isAsked: (subscriptionId: string) => boolean,
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number }
): boolean {
  const newest = new Map(answers.map(each => [each.subscriptionId, each.last ?? { atMs: each.atMs, untilMs: null }]))
  return [...newest].some(([id, { atMs, untilMs }]) => atMs >= sinceMs && (untilMs === null || untilMs > nowMs) && isAsked(id))
}

/** What became of a call at one subscription. */
export interface SubscriberCall extends Answers {
  readonly calledAtMs: number
}

/**
 * The calls that reached a subscription, of those of its level. Each begins with the page, or when the endpoint first accepted an
 * event of the alert (`toldMs`, that of the same clock) if that was later: who is told late is called late. One that was over
 * before is none. O(calls × answers).
 */
export function subscriberCalls(
  { calls }: AlertCalls,
  answers: readonly SubscriberAnswer[],
  { subscriptionId, toldMs }: { readonly subscriptionId: string; readonly toldMs: number }
): readonly SubscriberCall[] {
  const own = answers.filter(each => each.subscriptionId === subscriptionId)
  return calls.flatMap((call, i) => {
    const endMs = calls[i + 1]?.pagedAtMs ?? Number.POSITIVE_INFINITY
    return toldMs >= endMs ? [] : [callAt(call, Math.max(call.pagedAtMs, toldMs), answerIn(own, call.pagedAtMs, endMs))]
  })
}

function answerIn(own: readonly SubscriberAnswer[], fromMs: number, endMs: number): number | null {
  return own.find(({ atMs }) => atMs >= fromMs && atMs < endMs)?.atMs ?? null
}

function callAt({ done, isSettled }: Call, calledAtMs: number, answeredMs: number | null): SubscriberCall {
  const since = (atMs: number | undefined | null) => (atMs == null ? null : secondsBetween(calledAtMs, atMs))
  return { calledAtMs, acknowledgedS: since(answeredMs), respondedS: since(done?.atMs), isSettled }
}
