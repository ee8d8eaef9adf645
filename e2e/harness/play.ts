// Plays a scenario into a suite from a test, without pauses.

import { type PatientApi, type PlayEvent, type PlaySummary, playScenario } from '@tocsin/cli/scenario/player'
import { systemClock } from '@tocsin/service-kit/process/clock'
import type { Scenario } from './scenario-files.ts'

export interface PlayHooks {
  readonly onEvent?: (event: PlayEvent) => void
  readonly daysPerSecond?: number
  readonly tickEveryDays?: number
  /** How long a suite that can't answer is waited for, ms. */
  readonly patienceMs?: number
}

/** Where reports go, and where theatres, sources and ticks go. */
export interface PlayedSuite {
  readonly intake: PatientApi
  readonly notifier: PatientApi
}

/** Resolves when the last line is answered. Rejects when the suite refuses what a scenario can't do without. */
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

/** An API that calls `after` each time that `every` writes were answered: where a test kills what it talks to. */
export function interrupted(api: PatientApi, every: number, after: (writes: number) => Promise<void>): PatientApi {
  let writes = 0
  return {
    async callPatiently(method, path, call, patience) {
      const answer = await api.callPatiently(method, path, call, patience)
      if (method !== 'GET' && ++writes % every === 0) await after(writes)
      return answer
    }
  }
}
