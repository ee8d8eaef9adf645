// The rule of decision 0033 for folds in tests: who reads a number may read all that is in it.

import type { Incident } from '../../src/incident/incident.ts'
import { type Evidence, evidenceOf } from '../../src/patterns/episode/episode-evidence.ts'
import { handlings } from '../../src/report/handling.ts'

interface Told {
  readonly triggers: Evidence
  readonly support: Evidence
}

/**
 * The last of the strictest incidents that a number counts; undefined if it counts none. In order
 * of the fold.
 */
export function strictestOf(counted: readonly Incident[]): Incident | undefined {
  const rank = Math.max(...counted.map(rankOf))
  const strict = counted.filter(incident => rankOf(incident) === rank)
  const lastMs = Math.max(...strict.map(({ toMs }) => toMs))
  return strict.findLast(({ toMs }) => toMs === lastMs)
}

/** The first of the strictest. */
export function firstStrictest(counted: readonly Incident[]): Incident | undefined {
  const rank = Math.max(...counted.map(rankOf))
  return counted.find(incident => rankOf(incident) === rank)
}

/** The first of the most open. */
export function mostOpen(some: readonly Incident[]): Incident | undefined {
  const rank = Math.min(...some.map(rankOf))
  return some.find(incident => rankOf(incident) === rank)
}

/**
 * With an incident that a number counts among the triggers, if it is stricter than they are: it was
 * support.
 */
export function withStrictest({ triggers, support }: Told, strictest: Incident | undefined): Told {
  if (strictest === undefined || !isStricter(strictest, triggers)) return { triggers, support }
  const all = evidenceOf([...triggers.kept, strictest])
  return {
    triggers: { kept: all.kept, omitted: triggers.omitted + all.omitted },
    support: without(support, [strictest])
  }
}

/** The same where it keeps its place in the support until the finding is told. */
export function withStrictestOf<T extends Promoting>(told: T, strictest: Incident | undefined): T {
  if (strictest === undefined || !isStricter(strictest, told.triggers)) return told
  const all = evidenceOf([...told.triggers.kept, strictest])
  const triggers = { kept: all.kept, omitted: told.triggers.omitted + all.omitted }
  return { ...told, triggers, promoted: [...told.promoted, strictest] }
}

/** The evidence of a finding. */
export function toldEvidence({ triggers, support, promoted }: Promoting) {
  const { kept, omitted } = without(support, promoted)
  return { triggers: triggers.kept, support: kept, omitted: triggers.omitted + omitted }
}

export interface Promoting extends Told {
  /** What became a trigger by a number that counts it. */
  readonly promoted: readonly Incident[]
}

function isStricter(incident: Incident, triggers: Evidence): boolean {
  return triggers.kept.every(one => rankOf(one) < rankOf(incident))
}

function without({ kept, omitted }: Evidence, gone: readonly Incident[]): Evidence {
  const others = kept.filter(({ id }) => gone.every(one => one.id !== id))
  return { kept: others, omitted: omitted - (gone.length - (kept.length - others.length)) }
}

function rankOf({ handling }: Incident): number {
  return handlings.indexOf(handling)
}
