// The calls of an alert as one subscription was called: from when its endpoint had the alert, until
// a human there answered, and until something was done. Pure.

import type { AlertPartnerAnswer } from '@tocsin/contracts/alert/alert'
import type { ResponseKind } from '@tocsin/contracts/theatre/theatre-record'
import { parseTimeMs } from '@tocsin/domain/space-time/event-time'
import type { Answers } from '@tocsin/read-model/alerts/call-table'
import { type AlertCalls, type CallFact, findCall, findDeed } from './alert-calls.ts'
import { secondsBetween } from './response-times.ts'

/** What a human at a subscription answered: the state of the alert stores fewer of them. */
export interface SubscriberAnswer extends AlertPartnerAnswer {
  /** Time of its event. */
  readonly atMs: number
  /** The alert was over, so that no human was needed: only what was done counts. */
  readonly isOver: boolean
}

/** Answers stored of one subscription about one alert, and of all: the newest. */
export const subscriberAnswersMax = 40
export const alertAnswersMax = 400
/** Responses of one subscription about one alert that its link takes. */
export const subscriberDeedsMax = 20

/**
 * The answers after the next event, in order; the same list if the event adds none. Before the first
 * answer those of the state count as given after the end: they come from an alert that was merged.
 */
export function subscriberAnswersAfter(
  before: readonly SubscriberAnswer[],
  { type, atMs, state: { operator, status } }: Omit<CallFact, 'notify'>
): readonly SubscriberAnswer[] {
  const isAnswer = type === 'alert.answered'
  const added = isAnswer || before.length === 0 ? (operator.answers ?? []) : []
  const isOver = !isAnswer || status === 'resolved' || status === 'retracted'
  return added.slice(isAnswer ? -1 : 0).reduce((answers, said) => {
    const own = answersOf(answers, said.subscriptionId)
    const room =
      own.length < subscriberAnswersMax ? answers : answers.filter(each => each !== own[0])
    return [...room, { ...said, atMs, isOver }].slice(-alertAnswersMax)
  }, before)
}

function answersOf(answers: readonly SubscriberAnswer[], subscriptionId: string) {
  return answers.filter(each => each.subscriptionId === subscriptionId)
}

/** The newest answer of a subscription, with the last response that it stated. */
export function findLastAnswer(
  answers: readonly SubscriberAnswer[],
  subscriptionId: string
): AlertPartnerAnswer | undefined {
  const own = answersOf(answers, subscriptionId)
  const last = own.at(-1)
  const response = own.findLast(each => each.response !== undefined)?.response
  return last && { ...last, ...(response && { response }) }
}

/** What a subscription recorded as done, in order of record. */
export function listDeeds(answers: readonly SubscriberAnswer[], subscriptionId: string) {
  return answersOf(answers, subscriptionId).flatMap(each => findDeed(each) ?? [])
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
    answers.filter(({ isOver }) => !isOver).map(each => [each.subscriptionId, each])
  )
  return [...newest].some(
    ([id, { atMs, until }]) =>
      atMs >= sinceMs && (until === null || parseTimeMs(until) > nowMs) && isAsked(id)
  )
}

/** What became of a call at one subscription. */
export interface SubscriberCall extends Answers {
  readonly calledAtMs: number
  /** When the call paged people, whether the endpoint had it by then or not. */
  readonly pagedAtMs: number
  /** When it was answered first there; null: not yet. */
  readonly answeredAtMs: number | null
  /** What was recorded for it as done, by officers and by this subscription. */
  readonly deedCount: number
}

/**
 * The calls that reached a subscription, from those of the level. Each begins with the page, or
 * when the endpoint first accepted an event of the alert (`toldMs`, by the same clock) if that was
 * later: who is notified late is called late. A call that was over before is left out. What
 * officers did and what was done at the subscription both count as its response, whichever was
 * first. O(calls × answers).
 */
export function subscriberCalls(
  { calls, isCalling }: AlertCalls,
  answers: readonly SubscriberAnswer[],
  { subscriptionId, toldMs }: { readonly subscriptionId: string; readonly toldMs: number }
): readonly SubscriberCall[] {
  const given = answersOf(answers, subscriptionId).flatMap(({ atMs, isOver }) =>
    isOver ? [] : [atMs]
  )
  const done = listDeeds(answers, subscriptionId)
  return calls.flatMap(({ pagedAtMs, done: ofOfficers, deeds }, i) => {
    const endMs = calls[i + 1]?.pagedAtMs ?? Number.POSITIVE_INFINITY
    if (toldMs >= endMs) return []
    const calledAtMs = Math.max(pagedAtMs, toldMs)
    const since = (atMs: number | null) => (atMs === null ? null : secondsBetween(calledAtMs, atMs))
    const there = done.filter(({ at }) => findCall({ calls }, parseTimeMs(at)) === i)
    const answeredAtMs = given.find(ms => ms >= pagedAtMs && ms < endMs) ?? null
    const dones = [ofOfficers?.atMs ?? null, firstDoneMs(there)].filter(ms => ms !== null)
    const respondedS = since(dones.length === 0 ? null : Math.min(...dones))
    const isLast = isCalling && i === calls.length - 1
    return [
      {
        ...{ calledAtMs, pagedAtMs, answeredAtMs, deedCount: deeds.length + there.length },
        ...{ acknowledgedS: since(answeredAtMs), respondedS, detectedS: null },
        isUnacknowledged: isLast && answeredAtMs === null && respondedS === null
      }
    ]
  })
}

/**
 * The earliest deed of a subscription for one call. Per kind the last record counts, so that
 * recording it again corrects a mistyped time. A decision not to act replaces all earlier records.
 * Null: no deed.
 */
function firstDoneMs(done: ReturnType<typeof listDeeds>): number | null {
  const standing = new Map<ResponseKind, number>()
  for (const { kind, at } of done) {
    if (kind === 'none') standing.clear()
    standing.set(kind, parseTimeMs(at))
  }
  return standing.size === 0 ? null : Math.min(...standing.values())
}
