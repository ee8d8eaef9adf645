// The story of a repeat: how it begins, how each attack moves it, and its finding.

import { addEvidence } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { situationAt } from '../../finding/situation.ts'
import { ToldFinding } from '../../finding/told-finding.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { cellOf, type Point } from '../../space-time/geometry.ts'
import { type Evidence, evidenceOf } from '../episode/episode-evidence.ts'
import {
  counting,
  evidenceWith,
  type HiddenCount,
  noneBeside,
  telling,
  withTrigger
} from '../episode/hidden-count.ts'
import { namedPerpetrators } from '../episode/named-perpetrators.ts'
import { namesMore } from '../episode/named-support.ts'
import {
  besidePlace,
  capitalised,
  countedText,
  pointName,
  spanWords,
  statedName,
  unlessTooLong,
  wholeIntervalNote
} from '../episode/wording.ts'
import { type NearRepeatParameters, type RepeatReach, reachOf } from './near-repeat-parameters.ts'
import { cellDegrees, type RepeatAttack } from './repeat-attack.ts'

/** What an episode is from its first moment to its last. Plain data. */
export interface Spot extends Point {
  /** Id of the attack that opened it. */
  readonly id: string
  readonly place: string
  readonly kind: Incident['category']
  readonly isExplosion: boolean
  readonly actors: readonly string[]
  readonly drill: boolean
  readonly enteredMs: number
}

/** An episode before the first of the rows that joined it. Plain data. */
export interface Beginning {
  readonly fromMs: number
  /** Perpetrator of all attacks that it began with; null if they have none in common. */
  readonly actorName: string | null
  readonly stand: Stand
  /** Ends of its attacks within the last window, at most `recentMax`. */
  readonly recentMs: readonly number[]
  /** Number of attacks that only support it. */
  readonly supporters: number
}

/** An episode after an attack. Plain data. */
export interface Stand {
  readonly lastMs: number
  /** Most attacks within a window, at most `recentMax`. */
  readonly most: number
  readonly marks: readonly Mark[]
  readonly triggers: Evidence
  /** Support, up to the limit of what is named. */
  readonly named: readonly Incident[]
  /** What the windows count besides the triggers. */
  readonly hidden: HiddenCount
}

interface Mark {
  readonly atMs: number
  readonly reason: string
}

/**
 * Maximum number of attacks counted in one window: no decision needs more, and the alert says `at
 * least`.
 */
export const recentMax = 60

export function spotOf(row: RepeatAttack, { lat, lon }: Point): Spot {
  const { incident, isExplosion, actors, fromMs } = row
  const { id, category, drill } = incident
  return {
    id,
    lat,
    lon,
    place: placeAt(incident, { lat, lon }),
    kind: category,
    isExplosion,
    actors,
    drill,
    enteredMs: fromMs
  }
}

export function placeAt(incident: Incident, { lat, lon }: Point): string {
  const place = placesOf(incident).find(p => p.lat === lat && p.lon === lon)
  const name = place === undefined ? null : pointName(place)
  return name ?? `${lat.toFixed(2)}, ${lon.toFixed(2)}`
}

/** `near`: the attacks that waited, in order of the fold. */
export function beginningOf(
  row: RepeatAttack,
  near: readonly RepeatAttack[],
  parameters: NearRepeatParameters
): Beginning {
  const { fromMs, incident, isExplosion } = row
  const members = [...near, row]
  const shared = isExplosion ? [] : namedPerpetrators(incident, parameters.genericActors)
  const youngAfterMs = fromMs - reachOf(isExplosion, parameters).days * dayMs
  const marks = [
    ...(members.length > parameters.incidentsMin
      ? [{ atMs: fromMs, reason: oneMore(parameters) }]
      : []),
    ...(members.some(isFatal) ? [{ atMs: fromMs, reason: fatal }] : [])
  ]
  const incidents = members.map(member => member.incident)
  return {
    fromMs: members.reduce((least, member) => Math.min(least, member.fromMs), fromMs),
    actorName:
      shared.find(({ key }) => near.every(({ actors }) => actors.includes(key)))?.name ?? null,
    stand: {
      lastMs: members.reduce((last, { toMs }) => Math.max(last, toMs), fromMs),
      most: members.length,
      marks,
      triggers: evidenceOf(incidents),
      named: [],
      hidden: noneBeside(incidents)
    },
    recentMs: members.map(({ toMs }) => toMs).filter(ms => ms > youngAfterMs),
    supporters: 0
  }
}

/**
 * What an attack makes of an episode; `count`: those of its window. The same object if it only
 * supports, and is not named.
 */
export function standAfter(
  stand: Stand,
  row: RepeatAttack,
  count: number,
  parameters: NearRepeatParameters
): Stand {
  if (!row.mayTrigger) return withNamed(stand, row)
  const { incident } = row
  const hidden = counting(
    stand.hidden,
    incident,
    row.fromMs - reachOf(row.isExplosion, parameters).days * dayMs
  )
  const most = Math.max(stand.most, Math.min(count, recentMax))
  const reasons = freshReasons(stand.marks, row, parameters)
  const lastMs = Math.max(stand.lastMs, row.toMs)
  if (reasons.length === 0 && most === stand.most)
    return withNamed(
      lastMs === stand.lastMs && hidden === stand.hidden ? stand : { ...stand, lastMs, hidden },
      row
    )
  return {
    lastMs,
    most,
    marks:
      reasons.length === 0
        ? stand.marks
        : [...stand.marks, ...reasons.map(reason => ({ atMs: row.fromMs, reason }))],
    triggers: addEvidence(stand.triggers, incident),
    named: stand.named,
    hidden: most > stand.most ? telling(hidden, incident) : withTrigger(hidden, incident)
  }
}

/** Those of an attack that no mark tells yet. */
function freshReasons(
  marks: readonly Mark[],
  row: RepeatAttack,
  parameters: NearRepeatParameters
): readonly string[] {
  // There are two.
  if (marks.length === 2) return noReasons
  const reasons = isFatal(row) ? [oneMore(parameters), fatal] : [oneMore(parameters)]
  return marks.length === 0
    ? reasons
    : reasons.filter(reason => marks.every(mark => mark.reason !== reason))
}

const noReasons: readonly string[] = []

function withNamed(stand: Stand, { incident }: RepeatAttack): Stand {
  return namesMore({ kept: stand.named, omitted: 0 }, incident)
    ? { ...stand, named: [...stand.named, incident] }
    : stand
}

/** True if deaths are certain or likely; a highest figure alone does not show that anybody died. */
function isFatal({ incident }: RepeatAttack): boolean {
  const { low, best } = incident.fatalities
  return (low ?? 0) >= 1 || (best ?? 0) >= 1
}

const fatal = 'fatalities reported'

function oneMore({ incidentsMin }: NearRepeatParameters): string {
  return `${incidentsMin + 1} attacks`
}

/** The group of an episode that began there. */
export function groupOf({
  place,
  kind,
  isExplosion,
  drill,
  ...point
}: Omit<Spot, 'id' | 'actors' | 'enteredMs'>): Finding['group'] {
  return {
    near: place,
    cell: cellOf(point, cellDegrees),
    kind: isExplosion ? 'explosion' : kind,
    ...(drill ? { drill: 'true' } : {})
  }
}

export function measureNameOf(isExplosion: boolean, { km, days }: RepeatReach): string {
  return `${isExplosion ? 'explosions' : 'attacks'} within ${km} km and ${days} days`
}

/** An episode as its finding tells it. */
export interface Told {
  readonly spot: Spot
  readonly beginning: Beginning
  readonly stand: Stand
  readonly supporters: number
  /** When it ends if nothing else comes. */
  readonly closesMs: number
  readonly isEnded: boolean
}

/** What a growing episode says in one version and mostly in the next: its words are made once. */
type Telling = Pick<Finding, 'levels' | 'measure' | 'headline' | 'explanation'>

export interface Said {
  readonly of: Told
  readonly finding: Finding
  readonly telling: Telling
}

/** `before`: what it said last, for what it says again. */
export function describe(told: Told, parameters: NearRepeatParameters, before: Said | null): Said {
  const { spot, beginning, stand, supporters, closesMs, isEnded } = told
  const { triggers, named, hidden } = stand
  const counted = {
    triggers: triggers.kept,
    support: named,
    omitted: triggers.omitted + supporters - named.length
  }
  const evidence = evidenceWith(hidden, counted)
  const isTold =
    before !== null &&
    before.finding.triggers === evidence.triggers &&
    isWordedAlike(before.of, told)
  const telling = isTold ? before.telling : tellingOf(told, evidence.triggers, parameters)
  const { km } = reachOf(spot.isExplosion, parameters)
  const plain = {
    group: before?.finding.group ?? groupOf(spot),
    situation: situationAt(
      evidence.triggers[0],
      km,
      closesMs,
      spot.isExplosion ? 'explosion' : spot.kind
    ),
    fromMs: beginning.fromMs,
    toMs: isEnded ? closesMs : null,
    levels: telling.levels,
    measure: telling.measure,
    ...evidence
  }
  return { of: told, finding: new ToldFinding(plain, () => telling), telling }
}

/** With the same triggers, they say the same of one spot. */
function isWordedAlike(a: Told, b: Told): boolean {
  return (
    a.isEnded === b.isEnded &&
    (!b.isEnded || a.closesMs === b.closesMs) &&
    a.stand.most === b.stand.most &&
    a.stand.marks === b.stand.marks &&
    a.beginning.fromMs === b.beginning.fromMs &&
    a.beginning.actorName === b.beginning.actorName
  )
}

function tellingOf(
  { spot, beginning, stand, closesMs, isEnded }: Told,
  triggers: readonly Incident[],
  parameters: NearRepeatParameters
): Telling {
  const { fromMs, actorName } = beginning
  const { enteredMs, isExplosion, place } = spot
  const { most, marks } = stand
  const { incidentsMin } = parameters
  const { km, days } = reachOf(isExplosion, parameters)
  const attacks = isExplosion ? 'explosions' : 'attacks'
  const mostWords = most < recentMax ? String(most) : `at least ${recentMax}`
  const isUsual = closesMs >= enteredMs + parameters.longestDays * dayMs
  const by = () => (actorName === null ? '' : ` by ${statedName(actorName)}`)
  let headline: string | null = null
  let explanation: string | null = null
  return {
    levels: numberLevels([{ atMs: enteredMs, reason: `${incidentsMin} ${attacks}` }, ...marks]),
    measure: {
      name: measureNameOf(isExplosion, { km, days }),
      value: most,
      threshold: incidentsMin,
      baseline: null
    },
    get headline() {
      headline ??= isEnded
        ? `${capitalised(attacks)}${by()} ${besidePlace(place)} have ${isUsual ? 'become usual there' : 'stopped'}`
        : `${capitalised(attacks)}${by()} repeat ${besidePlace(place)}: ${mostWords} within ${days} days since ${formatDay(fromMs)}`
      return headline
    },
    get explanation() {
      explanation ??=
        `${capitalised(attacks)} of one kind or by one actor occurred within ${km} km of each other ${besidePlace(place)} ${spanWords(fromMs, enteredMs)}: ` +
        `${most < recentMax ? `up to ${mostWords}` : mostWords} within ${countedText(days, 'day')}. Threshold: ${incidentsMin}. ` +
        `The alert ends after ${countedText(parameters.quietDays, 'day')} without another, or after ${countedText(parameters.longestDays, 'day')}, when they count as usual there.` +
        wholeIntervalNote(triggers, unlessTooLong)
      return explanation
    }
  }
}
