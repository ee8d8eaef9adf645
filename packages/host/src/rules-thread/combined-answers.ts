// Merges the answers of several threads. Each folds other theatres, so answers add up.
// Pure.

import { compareText } from '@tocsin/domain/compare-text'
import { selectNearest } from '@tocsin/rules/preview/near-answers'
import type {
  NearAnswer,
  PreviewAnswer,
  PreviewProgress,
  SeenStanding,
  SeenStandings
} from '@tocsin/rules/rule/fold-answers'
import { addFailures } from '@tocsin/rules/rule/standings'
import type { Readiness } from '@tocsin/service/process/service'
import { AggregatorRegistry } from 'prom-client'
import type { ThreadMetrics } from './messages.ts'

export function mergeStandings(all: readonly SeenStandings[]): SeenStandings {
  const combined = new Map<string, SeenStanding>()
  for (const standings of all)
    for (const [ruleId, standing] of standings) {
      const before = combined.get(ruleId)
      combined.set(ruleId, before === undefined ? standing : mergeStanding(before, standing))
    }
  return combined
}

function mergeStanding(a: SeenStanding, b: SeenStanding): SeenStanding {
  return { failing: addFailures(a.failing, b.failing), warming: [...a.warming, ...b.warming] }
}

export function mergeNear(all: readonly NearAnswer[]): NearAnswer {
  return selectNearest(
    all.flatMap(({ items }) => items),
    all.some(({ canSay }) => canSay)
  )
}

/** A theatre is elsewhere if no thread folds it. */
export function mergePreviews(all: readonly PreviewAnswer[]): PreviewAnswer {
  const [first, ...others] = all.map(({ elsewhere }) => elsewhere)
  const elsewhere = (first ?? []).filter(theatre => others.every(list => list.includes(theatre)))
  return {
    theatres: all.flatMap(({ theatres }) => theatres),
    elsewhere,
    complete: elsewhere.length === 0
  }
}

/**
 * Null if no thread has one under way: a thread that has finished its theatres reports none.
 */
export function mergeProgress(all: readonly (PreviewProgress | null)[]): PreviewProgress | null {
  const under = all.filter(one => one !== null)
  const [first] = under.toSorted((a, b) => compareText(a.startedAt, b.startedAt))
  return first === undefined
    ? null
    : { startedAt: first.startedAt, theatres: under.flatMap(({ theatres }) => theatres) }
}

/** Ready when all are. A check on which they differ lists all faults. */
export function mergeReadiness(all: readonly Readiness[]): Readiness {
  const checks: Record<string, string> = {}
  for (const name of new Set(all.flatMap(readiness => Object.keys(readiness.checks)))) {
    checks[name] = mergeChecks(new Set(all.map(readiness => readiness.checks[name] ?? 'ok')))
  }
  return { ready: all.every(({ ready }) => ready), checks }
}

/**
 * On Kafka a thread may have been given no partitions: it adds that to its `ok`, and another's
 * plain `ok` has more detail.
 */
function mergeChecks(words: ReadonlySet<string>): string {
  const bad = [...words].filter(word => !word.startsWith('ok'))
  if (bad.length > 0) return bad.join('; ')
  return words.has('ok') ? 'ok' : [...words].join('; ')
}

/** Metrics as text. Each adds up, unless it is registered with another aggregation. */
export function mergeMetrics(all: readonly ThreadMetrics[]): Promise<string> {
  return AggregatorRegistry.aggregate([...all]).metrics()
}
