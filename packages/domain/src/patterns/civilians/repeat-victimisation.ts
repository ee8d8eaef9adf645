// Repeat victimisation: civilians of one place are attacked again and again, or one perpetrator goes from settlement to settlement of an area. A story
// takes what happens at its places and what its perpetrators do elsewhere in the area; each incident counts in one story only.

import { addEvidence, type Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { situationAt } from '../../finding/situation.ts'
import { compareIncidents, type Incident, type IncidentPlace, placesOf } from '../../incident/incident.ts'
import { dayMs, formatDay, isLongerThan } from '../../space-time/event-time.ts'
import { type NamedActor, named } from '../episode/actor-names.ts'
import { type Evidence, evidenceOf, noEvidence } from '../episode/episode-evidence.ts'
import { joinsLast, makesEach } from '../episode/last-made.ts'
import { namedPerpetrators } from '../episode/named-perpetrators.ts'
import { withSupport } from '../episode/named-support.ts'
import { givesAgain } from '../episode/same-again.ts'
import { areApart, nameOfPlace } from '../episode/same-place.ts'
import { endedSince, stillOfUse } from '../episode/since.ts'
import { areaBeside, capitalised, countedText, listOf, spanWords, unlessTooLong, wholeIntervalNote } from '../episode/wording.ts'
import {
  areasOf,
  deathsOf,
  harmsCivilians,
  isAt,
  liesIn,
  mostDeaths,
  type RepeatVictimisationParameters,
  repeatVictimisationParameters,
  settlementsOf
} from './civilian-harm.ts'
import { nearVictimisation } from './near-victimisation.ts'

interface VictimisationEpisode {
  /** What brought it about: attacks on one place, or the places of one perpetrator. */
  readonly entered: 'place' | 'perpetrator'
  readonly group: Readonly<Record<string, string>>
  readonly fromMs: number
  readonly enteredMs: number
  readonly lastMs: number
  readonly places: readonly IncidentPlace[]
  readonly perpetrators: readonly NamedActor[]
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  /** Most deaths of one incident; null while none is known. */
  readonly deaths: number | null
  /** Ends of the attacks of the last window, at most `recentMax`. */
  readonly recentMs: readonly number[]
  readonly most: number
  readonly triggers: Evidence
  readonly support: Evidence
}

interface RepeatVictimisationState {
  /** Attacks of the window that no story has taken, in order of the fold; at most `looseMax`. */
  readonly loose: readonly Incident[]
  readonly open: readonly VictimisationEpisode[]
  readonly closed: readonly Finding[]
}

const looseMax = 1000
/** Attacks of one window that are counted: more makes no difference to anybody. */
const recentMax = 60
/** Places that a story knows: what happens at any further one belongs to it only by its perpetrator. */
const placesMax = 40

export const repeatVictimisation: Pattern<RepeatVictimisationParameters, RepeatVictimisationState> = {
  id: 'repeat-victimisation',
  parameters: repeatVictimisationParameters,
  examples: [
    {
      name: 'a third attack on the civilians of one settlement within 90 days',
      given: [
        { at: '2025-03-01', category: 'attack-on-civilians', settlement: 'Ogossagou', admin1: 'ML-5' },
        { at: '2025-04-01', category: 'looting', targets: ['civilians'], settlement: 'Ogossagou', admin1: 'ML-5' },
        { at: '2025-05-01', category: 'attack-on-civilians', settlement: 'Ogossagou', admin1: 'ML-5' }
      ],
      horizon: '2025-05-10',
      expect: [{ group: { admin1: 'ML-5', settlement: 'Ogossagou' }, level: 1, open: true }]
    },
    {
      name: 'two settlements of one area within 45 days by the same perpetrator',
      given: [
        { at: '2025-10-01', category: 'attack-on-civilians', settlement: 'Kamona', admin1: 'ML-4', actor: 'Dozo militia' },
        { at: '2025-11-10', category: 'attack-on-civilians', settlement: 'Balle', admin1: 'ML-4', lat: 13, actor: 'dozo militia' }
      ],
      horizon: '2025-11-20',
      expect: [{ group: { admin1: 'ML-4', perpetrator: 'dozo militia' }, level: 1, open: true }]
    },
    {
      name: 'two settlements hit by nobody who is known are two incidents',
      given: [
        { at: '2025-10-01', category: 'attack-on-civilians', settlement: 'Kamona', admin1: 'ML-4', actor: 'unknown' },
        { at: '2025-10-10', category: 'attack-on-civilians', settlement: 'Balle', admin1: 'ML-4', lat: 13, actor: 'unknown' }
      ],
      horizon: '2025-11-20',
      expect: []
    },
    {
      name: 'another place and more deaths escalate it',
      given: [
        {
          at: '2025-10-01',
          category: 'attack-on-civilians',
          settlement: 'Kamona',
          admin1: 'ML-4',
          actor: 'Dozo militia',
          deaths: [2, 2, 2]
        },
        {
          at: '2025-10-10',
          category: 'attack-on-civilians',
          settlement: 'Balle',
          admin1: 'ML-4',
          lat: 13,
          actor: 'Dozo militia'
        },
        {
          at: '2025-12-10',
          category: 'attack-on-civilians',
          settlement: 'Niono',
          admin1: 'ML-4',
          lat: 14.25,
          actor: 'Dozo militia',
          deaths: [5, 6, 9]
        }
      ],
      horizon: '2025-12-20',
      expect: [{ group: { admin1: 'ML-4' }, level: 3, open: true }]
    },
    {
      name: '90 quiet days end it',
      given: [
        { at: '2025-03-01', category: 'attack-on-civilians', settlement: 'Ogossagou', admin1: 'ML-5' },
        { at: '2025-04-01', category: 'attack-on-civilians', settlement: 'Ogossagou', admin1: 'ML-5' },
        { at: '2025-05-01', category: 'attack-on-civilians', settlement: 'Ogossagou', admin1: 'ML-5' }
      ],
      horizon: '2025-08-10',
      expect: [{ group: { settlement: 'Ogossagou' }, level: 1, open: false }]
    }
  ],
  placeNeeds: (incident, parameters) => {
    if (!harmsCivilians(incident, parameters)) return []
    const isNamed = namedPerpetrators(incident, parameters.genericActors).length > 0
    return [{ withinKm: parameters.placeKm }, { settlement: true }, ...(isNamed ? [{ area: true as const }] : [])]
  },
  scopesOf: (incident, parameters) => (harmsCivilians(incident, parameters) ? [incident.drill ? 'drill' : 'theatre'] : []),
  initial: () => ({ loose: [], open: [], closed: [] }),
  step: (state, incident, parameters) => {
    const current = closeWhenDue(state, incident.fromMs, parameters)
    const isTooVague = isLongerThan(incident, Math.max(parameters.windowDays, parameters.areaWindowDays))
    const grows = incident.passesGrade && !isTooVague
    const joined = current.open.findIndex(f => belongs(f, incident, parameters))
    const story = joined === -1 ? undefined : current.open[joined]
    if (story !== undefined) {
      const next = storyAgain(incident, [story, parameters], () =>
        grows ? grown(story, incident, parameters) : { ...story, support: withSupport(story.support, incident) }
      )
      return { ...current, open: current.open.with(joined, next) }
    }
    if (!grows) return current
    const youngFromMs = incident.fromMs - Math.max(parameters.windowDays, parameters.areaWindowDays) * dayMs
    const young = stillOfUse(current.loose, i => i.toMs > youngFromMs)
    const opened = openedAtPlace(young, incident, parameters) ?? openedByActor(young, incident, parameters)
    if (opened === null)
      return { ...current, loose: [...(young.length < looseMax ? young : young.slice(1 - looseMax)), incident] }
    const taken = new Set(opened.triggers.kept.map(i => i.id))
    return { ...current, loose: young.filter(i => !taken.has(i.id)), open: [...current.open, opened] }
  },
  findings: ({ open, closed }, horizonMs, parameters) => {
    if (open.length === 0) return closed
    const told = describedEach(open, f => describe(f, null, parameters))
    const hasEnded = (f: VictimisationEpisode) => closesAtMs(f, parameters) <= horizonMs
    // The place among the others stays when one ends.
    const endedIf = (finding: Finding, f: VictimisationEpisode) => (hasEnded(f) ? describeEnded(f, parameters) : finding)
    const now = open.some(hasEnded) ? told.map((finding, i) => endedIf(finding, open[i] as VictimisationEpisode)) : told
    return together(closed, now)
  },
  nearly: (state, horizonMs, parameters) => nearVictimisation(state, horizonMs, parameters),
  nextChangeMs: ({ open }, horizonMs, parameters) => {
    let next: number | null = null
    for (const f of open) {
      const ms = closesAtMs(f, parameters)
      if (ms > horizonMs && (next === null || ms < next)) next = ms
    }
    return next
  },
  forget: (state, beforeMs) => {
    // What ended a year before the base stands in no window that may still come.
    const loose = stillOfUse(state.loose, i => i.toMs >= beforeMs - 366 * dayMs)
    const closed = endedSince(state.closed, beforeMs)
    return loose === state.loose && closed === state.closed ? state : { ...state, loose, closed }
  }
}

const storyAgain = givesAgain<VictimisationEpisode>()
const together = joinsLast<Finding>()

/** At one of its places, on whatever side of a border; or by one of its perpetrators in its area. */
function belongs(f: VictimisationEpisode, incident: Incident, parameters: RepeatVictimisationParameters): boolean {
  if (f.places.some(known => isAt(incident, known, parameters.placeKm))) return true
  const { admin1 } = f.group
  if (f.perpetrators.length === 0 || admin1 === undefined || !liesIn(incident, admin1)) return false
  return namedPerpetrators(incident, parameters.genericActors).some(({ key }) => f.perpetrators.some(p => p.key === key))
}

/** Three attacks on one place: that has no border in it, and needs no area. */
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
    const group = { ...area, settlement: nameOfPlace(place), ...(id === null ? {} : { settlementId: id }) }
    return opened('place', group, [...near, incident], [place], parameters)
  }
  return null
}

/** Places that are not one and the same for sure, all hit by the same perpetrator; an incident that names two villages hits both. */
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
    const theirs = young.filter(i => namedPerpetrators(i, parameters.genericActors).some(({ key }) => key === actor.key))
    const settlements = settlementsOf([incident, ...theirs.toReversed()], admin1, parameters)
    return settlements.length >= parameters.settlementsMin ? [{ actor, theirs, settlements }] : []
  })
  const [first] = byActor
  if (first === undefined) return null
  // Those who did the same together are named together.
  const together = byActor.filter(
    b => b.settlements.length === first.settlements.length && b.theirs.length === first.theirs.length
  )
  const perpetrators = together.map(b => b.actor)
  const group = { admin1, perpetrator: perpetrators.map(a => a.name).join(', ') }
  return opened('perpetrator', group, [...first.theirs, incident], first.settlements, parameters, perpetrators)
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
    places: places.slice(0, placesMax),
    perpetrators,
    marks: [],
    deaths: mostDeaths(members),
    recentMs: members.map(i => i.toMs),
    most: entered === 'place' ? members.length : places.length,
    triggers: evidenceOf(members),
    support: noEvidence
  }
}

/** Who is named in at least two of them: one name alone does not make a story of an area. */
function sharedPerpetrators(
  incidents: readonly Incident[],
  { genericActors }: RepeatVictimisationParameters
): readonly NamedActor[] {
  const lists = incidents.map(i => namedPerpetrators(i, genericActors))
  return named(lists.flat().map(a => a.name)).filter(({ key }) => lists.filter(list => list.some(a => a.key === key)).length > 1)
}

const anotherPlace = 'another place'
const moreDeaths = 'more deaths'

function grown(f: VictimisationEpisode, incident: Incident, parameters: RepeatVictimisationParameters): VictimisationEpisode {
  const { placeKm, windowDays } = parameters
  const hit = settlementsOf([incident], f.entered === 'perpetrator' ? (f.group.admin1 ?? null) : null, parameters)
  const fresh = hit.filter(place => f.places.every(known => areApart(known, place, placeKm, false)))
  const deaths = deathsOf(incident)
  const isDeadlier = deaths !== null && f.deaths !== null && deaths > f.deaths
  const reasons = [...(fresh.length > 0 ? [anotherPlace] : []), ...(isDeadlier ? [moreDeaths] : [])].filter(
    reason => !f.marks.some(m => m.reason === reason)
  )
  const recentMs = [...f.recentMs.filter(ms => ms > incident.fromMs - windowDays * dayMs), incident.toMs].slice(-recentMax)
  const known = [...f.places, ...fresh].slice(0, placesMax)
  const most = Math.max(f.most, f.entered === 'place' ? recentMs.length : known.length)
  const moves = reasons.length > 0 || known.length > f.places.length || most > f.most
  const evidence = moves ? { triggers: addEvidence(f.triggers, incident) } : { support: withSupport(f.support, incident) }
  return {
    ...f,
    lastMs: Math.max(f.lastMs, incident.toMs),
    places: known,
    marks: reasons.length === 0 ? f.marks : [...f.marks, ...reasons.map(reason => ({ atMs: incident.fromMs, reason }))],
    deaths: deaths === null ? f.deaths : Math.max(deaths, f.deaths ?? deaths),
    recentMs,
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
  return { ...state, open: state.open.filter(f => !due.includes(f)), closed: [...state.closed, ...ended] }
}

/** One finding for one state of each: what did not change is the same object. */
const describedEach = makesEach<VictimisationEpisode, Finding>()
const endings = new WeakMap<VictimisationEpisode, Finding>()

/** The scope is the whole theatre: a late incident ends again stories that it does not touch. */
function describeEnded(f: VictimisationEpisode, parameters: RepeatVictimisationParameters): Finding {
  const known = endings.get(f) ?? describe(f, closesAtMs(f, parameters), parameters)
  endings.set(f, known)
  return known
}

function describe(f: VictimisationEpisode, toMs: number | null, parameters: RepeatVictimisationParameters): Finding {
  const { windowDays, areaWindowDays, incidentsMin, settlementsMin, quietDays, placeKm } = parameters
  const atPlace = f.entered === 'place'
  const where = listOf(f.places.map(nameOfPlace), 4)
  const by = f.perpetrators.length === 0 ? '' : ` by ${listOf(f.perpetrators.map(a => a.name))}`
  const area = f.group.admin1 === undefined ? '' : ` ${areaBeside(f.group.admin1, f.places.map(nameOfPlace))}`
  const measured = atPlace ? `${countedText(f.most, 'attack')} within ${windowDays} days` : countedText(f.most, 'settlement')
  return {
    group: f.group,
    situation: situationAt(f.triggers.kept[0], placeKm, toMs ?? closesAtMs(f, parameters), f.group.perpetrator),
    fromMs: f.fromMs,
    toMs,
    levels: numberLevels([
      { atMs: f.enteredMs, reason: atPlace ? `${incidentsMin} attacks on one place` : `${settlementsMin} settlements` },
      ...f.marks
    ]),
    measure: {
      name: atPlace ? `attacks on civilians in ${windowDays} days` : 'settlements hit by one perpetrator',
      value: f.most,
      threshold: atPlace ? incidentsMin : settlementsMin,
      baseline: null
    },
    triggers: f.triggers.kept,
    support: f.support.kept,
    omitted: f.triggers.omitted + f.support.omitted,
    headline:
      toMs === null
        ? `Civilians attacked repeatedly at ${where}${area}${by}: ${measured}${atPlace ? '' : ` since ${formatDay(f.fromMs)}`}`
        : `No attacks on civilians at ${where}${area} for ${quietDays} days`,
    explanation:
      `${capitalised(spanWords(f.fromMs, f.enteredMs))} civilians were attacked at ${where}${by}: ${measured}; ` +
      (atPlace
        ? `${incidentsMin} on one settlement, or on places at most ${placeKm} km apart, are needed. `
        : `${settlementsMin} of one area within ${areaWindowDays} days by the same perpetrator are needed; places count as two where a source names both, or where they lie apart for sure. `) +
      `It ends after ${quietDays} days without another.` +
      wholeIntervalNote(f.triggers.kept, unlessTooLong)
  }
}
