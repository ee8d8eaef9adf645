// Plays a scenario into a suite from a test, without pauses.

import {
  type PatientApi,
  type PlayEvent,
  type PlaySummary,
  playScenario
} from '@tocsin/host/scenario/player'
import { systemClock } from '@tocsin/service/process/clock'
import type { Scenario } from './scenario-files.ts'

export interface PlayHooks {
  readonly onEvent?: (event: PlayEvent) => void
  readonly daysPerSecond?: number
  readonly tickEveryDays?: number
  /** How long to wait for a suite that does not answer, ms. */
  readonly patienceMs?: number
}

/** The APIs for reports, and for theatres, sources and ticks. */
export interface PlayedSuite {
  readonly intake: PatientApi
  readonly notifier: PatientApi
}

/** Resolves when the last line is answered. Rejects if the suite refuses the set-up or a tick. */
export function play(
  suite: PatientApi | PlayedSuite,
  scenario: Scenario,
  { onEvent = () => {}, daysPerSecond = 0, tickEveryDays = 1, patienceMs = 30_000 }: PlayHooks = {}
): Promise<PlaySummary> {
  const signal = new AbortController().signal
  return playScenario({
    ...('intake' in suite ? suite : { intake: suite, notifier: suite }),
    ...scenario,
    clock: systemClock,
    daysPerSecond,
    tickEveryDays,
    patienceMs,
    signal,
    onEvent
  })
}

/**
 * An API that calls `after` whenever another `every` writes were answered; tests kill the suite
 * there.
 */
export function interrupted(
  api: PatientApi,
  every: number,
  after: (writes: number) => Promise<void>
): PatientApi {
  let writes = 0
  return {
    async callPatiently(method, path, call, patience) {
      const answer = await api.callPatiently(method, path, call, patience)
      if (method !== 'GET' && ++writes % every === 0) await after(writes)
      return answer
    }
  }
}
