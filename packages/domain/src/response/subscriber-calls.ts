// The calls of an alert as one subscription was called: from when its endpoint had the alert, until a human there answered. Pure.

import type { AlertCalls, Call, CallFact } from './alert-calls.ts'
import { type Answers, secondsBetween } from './response-times.ts'

/** When a human at a subscription said that they have the alert. */
export interface SubscriberAnswer {
  readonly subscriptionId: string
  readonly atMs: number
}

/** Answers kept of one alert, the newest. */
export const subscriberAnswersMax = 200

/**
 * The answers after the next event, the same object if it is none: of each subscription the first since the newest page.
 * `pagedAtMs`: when the alert paged last, whomever.
 */
export function subscriberAnswersAfter(
  before: readonly SubscriberAnswer[],
  { type, atMs, state }: Pick<CallFact, 'type' | 'atMs'> & { readonly state: Pick<CallFact['state'], 'operator'> },
  pagedAtMs: number
): readonly SubscriberAnswer[] {
  const last = type === 'alert.answered' ? state.operator.answers?.at(-1) : undefined
  if (last === undefined) return before
  const { subscriptionId } = last
  if (before.some(each => each.subscriptionId === subscriptionId && each.atMs >= pagedAtMs)) return before
  return [...before, { subscriptionId, atMs }].slice(-subscriberAnswersMax)
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
