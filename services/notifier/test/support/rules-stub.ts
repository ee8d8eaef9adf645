// The part of the rules service that routes need: it applies ticks and operators' requests in the
// order of the log, one officer wins, and it commits its progress. It decides nothing else.

import { digest } from '@tocsin/contracts/json/digest'
import { decodeControlRecord, decodeTheatreRecord } from '@tocsin/contracts/record/records'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import {
  type AlertRequest,
  asksAboutAlert,
  readAsker,
  readTalk
} from '@tocsin/contracts/theatre/theatre-record'
import { actEvents, applyAct, findActText } from '@tocsin/engine/alerts/officer-acts'
import { follow } from '@tocsin/event-log/follow'
import { topics } from '@tocsin/event-log/topics'
import type { Harness } from './notifier-harness.ts'

export class RulesStub {
  readonly #h: Harness
  readonly #stop = new AbortController()
  readonly #decided = new Set<string>()
  /** While true, no records are folded: the rules lag. */
  isPaused = false

  constructor(h: Harness) {
    this.#h = h
  }

  async start(): Promise<this> {
    const { log, clock } = this.#h
    const signal = this.#stop.signal
    void follow({
      log,
      clock,
      signal,
      from: await log.cursorAt(topics.control, 'earliest'),
      decode: decodeControlRecord,
      handle: async ({ records }) => {
        for (const { decoded } of records) {
          if (decoded.record.type === 'theatre.time-set') {
            const { theatre, ...data } = decoded.record.data
            await this.#h.incident(theatre, { type: 'clock.set', data }, decoded.record.id, data.to)
          }
          if (decoded.record.type !== 'theatre.tick-requested') continue
          await this.#unpaused()
          const { theatre, to } = decoded.record.data
          await this.#h.incident(
            theatre,
            { type: 'clock.ticked', data: { to, gap: false } },
            digest('tick', theatre, to),
            to
          )
        }
      }
    })
    void follow({
      log,
      clock,
      signal,
      from: await log.cursorAt(topics.incidents, 'earliest'),
      decode: decodeTheatreRecord,
      handle: async ({ records, cursor }) => {
        await this.#unpaused()
        for (const { decoded } of records)
          if (asksAboutAlert(decoded.record))
            await this.#decide(decoded.record.data, decoded.record.time)
        await log.commit('rules', cursor)
      }
    })
    return this
  }

  stop(): void {
    this.#stop.abort()
  }

  async #unpaused(): Promise<void> {
    while (this.isPaused && !this.#stop.signal.aborted)
      await this.#h.clock.sleep(10, this.#stop.signal)
  }

  async #decide(request: AlertRequest, time: string): Promise<void> {
    const { alerts } = this.#h
    const state = alerts.state(request.alertId)
    const { acknowledgedBy, acknowledgedById, acknowledgedHandling } = state.operator
    const { actionId } = request
    // As the rules do: the log keeps a repeated record.
    if (this.#decided.has(actionId)) return
    this.#decided.add(actionId)
    const who = readAsker(request)
    const isStale = request.action !== 'answer' && request.ifMatch !== state.operatorRevision
    const isReopening = request.action === 'reopen'
    const isClosed = state.status === 'resolved' || state.status === 'retracted'
    const isTakenLate =
      ['comment', 'respond', 'correct'].includes(request.action) || 'response' in request
    if (isStale || (isReopening ? !isClosed : isClosed && !isTakenLate)) {
      return alerts.refuse({
        alertId: request.alertId,
        actionId,
        reason: isStale ? 'stale-revision' : 'alert-closed',
        ...who,
        operatorRevision: state.operatorRevision,
        ...(request.handling === undefined ? {} : { actionHandling: request.handling }),
        standingBy: acknowledgedBy,
        ...(acknowledgedById === undefined ? {} : { standingById: acknowledgedById }),
        ...(acknowledgedHandling === undefined ? {} : { standingHandling: acknowledgedHandling })
      })
    }
    const { action } = request
    const closes = action === 'resolve'
    await alerts.write(actEvents[action], request.alertId, {
      operatorRevision: state.operatorRevision + (action === 'answer' ? 0 : 1),
      status: closes ? 'resolved' : isReopening ? 'provisional' : state.status,
      urgency: closes ? 'past' : state.urgency,
      operator: applyAct(state.operator, request, time),
      reason: closes ? 'closed-by-operator' : isReopening ? 'reopened-by-operator' : null,
      action: { actionId, ...who, text: findActText(request), ...readTalk(request) },
      concerns: findConcerned(request)
    })
  }
}

/** The least handling at which an act is news. */
function findConcerned({ action, handling }: AlertRequest): Handling {
  if (action === 'answer') return handling === 'restricted' ? 'restricted' : 'internal'
  return action === 'comment' ? (handling ?? 'public') : 'public'
}
