// The oracle of repeat victimisation: an immutable fold, without limits of what it counts. An
// episode takes what happens at its places and what its perpetrators do elsewhere in the area; each
// incident counts in one episode.

import { addEvidence, type Pattern } from '../../src/detection/pattern.ts'
import { type Finding, numberLevels } from '../../src/finding/finding.ts'
import { situationAt } from '../../src/finding/situation.ts'
import {
  compareIncidents,
  type Incident,
  type IncidentPlace,
  placesOf
} from '../../src/incident/incident.ts'
import {
  areasOf,
  deathsOf,
  harmsCivilians,
  isAt,
  mostDeaths,
  type RepeatVictimisationParameters,
  settlementsOf
} from '../../src/patterns/civilians/civilian-harm.ts'
import { nearVictimisation } from '../../src/patterns/civilians/near-victimisation.ts'
import { repeatVictimisation as repeatVictimisationNow } from '../../src/patterns/civilians/repeat-victimisation.ts'
import { type NamedActor, named } from '../../src/patterns/episode/actor-names.ts'
import { evidenceOf, noEvidence } from '../../src/patterns/episode/episode-evidence.ts'
import { namedPerpetrators } from '../../src/patterns/episode/named-perpetrators.ts'
import { withSupport } from '../../src/patterns/episode/named-support.ts'
import { itemsNeeded, notEndedBefore } from '../../src/patterns/episode/prune-ended.ts'
import { areApart, nameOfPlace } from '../../src/patterns/episode/same-place.ts'
import {
  areaBeside,
  countedText,
  listOf,
  spanWords,
  unlessTooLong,
  wholeIntervalNote
} from '../../src/patterns/episode/wording.ts'
import { dayMs, formatDay, isLongerThan } from '../../src/space-time/event-time.ts'
import { incidentCache } from './incident-cache.ts'
import { concatCache, perItemCache } from './list-caches.ts'
import { tableOf } from './pattern-table.ts'
import {
  mostOpen,
  type Promoting,
  strictestOf,
  toldEvidence,
  withStrictestOf
} from './strictest-counted.ts'

interface VictimisationEpisode extends Promoting {
  /** What opened it: attacks on one place, or the places of one perpetrator. */
  readonly entered: 'place' | 'perpetrator'
  readonly group: Readonly<Record<string, string>>
  readonly fromMs: number
  readonly enteredMs: number
  readonly lastMs: number
  readonly places: readonly IncidentPlace[]
  readonly perpetrators: readonly NamedActor[]
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  /** Maximum deaths of one incident; null while none is known. */
  readonly deaths: number | null
  /** Ends of the attacks of the last window. */
  readonly recentMs: readonly number[]
  /** Those whose deaths are known, of all. */
  readonly deadly: readonly Incident[]
  /** The same attacks. */
  readonly recent: readonly Incident[]
  readonly most: number
}

interface RepeatVictimisationState {
  /** Attacks of the window that are in no episode, in order of the fold. */
  readonly loose: readonly Incident[]
  readonly open: readonly VictimisationEpisode[]
  readonly closed: readonly Finding[]
}

export const repeatVictimisation: Pattern<RepeatVictimisationParameters, RepeatVictimisationState> =
  {
    ...tableOf(repeatVictimisationNow),
    scopesOf: (incident, parameters) =>
      harmsCivilians(incident, parameters) ? [incident.drill ? 'drill' : 'theatre'] : [],
    initial: () => ({ loose: [], open: [], closed: [] }),
    step: (state, incident, parameters) => {
      const current = closeWhenDue(state, incident.fromMs, parameters)
      const isTooVague = isLongerThan(
        incident,
        Math.max(parameters.windowDays, parameters.areaWindowDays)
      )
      const grows = incident.passesGrade && !isTooVague
      const joined = current.open.findIndex(f => belongs(f, incident, parameters))
      const story = joined === -1 ? undefined : current.open[joined]
      if (story !== undefined) {
        const next = storyAgain(incident, [story, parameters], () =>
          grows
            ? grown(story, incident, parameters)
            : { ...story, support: withSupport(story.support, incident) }
        )
        return { ...current, open: current.open.with(joined, next) }
      }
      if (!grows) return current
      const youngFromMs =
        incident.fromMs - Math.max(parameters.windowDays, parameters.areaWindowDays) * dayMs
      const young = itemsNeeded(current.loose, i => i.toMs > youngFromMs)
      const opened =
        openedAtPlace(young, incident, parameters) ?? openedByActor(young, incident, parameters)
      if (opened === null) return { ...current, loose: [...young, incident] }
      const taken = new Set(opened.triggers.kept.map(i => i.id))
      return {
        ...current,
        loose: young.filter(i => !taken.has(i.id)),
        open: [...current.open, opened]
      }
    },
    findings: ({ open, closed }, horizonMs, parameters) => {
      if (open.length === 0) return closed
      const told = describedEach(open, f => describe(f, null, parameters))
      const hasEnded = (f: VictimisationEpisode) => closesAtMs(f, parameters) <= horizonMs
      // The order of findings stays when an episode ends.
      const endedIf = (finding: Finding, f: VictimisationEpisode) =>
        hasEnded(f) ? describeEnded(f, parameters) : finding
      const now = open.some(hasEnded)
        ? told.map((finding, i) => endedIf(finding, open[i] as VictimisationEpisode))
        : told
      return together(closed, now)
    },
    nearly: (state, horizonMs, parameters) => nearVictimisation(state.loose, horizonMs, parameters),
    nextChangeMs: ({ open }, horizonMs, parameters) => {
      let next: number | null = null
      for (const f of open) {
        const ms = closesAtMs(f, parameters)
        if (ms > horizonMs && (next === null || ms < next)) next = ms
      }
      return next
    },
    forget: (state, beforeMs) => {
      // No window still to come contains what ended a year before the base.
      const loose = itemsNeeded(state.loose, i => i.toMs >= beforeMs - 366 * dayMs)
      const closed = notEndedBefore(state.closed, beforeMs)
      return loose === state.loose && closed === state.closed ? state : { ...state, loose, closed }
    }
  }

const storyAgain = incidentCache<VictimisationEpisode>()
const together = concatCache<Finding>()

/**
 * True for an incident at one of its places, across borders too, or by one of its perpetrators in
 * its area.
 */
function belongs(
  f: VictimisationEpisode,
  incident: Incident,
  parameters: RepeatVictimisationParameters
): boolean {
  if (f.places.some(known => isAt(incident, known, parameters.placeKm))) return true
  const { admin1 } = f.group
  if (f.perpetrators.length === 0 || admin1 === undefined || !liesIn(incident, admin1)) return false
  return namedPerpetrators(incident, parameters.genericActors).some(({ key }) =>
    f.perpetrators.some(p => p.key === key)
  )
}

/** An episode of attacks on one place, which needs no area. */
function openedAtPlace(
  loose: readonly Incident[],
  incident: Incident,
  parameters: RepeatVictimisationParameters
): VictimisationEpisode | null {
  const fromMs = incident.fromMs - parameters.windowDays * dayMs
  if (isLongerThan(incident, parameters.windowDays)) return null
  const young = loose.filter(i => i.toMs > fromMs && !isLongerThan(i, parameters.windowDays))
  for (const place of placesOf(incident)) {
    const near = young.filter(i => isAt(i, place, parameters.placeKm))
    if (near.length + 1 < parameters.incidentsMin) continue
    const id = place.settlement
    const area = place.admin1 === null ? {} : { admin1: place.admin1 }
    const group = {
      ...area,
      settlement: nameOfPlace(place),
      ...(id === null ? {} : { settlementId: id })
    }
    return opened('place', group, [...near, incident], [place], parameters)
  }
  return null
}

/**
 * An episode of places that are certainly different, all hit by one perpetrator; an incident that
 * names two villages hits both.
 */
function openedByActor(
  loose: readonly Incident[],
  incident: Incident,
  parameters: RepeatVictimisationParameters
): VictimisationEpisode | null {
  const actors = namedPerpetrators(incident, parameters.genericActors)
  if (actors.length === 0 || isLongerThan(incident, parameters.areaWindowDays)) return null
  const fromMs = incident.fromMs - parameters.areaWindowDays * dayMs
  const young = loose.filter(i => i.toMs > fromMs && !isLongerThan(i, parameters.areaWindowDays))
  for (const admin1 of areasOf(incident)) {
    if (settlementsOf([incident], admin1, parameters).length === 0) continue
    const there = young.filter(i => liesIn(i, admin1))
    const opened = openedIn(admin1, actors, there, incident, parameters)
    if (opened !== null) return opened
  }
  return null
}

function openedIn(
  admin1: string,
  actors: readonly NamedActor[],
  young: readonly Incident[],
  incident: Incident,
  parameters: RepeatVictimisationParameters
): VictimisationEpisode | null {
  const byActor = actors.flatMap(actor => {
    const theirs = young.filter(i =>
      namedPerpetrators(i, parameters.genericActors).some(({ key }) => key === actor.key)
    )
    const settlements = settlementsOf([incident, ...theirs.toReversed()], admin1, parameters)
    return settlements.length >= parameters.settlementsMin ? [{ actor, theirs, settlements }] : []
  })
  const [first] = byActor
  if (first === undefined) return null
  // Perpetrators of the same incidents are named together.
  const together = byActor.filter(
    b =>
      b.settlements.length === first.settlements.length && b.theirs.length === first.theirs.length
  )
  const perpetrators = together.map(b => b.actor)
  const group = { admin1, perpetrator: perpetrators.map(a => a.name).join(', ') }
  return opened(
    'perpetrator',
    group,
    [...first.theirs, incident],
    first.settlements,
    parameters,
    perpetrators
  )
}

function opened(
  entered: VictimisationEpisode['entered'],
  group: VictimisationEpisode['group'],
  unordered: readonly Incident[],
  places: readonly IncidentPlace[],
  parameters: RepeatVictimisationParameters,
  perpetrators: readonly NamedActor[] = sharedPerpetrators(unordered, parameters)
): VictimisationEpisode {
  const members = unordered.toSorted(compareIncidents)
  const last = members.at(-1) as Incident
  return {
    entered,
    group: { ...group, ...(last.drill ? { drill: 'true' } : {}) },
    fromMs: Math.min(...members.map(i => i.fromMs)),
    enteredMs: last.fromMs,
    lastMs: Math.max(...members.map(i => i.toMs)),
    places: places,
    perpetrators,
    marks: [],
    deaths: mostDeaths(members),
    recentMs: members.map(i => i.toMs),
    recent: members,
    deadly: members.filter(i => deathsOf(i) !== null),
    most: entered === 'place' ? members.length : places.length,
    triggers: evidenceOf(members),
    support: noEvidence,
    promoted: []
  }
}

/**
 * Perpetrators named in at least two of them: a single mention does not identify the perpetrator of
 * an episode.
 */
function sharedPerpetrators(
  incidents: readonly Incident[],
  { genericActors }: RepeatVictimisationParameters
): readonly NamedActor[] {
  const lists = incidents.map(i => namedPerpetrators(i, genericActors))
  return named(lists.flat().map(a => a.name)).filter(
    ({ key }) => lists.filter(list => list.some(a => a.key === key)).length > 1
  )
}

const anotherPlace = 'another place'
const moreDeaths = 'more deaths'

function grown(
  f: VictimisationEpisode,
  incident: Incident,
  parameters: RepeatVictimisationParameters
): VictimisationEpisode {
  const { placeKm, windowDays } = parameters
  const hit = settlementsOf(
    [incident],
    f.entered === 'perpetrator' ? (f.group.admin1 ?? null) : null,
    parameters
  )
  const fresh = hit.filter(place => f.places.every(known => areApart(known, place, placeKm, false)))
  const deaths = deathsOf(incident)
  const isDeadlier = deaths !== null && f.deaths !== null && deaths > f.deaths
  const reasons = [
    ...(fresh.length > 0 ? [anotherPlace] : []),
    ...(isDeadlier ? [moreDeaths] : [])
  ].filter(reason => !f.marks.some(m => m.reason === reason))
  const recentMs = [
    ...f.recentMs.filter(ms => ms > incident.fromMs - windowDays * dayMs),
    incident.toMs
  ]
  const known = [...f.places, ...fresh]
  const most = Math.max(f.most, f.entered === 'place' ? recentMs.length : known.length)
  const moves = reasons.length > 0 || known.length > f.places.length || most > f.most
  const recent = [...f.recent.filter(i => i.toMs > incident.fromMs - windowDays * dayMs), incident]
  const moved = { ...f, triggers: addEvidence(f.triggers, incident) }
  const tellsMore = f.entered === 'place' && most > f.most
  const counting = tellsMore ? withStrictestOf(moved, strictestOf(recent)) : moved
  const deadly = [...f.deadly, ...(deaths === null ? [] : [incident])]
  const { triggers, promoted } = reasons.includes(moreDeaths)
    ? withStrictestOf(counting, mostOpen(f.deadly))
    : counting
  const evidence = moves ? { triggers, promoted } : { support: withSupport(f.support, incident) }
  return {
    ...f,
    lastMs: Math.max(f.lastMs, incident.toMs),
    places: known,
    marks:
      reasons.length === 0
        ? f.marks
        : [...f.marks, ...reasons.map(reason => ({ atMs: incident.fromMs, reason }))],
    deaths: deaths === null ? f.deaths : Math.max(deaths, f.deaths ?? deaths),
    recentMs,
    recent,
    deadly,
    most,
    ...evidence
  }
}

function closesAtMs(f: VictimisationEpisode, { quietDays }: RepeatVictimisationParameters): number {
  return f.lastMs + quietDays * dayMs
}

function closeWhenDue(
  state: RepeatVictimisationState,
  nowMs: number,
  parameters: RepeatVictimisationParameters
): RepeatVictimisationState {
  if (!state.open.some(f => closesAtMs(f, parameters) <= nowMs)) return state
  const due = state.open.filter(f => closesAtMs(f, parameters) <= nowMs)
  const ended = due.map(f => describeEnded(f, parameters))
  return {
    ...state,
    open: state.open.filter(f => !due.includes(f)),
    closed: [...state.closed, ...ended]
  }
}

/** The findings of open episodes; an unchanged episode gives the same object. */
const describedEach = perItemCache<VictimisationEpisode, Finding>()
const endings = new WeakMap<VictimisationEpisode, Finding>()

/** The scope is the whole theatre: a late incident ends again episodes that it does not affect. */
function describeEnded(
  f: VictimisationEpisode,
  parameters: RepeatVictimisationParameters
): Finding {
  const known = endings.get(f) ?? describe(f, closesAtMs(f, parameters), parameters)
  endings.set(f, known)
  return known
}

function describe(
  f: VictimisationEpisode,
  toMs: number | null,
  parameters: RepeatVictimisationParameters
): Finding {
  const { windowDays, areaWindowDays, incidentsMin, settlementsMin, quietDays, placeKm } =
    parameters
  const atPlace = f.entered === 'place'
  const where = listOf(f.places.map(nameOfPlace), 4)
  const by = f.perpetrators.length === 0 ? '' : ` by ${listOf(f.perpetrators.map(a => a.name))}`
  const area =
    f.group.admin1 === undefined ? '' : ` ${areaBeside(f.group.admin1, f.places.map(nameOfPlace))}`
  const measured = atPlace
    ? `${countedText(f.most, 'attack')} within ${windowDays} days`
    : countedText(f.most, 'settlement')
  return {
    group: f.group,
    situation: situationAt(
      f.triggers.kept[0],
      placeKm,
      toMs ?? closesAtMs(f, parameters),
      f.group.perpetrator
    ),
    fromMs: f.fromMs,
    toMs,
    levels: numberLevels([
      {
        atMs: f.enteredMs,
        reason: atPlace ? `${incidentsMin} attacks on one place` : `${settlementsMin} settlements`
      },
      ...f.marks
    ]),
    measure: {
      name: atPlace
        ? `attacks on civilians in ${windowDays} days`
        : 'settlements hit by one perpetrator',
      value: f.most,
      threshold: atPlace ? incidentsMin : settlementsMin,
      baseline: null
    },
    ...toldEvidence(f),
    headline:
      toMs === null
        ? `Civilians attacked repeatedly at ${where}${area}${by}: ${measured}${atPlace ? '' : ` since ${formatDay(f.fromMs)}`}`
        : `No attacks on civilians at ${where}${area} for ${quietDays} days`,
    explanation:
      `Civilians were attacked at ${where}${by} ${spanWords(f.fromMs, f.enteredMs)}: ${measured}. ` +
      (atPlace
        ? `Threshold: ${countedText(incidentsMin, 'attack')} on one settlement, or on places at most ${placeKm} km apart. `
        : `Threshold: ${countedText(settlementsMin, 'settlement')} in one area within ${countedText(areaWindowDays, 'day')}, by the same perpetrator. Places count separately if one source names both, or if they are certainly different. `) +
      `The alert ends after ${countedText(quietDays, 'day')} without another attack.` +
      wholeIntervalNote(f.triggers.kept, unlessTooLong)
  }
}

function liesIn({ place, alsoAt }: Incident, admin1: string): boolean {
  return (
    (place.areaCertain && place.admin1 === admin1) ||
    alsoAt.some(p => p.areaCertain && p.admin1 === admin1)
  )
}
