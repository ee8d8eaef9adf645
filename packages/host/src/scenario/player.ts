// Plays a scenario into a running suite through its public routes: declares, ticks, posts,
// corrects, withdraws. It stores no state: the theatre's last tick is where to continue. Output is
// in player-lines.ts.

import type { Problem } from '@tocsin/contracts/problem/problem-catalogue'
import { computeReportId } from '@tocsin/contracts/report/report-identity'
import type { Clock } from '@tocsin/domain/ports'
import { type ApiAnswer, formatProblem, type SuiteApi } from '../client/suite-api.ts'
import {
  filterRemaining,
  planScenario,
  type ScenarioLine,
  type ScenarioSetup,
  type ScenarioStep
} from './scenario.ts'

export type PostOutcome = 'accepted' | 'duplicate' | 'corrected' | 'withdrawn' | 'refused'

export type PlayEvent =
  | { readonly kind: 'declared'; readonly theatre: string; readonly sources: number }
  | { readonly kind: 'started'; readonly steps: number; readonly resumedAt: string | null }
  | { readonly kind: 'ticked'; readonly at: string; readonly done: number; readonly steps: number }
  | {
      readonly kind: 'posted'
      readonly line: ScenarioLine
      readonly outcome: PostOutcome
      readonly problem: Problem | null
    }
  | { readonly kind: 'ended'; readonly summary: PlaySummary }

/** The part of a suite's client that is needed. */
export type PatientApi = Pick<SuiteApi, 'callPatiently'>

export interface PlaySummary {
  readonly posted: number
  readonly refused: number
  /** False if it was stopped before the last step. */
  readonly finished: boolean
}

export interface PlayOptions {
  /**
   * The address for reports, and the one for theatres, sources and ticks: equal if one process
   * hosts both.
   */
  readonly intake: PatientApi
  readonly notifier: PatientApi
  readonly setup: ScenarioSetup
  readonly lines: readonly ScenarioLine[]
  readonly clock: Clock
  /** Days of the scenario in one second; 0 plays without pauses. */
  readonly daysPerSecond: number
  /** Days between ticks where there are no lines; 1 by default. */
  readonly tickEveryDays?: number
  readonly signal: AbortSignal
  readonly onEvent: (event: PlayEvent) => void
  /** How long an unavailable suite is retried, ms. */
  readonly patienceMs?: number
}

/** The suite refused a theatre, a source or a tick, without which a scenario can't continue. */
class PlayError extends Error {
  override readonly name = 'PlayError'
  readonly code = 'play-refused'
  readonly retryable = false
}

const dayMs = 86_400_000

/**
 * Plays the remainder of a scenario. Resolves when the last step is answered or the signal aborts;
 * requests already sent are completed first. Rejects with PlayError or SuiteUnreachableError;
 * calling again resumes where it stopped.
 */
export async function playScenario(options: PlayOptions): Promise<PlaySummary> {
  const player = new Player(options)
  return player.run()
}

class Player {
  readonly #o: PlayOptions
  #cursor: string | null = null
  #posted = 0
  #refused = 0

  constructor(options: PlayOptions) {
    this.#o = options
  }

  async run(): Promise<PlaySummary> {
    const now = await this.#declare()
    const plan = planScenario(this.#o.lines, this.#o.tickEveryDays)
    const steps = filterRemaining(plan, now)
    // A theatre without a tick has no time yet.
    const resumedAt = steps.length === plan.length ? null : now
    this.#o.onEvent({ kind: 'started', steps: steps.length, resumedAt })
    const due = createPace(steps, this.#o)
    let done = 0
    for (const step of steps) {
      await this.#o.clock.sleep(due(step), this.#o.signal)
      if (this.#o.signal.aborted) break
      await this.#take(step, ++done, steps.length)
    }
    const summary = {
      posted: this.#posted,
      refused: this.#refused,
      finished: done === steps.length
    }
    this.#o.onEvent({ kind: 'ended', summary })
    return summary
  }

  /**
   * Declares only what is missing, so that replaying writes no record twice. Resolves with the
   * theatre's last tick.
   */
  async #declare(): Promise<string | null> {
    const { theatre, sources } = this.#o.setup
    const theatres = readItems(await this.#need('GET', '/v1/theatres'))
    const declared = theatres.find(item => item.id === theatre.id)
    if (declared && declared.clock !== 'replay')
      throw new PlayError(`theatre ${theatre.id} already exists without a replay clock`)
    if (!declared) {
      const { id, ...config } = theatre
      await this.#need('PUT', `/v1/theatres/${encodeURIComponent(id)}`, config)
    }
    const known = new Set(readItems(await this.#need('GET', '/v1/sources')).map(item => item.id))
    for (const { id, ...config } of sources)
      if (!known.has(id)) await this.#need('PUT', `/v1/sources/${encodeURIComponent(id)}`, config)
    this.#o.onEvent({ kind: 'declared', theatre: theatre.id, sources: sources.length })
    return typeof declared?.now === 'string' ? declared.now : null
  }

  async #take(step: ScenarioStep, done: number, steps: number): Promise<void> {
    if (step.kind === 'post') return this.#post(step.line)
    const path = `/v1/theatres/${encodeURIComponent(this.#o.setup.theatre.id)}/ticks`
    const answer = await this.#call(this.#o.notifier, 'POST', path, { to: step.at })
    // A tick refused as not later than the last was accepted at an earlier attempt whose answer was
    // lost.
    if (answer.problem && answer.problem.code !== 'tick-refused')
      throw new PlayError(`tick to ${step.at}: ${formatProblem(answer.problem)}`)
    this.#o.onEvent({ kind: 'ticked', at: step.at, done, steps })
  }

  async #post(line: ScenarioLine): Promise<void> {
    const answer = await this.#send(line)
    const outcome = readOutcome(line, answer)
    if (outcome === 'refused') this.#refused++
    else this.#posted++
    this.#o.onEvent({ kind: 'posted', line, outcome, problem: answer.problem })
  }

  #send(line: ScenarioLine): Promise<ApiAnswer> {
    const { intake } = this.#o
    if (line.action === 'report' || line.externalId === null)
      return this.#call(intake, 'POST', '/v1/reports', line.body)
    const path = `/v1/reports/${computeReportId(line.sourceId, line.externalId)}`
    if (line.action === 'put') return this.#call(intake, 'PUT', path, line.body)
    return this.#call(intake, 'DELETE', path, { reason: line.body.reason })
  }

  async #need(method: 'GET' | 'PUT', path: string, body?: unknown): Promise<ApiAnswer> {
    const answer = await this.#call(this.#o.notifier, method, path, body)
    if (answer.problem) throw new PlayError(`${method} ${path}: ${formatProblem(answer.problem)}`)
    return answer
  }

  async #call(
    api: PatientApi,
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown
  ): Promise<ApiAnswer> {
    const { clock, patienceMs = 30_000 } = this.#o
    const call = { cursor: this.#cursor, ...(body === undefined ? {} : { body }) }
    const answer = await api.callPatiently(method, path, call, { clock, patienceMs })
    this.#cursor = answer.cursor ?? this.#cursor
    return answer
  }
}

/** The delay before each step, so that replay time passes evenly and lags are made up. */
function createPace(
  steps: readonly ScenarioStep[],
  { clock, daysPerSecond }: PlayOptions
): (step: ScenarioStep) => number {
  const first = steps[0]
  if (!first || daysPerSecond <= 0) return () => 0
  const startedMs = clock.monotonicMs()
  const msPerReplayMs = 1000 / (daysPerSecond * dayMs)
  return step =>
    Math.max(
      0,
      startedMs + (Date.parse(step.at) - Date.parse(first.at)) * msPerReplayMs - clock.monotonicMs()
    )
}

function readOutcome(line: ScenarioLine, { problem, body }: ApiAnswer): PostOutcome {
  if (problem) return 'refused'
  if ((body as { duplicate?: unknown } | null)?.duplicate === true) return 'duplicate'
  return line.action === 'report' ? 'accepted' : line.action === 'put' ? 'corrected' : 'withdrawn'
}

function readItems(answer: ApiAnswer): readonly Readonly<Record<string, unknown>>[] {
  const items = (answer.body as { items?: unknown } | null)?.items
  return Array.isArray(items) ? items : []
}
