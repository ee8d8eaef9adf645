// The canary: checks the way from a report to its alert through the public API. One report a day, a
// drill, is corrected again and again; a correction is complete when an alert shows it. Between
// corrections the same report is repeated, which writes nothing, so that the log grows little.

import { unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import type { Clock } from '@tocsin/domain/ports'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import { requireGood } from '../client/context.ts'

/** The rule of the alert, and the source of the report. The console knows the rule. */
export const canaryName = 'canary'
/** The rule, as an administrator declares it. */
export const canaryRule = {
  title: 'Canary',
  pattern: 'count',
  where: 'drill && category == "other"',
  parameters: { groupBy: 'theatre', threshold: 1, windowDays: 1 },
  severities: ['minor']
} as const

export interface CanaryPlace {
  readonly country: string
  readonly lat: number
  readonly lon: number
}

type Api = Pick<SuiteApi, 'call'>

export interface CanaryOptions {
  /** By service; all the same where one address serves all. */
  readonly apis: Readonly<Record<'intake' | 'rules' | 'notifier', Api>>
  readonly place: CanaryPlace
  readonly clock: Clock
  /** Interval between corrections, ms. */
  readonly correctMs: number
  /** Time in which a correction must be an alert, ms. */
  readonly patienceMs: number
}

/** `answers`: each service answers. `alert`: a correction became an alert. */
export const canaryChecks = ['answers', 'alert'] as const
export type CanaryCheck = (typeof canaryChecks)[number]
export const canaryStages = ['intake', 'rules', 'notifier', 'alert'] as const
export type CanaryStage = (typeof canaryStages)[number]

/** Interval between looks for the alert, ms. */
const lookMs = 200

export class Canary {
  readonly #options: CanaryOptions
  /** When the round of the last success began, on the monotonic clock. */
  readonly #succeededMs: Record<CanaryCheck, number>
  readonly failures: Record<CanaryStage, number> = { intake: 0, rules: 0, notifier: 0, alert: 0 }
  /** From the post of the last correction to its alert; null before the first. */
  roundTripMs: number | null = null
  #reportedAt: string | null = null
  #correctedMs = Number.NEGATIVE_INFINITY
  /** The last correction was not seen in an alert yet. */
  #isPending = false

  constructor(options: CanaryOptions) {
    this.#options = options
    const startedMs = options.clock.monotonicMs()
    this.#succeededMs = { answers: startedMs, alert: startedMs }
  }

  /** Since the last success of a check; before the first, since the start. */
  computeAgeMs(check: CanaryCheck): number {
    return this.#options.clock.monotonicMs() - this.#succeededMs[check]
  }

  /** One round. Null, or the stage that failed and why. */
  async runRound(): Promise<{ readonly stage: CanaryStage; readonly why: string } | null> {
    const { apis, clock, patienceMs } = this.#options
    const beganMs = clock.monotonicMs()
    let stage: CanaryStage = 'intake'
    try {
      const reportedAt = await this.#post(beganMs)
      stage = 'rules'
      const answer = await apis.rules.call('GET', `/v1/rules/${canaryName}/near`)
      if (answer.status === 404) await this.#declareRule()
      else requireGood(answer)
      stage = 'notifier'
      let shownAt = await this.#newestShown()
      stage = 'alert'
      while (shownAt < reportedAt) {
        if (clock.monotonicMs() - beganMs > patienceMs)
          throw new Error('no alert shows the correction')
        await clock.sleep(lookMs)
        shownAt = await this.#newestShown()
      }
      if (this.#isPending) {
        this.#isPending = false
        this.#succeededMs.alert = beganMs
        this.roundTripMs = clock.monotonicMs() - this.#correctedMs
      }
      this.#succeededMs.answers = beganMs
      return null
    } catch (error) {
      this.failures[stage]++
      return { stage, why: error instanceof Error ? error.message : String(error) }
    }
  }

  async #declareRule(): Promise<void> {
    const path = `/v1/rules/${canaryName}`
    const answer = await this.#options.apis.rules.call('PUT', path, { body: canaryRule })
    if (answer.status === 403)
      throw new Error('the rule of the canary is not declared: run tocsin canary --declare once')
    requireGood(answer)
  }

  /** Corrects the report if it is time, else repeats it; returns when it was reported. */
  async #post(nowMs: number): Promise<string> {
    const { apis, clock, correctMs } = this.#options
    const isCorrection = this.#reportedAt === null || nowMs - this.#correctedMs >= correctMs
    const reportedAt =
      this.#reportedAt === null || isCorrection
        ? new Date(clock.nowMs()).toISOString()
        : this.#reportedAt
    const call = { body: this.#report(reportedAt) }
    const { body } = requireGood(await apis.intake.call('POST', '/v1/reports', call))
    if (isCorrection) {
      this.#reportedAt = reportedAt
      this.#correctedMs = nowMs
      this.#isPending = true
    }
    if ((body as { readonly theatre?: string }).theatre === unassignedTheatre)
      throw new Error('the report is in no theatre: give the canary a place in one')
    return reportedAt
  }

  #report(reportedAt: string): object {
    const day = reportedAt.slice(0, 10)
    return {
      source: { id: canaryName },
      externalId: `${canaryName}-${day}`,
      occurred: { from: day, to: day },
      reportedAt,
      category: 'other',
      drill: true,
      location: this.#options.place
    }
  }

  /** When the newest report in an alert of the canary was reported; '' without one. */
  async #newestShown(): Promise<string> {
    const alerts = await this.#list<{ readonly alertId: string }>(
      `/v1/alerts?ruleId=${canaryName}&drill=true&limit=5`
    )
    const evidence = await Promise.all(
      alerts.map(({ alertId }) => this.#list<Evidence>(`/v1/alerts/${alertId}/evidence`))
    )
    const reports = evidence.flat().flatMap(({ incident }) => incident?.reports ?? [])
    return (
      reports
        .map(({ reportedAt }) => reportedAt)
        .sort()
        .at(-1) ?? ''
    )
  }

  async #list<T>(path: string): Promise<readonly T[]> {
    const { body } = requireGood(await this.#options.apis.notifier.call('GET', path))
    return (body as { readonly items: readonly T[] }).items
  }
}

interface Evidence {
  readonly incident?: { readonly reports?: readonly { readonly reportedAt: string }[] } | null
}

/** In the text format of Prometheus. */
export function formatCanaryMetrics(canary: Canary): string {
  const { roundTripMs, failures } = canary
  const formatFamily = (name: string, type: string, help: string, lines: readonly string[]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...lines.map(line => `${name}${line}`)
  ]
  return `${[
    ...formatFamily(
      'tocsin_canary_age_seconds',
      'gauge',
      'Time since the canary last succeeded, by check: answers (each service answers), alert (a corrected report became an alert).',
      canaryChecks.map(check => `{check="${check}"} ${canary.computeAgeMs(check) / 1000}`)
    ),
    ...formatFamily(
      'tocsin_canary_round_trip_seconds',
      'gauge',
      'Time from the post of the last corrected report to its alert.',
      roundTripMs === null ? [] : [` ${roundTripMs / 1000}`]
    ),
    ...formatFamily(
      'tocsin_canary_failures_total',
      'counter',
      'Failed rounds, by the stage that failed.',
      canaryStages.map(stage => `{stage="${stage}"} ${failures[stage]}`)
    )
  ].join('\n')}\n`
}
