// First sightings as a fold that keeps a state for each step, and goes back to one. What a sighting
// begins, what a further one adds and the words are the pattern's own: only the fold is another.

import { type Layers, layered } from '../../../src/detection/layered.ts'
import type { Pattern } from '../../../src/detection/pattern.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { tellsOnce } from '../../../src/patterns/episode/growing-support.ts'
import { withSupport } from '../../../src/patterns/episode/named-support.ts'
import { notEndedBefore } from '../../../src/patterns/episode/prune-ended.ts'
import { firstSeen as firstSeenByMachine } from '../../../src/patterns/first-seen/first-seen.ts'
import {
  type AreaPlace,
  closesAtMs,
  describe,
  entered,
  type FirstSeenEpisode,
  type FirstSeenKind,
  type FirstSeenParameters,
  type FirstSeenState,
  grown
} from '../../../src/patterns/first-seen/first-seen-episode.ts'
import { areasOf } from '../../../src/patterns/first-seen/first-seen-fold.ts'
import { dayMs } from '../../../src/space-time/event-time.ts'

interface Listed {
  readonly open: readonly FirstSeenEpisode[]
  readonly list: readonly Finding[]
}

/** Twice the number of first-level areas that ISO 3166-2 has for the whole world. */
const areasMax = 10_000

/** In layers: what is new to readers of a level does not depend on what is hidden from them. */
export function firstSeen<P extends FirstSeenParameters>(
  kind: FirstSeenKind<P>
): Pattern<P, Layers<FirstSeenState>> {
  const told = tellsOnce()
  /** The last list for these closed findings: most of it is still valid. */
  const listed = new WeakMap<readonly Finding[], Listed>()
  const { machine: _machine, ...stated } = firstSeenByMachine(kind)
  return layered<P, FirstSeenState>({
    ...stated,
    initial: scope => ({
      key: scope.slice(scope.indexOf('/') + 1),
      seen: [],
      open: [],
      closed: []
    }),
    step: (state, incident, parameters) => {
      let known = closeWhenDue(state, incident.fromMs, parameters, kind)
      const credible =
        incident.credibility <= parameters.credibilityMax || incident.credibility === 6
      for (const place of areasOf(incident)) {
        const mayTrigger = incident.passesGrade && credible && place.areaCertain
        known = mayTrigger
          ? sighted(known, place, incident, parameters, kind)
          : supported(known, place.admin1, incident)
      }
      return known
    },
    findings: ({ open, closed }, horizonMs, parameters) => {
      if (open.length === 0) return closed
      const before = listed.get(closed)
      const list = closed.slice()
      let isSame = before?.open.length === open.length
      // The order of findings stays when an episode ends.
      for (const [i, e] of open.entries()) {
        const toMs = closesAtMs(e, parameters) <= horizonMs ? closesAtMs(e, parameters) : null
        const known = before?.open[i] === e ? before.list[closed.length + i] : undefined
        if (known?.toMs === toMs) {
          list.push(known)
          continue
        }
        isSame = false
        const make = () => describe(e, toMs, parameters, kind)
        list.push(toMs === null ? told(e.triggers, e.support, make) : make())
      }
      if (isSame && before !== undefined) return before.list
      listed.set(closed, { open, list })
      return list
    },
    nextChangeMs: ({ open }, horizonMs, parameters) => {
      for (const e of open)
        if (closesAtMs(e, parameters) > horizonMs) return closesAtMs(e, parameters)
      return null
    },
    tellsTheSame: (a, b) => a.open === b.open && a.closed === b.closed,
    forget: (state, beforeMs) => {
      const closed = notEndedBefore(state.closed, beforeMs)
      return closed === state.closed ? state : { ...state, closed }
    }
  })
}

function supported(state: FirstSeenState, admin1: string, incident: Incident): FirstSeenState {
  const at = openIn(state, admin1)
  const episode = state.open[at]
  return episode === undefined
    ? state
    : {
        ...state,
        open: state.open.with(at, { ...episode, support: withSupport(episode.support, incident) })
      }
}

function openIn({ open }: FirstSeenState, admin1: string): number {
  for (let i = 0; i < open.length; i++) if (open[i]?.admin1 === admin1) return i
  return -1
}

function sighted<P extends FirstSeenParameters>(
  state: FirstSeenState,
  place: AreaPlace,
  incident: Incident,
  parameters: P,
  kind: FirstSeenKind<P>
): FirstSeenState {
  const { admin1 } = place
  const seen = withArea(state.seen, admin1, incident.toMs)
  const at = openIn(state, admin1)
  if (at !== -1)
    return {
      ...state,
      seen,
      open: state.open.with(at, grown(state.open[at] as FirstSeenEpisode, incident, parameters))
    }
  const last = lastSeen(state.seen, place)
  if (last !== null && last > incident.fromMs - parameters.absentDays * dayMs)
    return { ...state, seen }
  const fresh = entered({ place, key: state.key, before: last }, incident, parameters, kind)
  return { ...state, seen, open: [...state.open, fresh] }
}

function withArea(
  seen: FirstSeenState['seen'],
  admin1: string,
  toMs: number
): FirstSeenState['seen'] {
  let at = seen.length - 1
  while (at >= 0 && seen[at]?.[0] !== admin1) at -= 1
  if (at === -1) return [...seen, [admin1, toMs] as const].slice(-areasMax)
  return (seen[at]?.[1] ?? 0) >= toMs ? seen : seen.with(at, [admin1, toMs])
}

/** When it was last seen there or in an area that touches it; null if never. */
function lastSeen(seen: FirstSeenState['seen'], { admin1, neighbours }: AreaPlace): number | null {
  let last: number | null = null
  for (const sighting of seen) {
    const area = sighting[0]
    const lastMs = sighting[1]
    if ((area === admin1 || neighbours.includes(area)) && (last === null || lastMs > last))
      last = lastMs
  }
  return last
}

function closeWhenDue<P extends FirstSeenParameters>(
  state: FirstSeenState,
  nowMs: number,
  parameters: P,
  kind: FirstSeenKind<P>
): FirstSeenState {
  const [eldest] = state.open
  if (eldest === undefined || closesAtMs(eldest, parameters) > nowMs) return state
  const due = state.open.filter(e => closesAtMs(e, parameters) <= nowMs)
  const ended = due.map(e => describe(e, closesAtMs(e, parameters), parameters, kind))
  return { ...state, open: state.open.slice(due.length), closed: [...state.closed, ...ended] }
}
