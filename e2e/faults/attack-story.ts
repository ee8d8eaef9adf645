// Posts reports sequentially into a suite that may die at any time, and records what was
// acknowledged. Ticks advance the time. Attacks concentrate on a few places, so that alerts are
// constantly raised, revised and retracted; some reports are days late, corrected or withdrawn.

import { setTimeout as pause } from 'node:timers/promises'
import { computeReportId } from '@tocsin/contracts/report/report-identity'
import { type SuiteApi, SuiteUnreachableError } from '@tocsin/host/client/suite-api'

export interface Acknowledged {
  readonly reportId: string
  readonly action: 'POST' | 'PUT' | 'DELETE'
}

export interface AttackStoryOptions {
  readonly intake: Pick<SuiteApi, 'call'>
  readonly notifier: Pick<SuiteApi, 'call'>
  readonly theatre: string
  /** The theatre's last tick: from here on its time passes. ISO 8601. */
  readonly start: string
  readonly random: () => number
}

const dayMs = 86_400_000
/**
 * Places half a degree apart, all in Mali; at this many reports a day attacks in one of them often
 * make a front, and fronts end again.
 */
export const attackCells = {
  rows: 8,
  columns: 12,
  south: 12,
  west: -10,
  apart: 0.5,
  width: 0.2
} as const
const reportsPerDay = 10
const lateShare = 0.2
const lateDaysMax = 5
/** Delay between two reports, ms: the test needs kills, not saturation. */
const pauseMs = 5
const rememberedMax = 60
const aheadMax = 60

export class AttackStory {
  readonly acknowledged: Acknowledged[] = []
  /** Refusals by a reachable suite: none is expected. */
  readonly refused: string[] = []
  readonly #options: AttackStoryOptions
  readonly #known: string[] = []
  #nowMs: number
  #count = 0
  #unanswered = 0

  constructor(options: AttackStoryOptions) {
    this.#options = options
    this.#nowMs = Date.parse(options.start)
  }

  /** Unanswered or refused calls; each was retried until accepted. */
  get unanswered(): number {
    return this.#unanswered
  }

  /** Posts and ticks until the signal aborts; then finishes the calls that are under way. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#post(signal), this.#tick(signal)])
  }

  async #post(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // While the rules are down time does not advance: a few reports may go ahead, but not a
      // month's worth in one day.
      if (this.#count < this.#countByNow() + aheadMax) await this.#step()
      await pause(pauseMs)
    }
  }

  /** Reports that there should be by the theatre's time. */
  #countByNow(): number {
    return ((this.#nowMs - Date.parse(this.#options.start)) / dayMs) * reportsPerDay
  }

  /**
   * Keeps the theatre's time in step with the reports. Reports follow the last accepted tick, so
   * that none is in the future.
   */
  async #tick(signal: AbortSignal): Promise<void> {
    const { notifier, theatre, start } = this.#options
    while (!signal.aborted) {
      const dueMs = Date.parse(start) + Math.floor(this.#count / reportsPerDay) * dayMs
      if (dueMs > this.#nowMs) {
        const to = new Date(dueMs).toISOString()
        await this.#send(notifier, 'POST', `/v1/theatres/${theatre}/ticks`, { to }, `tick to ${to}`)
        this.#nowMs = dueMs
      }
      await pause(pauseMs)
    }
  }

  async #step(): Promise<void> {
    const { random, intake } = this.#options
    const chance = random()
    const known = this.#known[Math.floor(random() * this.#known.length)]
    if (known && chance < 0.1) {
      await this.#acknowledge('DELETE', known, { reason: 'sent in error' })
      this.#known.splice(this.#known.indexOf(known), 1)
    } else if (known && chance < 0.25)
      await this.#acknowledge('PUT', known, { ...this.#report(known), credibility: 1 })
    else {
      const externalId = `K-${++this.#count}`
      const body = this.#report(externalId)
      if (await this.#send(intake, 'POST', '/v1/reports', body, `POST ${externalId}`))
        this.acknowledged.push({ reportId: idOf(externalId), action: 'POST' })
      this.#known.push(externalId)
      if (this.#known.length > rememberedMax) this.#known.shift()
    }
  }

  async #acknowledge(action: 'PUT' | 'DELETE', externalId: string, body: object): Promise<void> {
    const reportId = idOf(externalId)
    if (
      await this.#send(
        this.#options.intake,
        action,
        `/v1/reports/${reportId}`,
        body,
        `${action} ${externalId}`
      )
    )
      this.acknowledged.push({ reportId, action })
  }

  /**
   * Retries until answered: after a crash it is unknown whether the first try was accepted, and
   * repeating is harmless.
   */
  async #send(
    api: Pick<SuiteApi, 'call'>,
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: object,
    what: string
  ): Promise<boolean> {
    for (;;) {
      const answer = await api.call(method, path, { body }).catch((error: unknown) => {
        if (error instanceof SuiteUnreachableError) return null
        throw error
      })
      if (answer !== null && answer.problem === null) return true
      if (answer !== null && answer.status !== 503 && answer.problem?.code !== 'tick-refused') {
        this.refused.push(`${what}: ${answer.status} ${answer.problem?.code}`)
        return false
      }
      if (answer?.problem?.code === 'tick-refused') return true
      this.#unanswered++
      await pause(20)
    }
  }

  #report(externalId: string): object {
    const { random } = this.#options
    const { rows, columns, south, west, apart, width } = attackCells
    const lat = south + Math.floor(random() * rows) * apart + random() * width
    const lon = west + Math.floor(random() * columns) * apart + random() * width
    const lateDays = random() < lateShare ? Math.floor(random() * lateDaysMax) : 0
    const day = new Date(this.#nowMs - lateDays * dayMs).toISOString().slice(0, 10)
    return {
      source: { id: 'poster' },
      externalId,
      occurred: { from: day, to: day },
      category: 'attack',
      // One stated area for all: spreading over areas is another pattern, whose alert would never
      // end here.
      location: { country: 'ML', admin1: 'ML-4', lat: round(lat), lon: round(lon), radiusKm: 2 },
      credibility: 2,
      handling: 'partners'
    }
  }
}

function idOf(externalId: string): string {
  return computeReportId('poster', externalId)
}

function round(degrees: number): number {
  return Math.round(degrees * 1e4) / 1e4
}
