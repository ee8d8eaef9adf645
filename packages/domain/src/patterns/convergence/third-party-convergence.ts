// Third-party convergence: several states tell their people to leave one country within days. Their
// reasons are not public; their agreement is the sign. It stands until some of them lower their
// advice, since an advice that is not repeated still stands.

import type { NearMiss } from '../../detection/near-miss.ts'
import { addEvidence, type Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { compareIncidents, type Incident, placesOf } from '../../incident/incident.ts'
import { countryName } from '../../space-time/country-names.ts'
import { dayMs, isLongerThan } from '../../space-time/event-time.ts'
import { actorsOfRole, type NamedActor, named } from '../episode/actor-names.ts'
import { comesBackWithItsReports } from '../episode/catalogue-words.ts'
import { type Evidence, evidenceOf, noEvidence } from '../episode/episode-evidence.ts'
import { withSupport } from '../episode/named-support.ts'
import { notEndedBefore } from '../episode/prune-ended.ts'
import { recentCache } from '../episode/recent-cache.ts'
import {
  countedText,
  listOf,
  spanWords,
  statedName,
  unlessTooLong,
  wholeIntervalNote
} from '../episode/wording.ts'

const source = 'patterns.md#third-party-convergence'

export interface ThirdPartyConvergenceParameters {
  readonly windowDays: number
  readonly statesMin: number
  readonly escalateStates: number
  readonly loweredMin: number
  readonly loweredTactics: readonly string[]
}

/** The last word of one state, while it advises to leave. */
interface Advice {
  readonly issuer: NamedActor
  readonly incident: Incident
}

interface ConvergenceEpisode {
  readonly fromMs: number
  readonly enteredMs: number
  readonly enteredWith: number
  /** Issuers whose advice stands. */
  readonly standing: readonly NamedActor[]
  /** Issuers that lowered it. */
  readonly lowered: readonly NamedActor[]
  /** Maximum number of issuers whose advice stood at once. */
  readonly most: number
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  readonly triggers: Evidence
  readonly support: Evidence
}

interface ThirdPartyConvergenceState {
  readonly country: string
  /** One per issuer, in order of the fold; above the limit the oldest is dropped. */
  readonly advice: readonly Advice[]
  readonly open: ConvergenceEpisode | null
  readonly closed: readonly Finding[]
}

/** Above the number of states. */
const issuersMax = 250

export const thirdPartyConvergence: Pattern<
  ThirdPartyConvergenceParameters,
  ThirdPartyConvergenceState
> = {
  id: 'third-party-convergence',
  words: {
    says: 'Several states tell their people to leave a country within days.',
    levels: '`escalateStates` states; an ordered departure of staff.',
    ends: '`loweredMin` states lower their advice.',
    ...comesBackWithItsReports
  },
  outlastsSilence: true,
  parameters: {
    windowDays: { default: 14, unit: 'days', meaning: 'the window', source },
    statesMin: {
      default: 3,
      unit: 'states',
      meaning: 'states that tell people to leave within the window, needed for entry',
      source
    },
    escalateStates: {
      default: 4,
      unit: 'states',
      meaning: 'states with standing advice at which it escalates',
      source: 'the Sahel scenario, row 11'
    },
    loweredMin: {
      default: 2,
      unit: 'states',
      meaning: 'states that must lower their advice to end it',
      source
    },
    loweredTactics: {
      default: ['other:lowered', 'other:lifted'],
      unit: 'tactics',
      meaning: 'tactics by which an advisory lowers an earlier one',
      source: 'our choice: the words of tactics are open'
    }
  },
  looksBack: ({ windowDays }) => ({ windowDays }),
  examples: [
    {
      name: 'a third state within two weeks raises it, a fourth escalates it',
      given: [
        { at: '2025-11-10', category: 'advisory', country: 'ML', actor: 'United States' },
        { at: '2025-11-11', category: 'advisory', country: 'ML', actor: 'United Kingdom' },
        { at: '2025-11-12', category: 'advisory', country: 'ML', actor: 'Germany' },
        { at: '2025-11-14', category: 'advisory', country: 'ML', actor: 'France' }
      ],
      horizon: '2025-11-20',
      expect: [{ group: { country: 'ML' }, level: 2, open: true }]
    },
    {
      name: 'three advisories of one state count as one',
      given: [
        { at: '2025-11-10', category: 'advisory', country: 'ML', actor: 'United States' },
        { at: '2025-11-11', category: 'advisory', country: 'ML', actor: 'united states ' },
        { at: '2025-11-12', category: 'advisory', country: 'ML', actor: 'Germany' }
      ],
      horizon: '2025-11-20',
      expect: []
    },
    {
      name: 'an ordered departure of staff escalates it',
      given: [
        { at: '2025-11-10', category: 'advisory', country: 'ML', actor: 'United States' },
        { at: '2025-11-11', category: 'advisory', country: 'ML', actor: 'United Kingdom' },
        { at: '2025-11-12', category: 'advisory', country: 'ML', actor: 'Germany' },
        {
          at: '2025-11-13',
          category: 'advisory',
          tactics: ['ordered-departure'],
          country: 'ML',
          actor: 'Germany'
        }
      ],
      horizon: '2025-11-20',
      expect: [{ group: { country: 'ML' }, level: 2, open: true }]
    },
    {
      name: 'two states that lower their advice end it',
      given: [
        { at: '2025-11-10', category: 'advisory', country: 'ML', actor: 'United States' },
        { at: '2025-11-11', category: 'advisory', country: 'ML', actor: 'United Kingdom' },
        { at: '2025-11-12', category: 'advisory', country: 'ML', actor: 'Germany' },
        {
          at: '2026-01-12',
          category: 'advisory',
          tactics: ['other:lowered'],
          country: 'ML',
          actor: 'Germany'
        },
        {
          at: '2026-02-12',
          category: 'advisory',
          tactics: ['other:lowered'],
          country: 'ML',
          actor: 'United Kingdom'
        }
      ],
      horizon: '2026-03-01',
      expect: [{ group: { country: 'ML' }, level: 1, open: false }]
    }
  ],
  scopesOf: incident => (isAdvisory(incident) ? countriesOf(incident) : []),
  initial: scope => ({
    country: scope.replace(/^drill\//, ''),
    advice: [],
    open: null,
    closed: []
  }),
  step: (state, incident, parameters) => {
    if (!incident.passesGrade) return supported(state, incident)
    if (isLowering(incident, parameters)) return lowered(state, incident, parameters)
    // Advice dated to an interval longer than the window only supports.
    return isLongerThan(incident, parameters.windowDays)
      ? supported(state, incident)
      : advised(state, incident, parameters)
  },
  findings: ({ country, open, closed }, _horizonMs, parameters) =>
    open ? [...closed, describeOpen(country, open, parameters)] : closed,
  nearly: (state, horizonMs, parameters) => nearConvergence(state, horizonMs, parameters),
  nextChangeMs: () => null,
  forget: (state, beforeMs) => {
    // No window still to come contains what ended a year before the base.
    const isYoung = (a: Advice) => a.incident.toMs >= beforeMs - 366 * dayMs
    const closed = notEndedBefore(state.closed, beforeMs)
    if (state.advice.every(isYoung) && closed === state.closed) return state
    return { ...state, advice: state.advice.filter(isYoung), closed }
  }
}

/** Near miss: one state less than needed, within the window. */
function nearConvergence(
  { country, advice, open }: ThirdPartyConvergenceState,
  horizonMs: number,
  { statesMin, windowDays }: ThirdPartyConvergenceParameters
): readonly NearMiss[] {
  const young = advice.filter(a => a.incident.toMs > horizonMs - windowDays * dayMs)
  if (open !== null || young.length === 0 || young.length < statesMin - 1) return []
  return [
    {
      group: { country },
      measure: { name: 'states', value: young.length, threshold: statesMin, baseline: null },
      lacks: `one more state; so far ${young.map(a => a.issuer.name).join(', ')}`,
      incidents: [...new Set(young.map(a => a.incident))].sort(compareIncidents)
    }
  ]
}

/** To order one's own staff out is advice too, and stronger. */
function isAdvisory(incident: Incident): boolean {
  return incident.category === 'advisory' || isOrderedDeparture(incident)
}

function isOrderedDeparture(incident: Incident): boolean {
  return incident.tactics.includes('ordered-departure')
}

function isLowering(incident: Incident, parameters: ThirdPartyConvergenceParameters): boolean {
  return incident.tactics.some(tactic => parameters.loweredTactics.includes(tactic))
}

/** Scopes are countries, drills kept apart. */
function countriesOf(incident: Incident): string[] {
  const countries = new Set(placesOf(incident).flatMap(place => place.country ?? []))
  return [...countries].map(country => (incident.drill ? `drill/${country}` : country))
}

/**
 * Who gives the advice: the actors in the role of issuer; else the actors without a role; else each
 * independent source for itself. An actor with another role is what the advice is about, such as an
 * armed group that is warned of.
 */
function issuersOf(incident: Incident): readonly NamedActor[] {
  const issuers = actorsOfRole(incident, 'issuer')
  if (issuers.length > 0) return issuers
  const actors = named(incident.actors.flatMap(({ name, role }) => (role === null ? [name] : [])))
  return actors.length > 0 ? actors : named(incident.origins)
}

function without(
  actors: readonly NamedActor[],
  gone: readonly NamedActor[]
): readonly NamedActor[] {
  return actors.filter(a => gone.every(g => g.key !== a.key))
}

function supported(
  state: ThirdPartyConvergenceState,
  incident: Incident
): ThirdPartyConvergenceState {
  return state.open
    ? { ...state, open: { ...state.open, support: withSupport(state.open.support, incident) } }
    : state
}

function advised(
  state: ThirdPartyConvergenceState,
  incident: Incident,
  parameters: ThirdPartyConvergenceParameters
): ThirdPartyConvergenceState {
  const issuers = issuersOf(incident)
  const kept = state.advice.filter(a => issuers.every(i => i.key !== a.issuer.key))
  const advice = [...kept, ...issuers.map(issuer => ({ issuer, incident }))].slice(-issuersMax)
  if (state.open)
    return { ...state, advice, open: grown(state.open, incident, issuers, parameters) }
  const windowFromMs = incident.fromMs - parameters.windowDays * dayMs
  const young = advice.filter(a => a.incident.toMs > windowFromMs)
  if (young.length < parameters.statesMin) return { ...state, advice }
  return { ...state, advice, open: entered(young, incident.fromMs, parameters) }
}

function entered(
  young: readonly Advice[],
  atMs: number,
  parameters: ThirdPartyConvergenceParameters
): ConvergenceEpisode {
  const triggers = evidenceOf(young.map(a => a.incident))
  const many = young.length >= parameters.escalateStates
  const departed = triggers.kept.some(isOrderedDeparture)
  return {
    fromMs: Math.min(...triggers.kept.map(i => i.fromMs)),
    enteredMs: atMs,
    enteredWith: young.length,
    standing: young.map(a => a.issuer),
    lowered: [],
    most: young.length,
    marks: [
      ...(many ? [{ atMs, reason: manyStates(parameters) }] : []),
      ...(departed ? [{ atMs, reason: orderedDeparture }] : [])
    ],
    triggers,
    support: noEvidence
  }
}

const orderedDeparture = 'staff ordered to leave'

function manyStates(parameters: ThirdPartyConvergenceParameters): string {
  return `${parameters.escalateStates} states`
}

function grown(
  open: ConvergenceEpisode,
  incident: Incident,
  issuers: readonly NamedActor[],
  parameters: ThirdPartyConvergenceParameters
): ConvergenceEpisode {
  const fresh = without(issuers, open.standing)
  const standing = [...open.standing, ...fresh].slice(-issuersMax)
  const reached = new Set(open.marks.map(m => m.reason))
  const reasons = [
    ...(standing.length >= parameters.escalateStates ? [manyStates(parameters)] : []),
    ...(isOrderedDeparture(incident) ? [orderedDeparture] : [])
  ].filter(reason => !reached.has(reason))
  const moves = fresh.length > 0 || reasons.length > 0
  const evidence = moves
    ? { triggers: addEvidence(open.triggers, incident) }
    : { support: withSupport(open.support, incident) }
  return {
    ...open,
    standing,
    lowered: without(open.lowered, issuers),
    most: Math.max(open.most, standing.length),
    marks: [...open.marks, ...reasons.map(reason => ({ atMs: incident.fromMs, reason }))],
    ...evidence
  }
}

function lowered(
  state: ThirdPartyConvergenceState,
  incident: Incident,
  parameters: ThirdPartyConvergenceParameters
): ThirdPartyConvergenceState {
  const issuers = issuersOf(incident)
  const advice = state.advice.filter(a => issuers.every(i => i.key !== a.issuer.key))
  if (!state.open) return { ...state, advice }
  // Only issuers with standing advice in this episode can lower it.
  const backing = state.open.standing.filter(a => issuers.some(i => i.key === a.key))
  if (backing.length === 0) return supported({ ...state, advice }, incident)
  const open: ConvergenceEpisode = {
    ...state.open,
    standing: without(state.open.standing, backing),
    lowered: [...state.open.lowered, ...backing].slice(-issuersMax),
    triggers: addEvidence(state.open.triggers, incident)
  }
  if (open.lowered.length < parameters.loweredMin) return { ...state, advice, open }
  // Advice given before the end does not open another episode.
  const ended = describe(state.country, open, incident.fromMs, parameters)
  return { ...state, advice: [], open: null, closed: [...state.closed, ended] }
}

const described = recentCache<ConvergenceEpisode, Finding>(64)

/** The finding of an open episode; an unchanged episode gives the same object. */
function describeOpen(
  country: string,
  open: ConvergenceEpisode,
  parameters: ThirdPartyConvergenceParameters
): Finding {
  return described(open, () => describe(country, open, null, parameters))
}

function describe(
  country: string,
  open: ConvergenceEpisode,
  toMs: number | null,
  parameters: ThirdPartyConvergenceParameters
): Finding {
  const { windowDays, statesMin, loweredMin } = parameters
  const names = [...open.standing, ...open.lowered].map(a => statedName(a.name))
  const backed =
    open.lowered.length === 0
      ? ''
      : ` ${listOf(open.lowered.map(a => statedName(a.name)))} ${open.lowered.length === 1 ? 'has' : 'have'} since lowered their advice.`
  return {
    group: { country, ...(open.triggers.kept[0]?.drill ? { drill: 'true' } : {}) },
    // A country does not identify a situation.
    situation: null,
    fromMs: open.fromMs,
    toMs,
    levels: numberLevels([
      { atMs: open.enteredMs, reason: countedText(open.enteredWith, 'state') },
      ...open.marks
    ]),
    measure: {
      name: 'states that tell their citizens to leave',
      value: open.most,
      threshold: statesMin,
      baseline: null
    },
    triggers: open.triggers.kept,
    support: open.support.kept,
    omitted: open.triggers.omitted + open.support.omitted,
    headline:
      toMs === null
        ? `${open.most === 1 ? '1 state tells its' : `${open.most} states tell their`} citizens to leave ${countryName(country)}: ${listOf(names, 6)}`
        : `${open.lowered.length} of ${names.length} states have lowered their advice to leave ${countryName(country)}`,
    explanation:
      `${open.enteredWith === 1 ? '1 state told its' : `${open.enteredWith} states told their`} citizens to leave ${countryName(country)} ${spanWords(open.fromMs, open.enteredMs)}. ` +
      `Threshold: ${statesMin} within ${countedText(windowDays, 'day')}.${backed} ` +
      `The alert ends when ${loweredMin === 1 ? '1 state has lowered its' : `${loweredMin} states have lowered their`} advice. Advice stands even if it is not repeated.` +
      wholeIntervalNote(open.triggers.kept, unlessTooLong)
  }
}
