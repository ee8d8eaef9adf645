// The evidence of an episode while it grows: incidents are named up to the limit, the rest is
// counted.

import { namedOf } from '../../finding/named-evidence.ts'
import { compareIncidents, type Incident, type Witness } from '../../incident/incident.ts'
import { areSame } from './recent-cache.ts'

export interface Evidence {
  readonly kept: readonly Incident[]
  /** How many more there were that are not named. */
  readonly omitted: number
}

export const noEvidence: Evidence = { kept: [], omitted: 0 }

/** Each incident once, in order of the fold, up to the limit. Pure. */
export function evidenceOf(incidents: Iterable<Incident>): Evidence {
  return upToLimit(inOrderOnce(incidents))
}

/** Each incident once, in order of the fold. Pure. */
export function inOrderOnce(incidents: Iterable<Incident>): readonly Incident[] {
  const unique = [...new Map([...incidents].map(incident => [incident.id, incident])).values()]
  return unique.sort(compareIncidents)
}

/** The incidents up to the limit; `before`: how many more are only counted already. Pure. */
export function upToLimit(incidents: readonly Incident[], before = 0): Evidence {
  const kept = namedOf(incidents)
  return { kept, omitted: before + incidents.length - kept.length }
}

/** True if both name the same objects and count as many more. */
export function isSameEvidence(a: Evidence, b: Evidence): boolean {
  return a === b || (a.omitted === b.omitted && areSame(a.kept, b.kept))
}

/**
 * One witness for each source, with all of its keys: the same origins, and no more of them than
 * there are sources. Pure.
 */
export function bySource(witnesses: readonly Witness[]): readonly Witness[] {
  const keys = new Map<string, Set<string>>()
  for (const { sourceId, keys: theirs } of witnesses) {
    const known = keys.get(sourceId)
    if (known === undefined) keys.set(sourceId, new Set(theirs))
    else for (const key of theirs) known.add(key)
  }
  return [...keys].map(([sourceId, theirs]) => ({ sourceId, keys: [...theirs] }))
}

/**
 * The same for a list that grows; `known`: one for each source already. Hundreds of sources may
 * tell of one day, and each is only added. Pure.
 */
export function withWitnesses(
  known: readonly Witness[],
  more: readonly Witness[]
): readonly Witness[] {
  // One that hundreds tell of together is put together with all.
  if (more.length > fewWitnesses) return bySource([...known, ...more])
  let all: Witness[] | null = null
  for (const { sourceId, keys } of more) {
    const list = all ?? known
    const at = list.findIndex(witness => witness.sourceId === sourceId)
    const before = list[at]?.keys ?? []
    const after = [...new Set([...before, ...keys])]
    if (at >= 0 && after.length === before.length) continue
    all ??= [...known]
    all[at === -1 ? all.length : at] = { sourceId, keys: after }
  }
  return all ?? known
}

/** Up to so many are looked for one by one. */
const fewWitnesses = 4
