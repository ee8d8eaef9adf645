// What a predicate's author sees of an incident: a table of variables, and their values for one
// incident.

import { type Incident, placesOf } from '../incident/incident.ts'
import { handlings } from '../report/handling.ts'
import { categories, tactics, type UnnamedPerson } from '../report/report.ts'
import { dayMs } from '../space-time/event-time.ts'

export type VariableType =
  | 'string'
  | 'bool'
  | 'int'
  | 'double'
  | 'list<string>'
  | 'Deaths'
  | 'Persons'
  | 'dyn'

export interface PredicateVariable {
  readonly type: VariableType
  readonly meaning: string
  /** The only texts that it can contain, if they are known; tactics also `other:` and a word. */
  readonly words?: readonly string[]
  readonly lowerCase?: boolean
}

/**
 * The variables of a predicate. An unknown text is ''. An unknown number is null: comparing it
 * fails, so test `!= null` first. Names of actors are trimmed and in lower case, so that they
 * compare equal.
 */
export const predicateVariables: Readonly<Record<string, PredicateVariable>> = {
  category: { type: 'string', meaning: 'the one category: attack, blockade, …', words: categories },
  tactics: {
    type: 'list<string>',
    meaning: 'tactics; those without a word of their own are other:<word>',
    words: tactics
  },
  country: { type: 'string', meaning: 'ISO 3166-1 alpha-2 of its first place' },
  admin1: { type: 'string', meaning: 'ISO 3166-2 of its first place' },
  settlement: { type: 'string', meaning: 'name of the settlement of its first place' },
  settlementId: {
    type: 'string',
    meaning:
      "id of that settlement in the gazetteer, as ML-4/diosso; '' where the name is ambiguous"
  },
  seat: {
    type: 'string',
    meaning: "what that settlement is the seat of: country, admin1, admin2 or ''",
    words: ['country', 'admin1', 'admin2', '']
  },
  neighbours: { type: 'list<string>', meaning: 'first-level areas that touch admin1' },
  areaCertain: { type: 'bool', meaning: 'the area is certain enough to trigger a rule by area' },
  lat: { type: 'dyn', meaning: 'degrees north of its first place, or null' },
  lon: { type: 'dyn', meaning: 'degrees east of its first place, or null' },
  radiusKm: { type: 'dyn', meaning: 'precision of its first place in km, or null' },
  places: { type: 'int', meaning: 'how many places it names' },
  countries: { type: 'list<string>', meaning: 'countries of all its places' },
  areas: { type: 'list<string>', meaning: 'first-level areas of all its places' },
  settlements: { type: 'list<string>', meaning: 'ids of the settlements of all its places' },
  actors: { type: 'list<string>', meaning: 'names of all actors, in lower case', lowerCase: true },
  perpetrators: {
    type: 'list<string>',
    meaning: 'names of the actors whose role is perpetrator, in lower case',
    lowerCase: true
  },
  targets: { type: 'list<string>', meaning: 'kinds of target' },
  deaths: { type: 'Deaths', meaning: 'low, best and high, each a number or null' },
  credibility: { type: 'int', meaning: '1 confirmed to 5 improbable; 6 cannot be judged' },
  gradeKnown: { type: 'bool', meaning: 'a report of known grade, C3 or better, speaks for it' },
  passesGrade: { type: 'bool', meaning: 'C3 or better, or of unknown grade' },
  sources: { type: 'int', meaning: 'independent sources' },
  handling: {
    type: 'string',
    meaning: 'the strictest of its reports: public, partners, internal, restricted',
    words: handlings
  },
  persons: {
    type: 'Persons',
    meaning: 'count, and the kinds and roles, of those named and of those whom nobody names'
  },
  exact: { type: 'bool', meaning: 'it has a time of day' },
  days: {
    type: 'double',
    meaning: 'length of the interval in which it happened, days; 1 for a date, 0 for an instant'
  },
  drill: { type: 'bool', meaning: 'it is an exercise' }
}

/** Fields of the variables that have some. */
export const predicateFields = {
  Deaths: { low: 'dyn', best: 'dyn', high: 'dyn' },
  Persons: { count: 'int', kinds: 'list<string>', roles: 'list<string>' }
} as const

/**
 * Maximum number of list entries passed to a predicate. A report names at most 50 persons and 20 of
 * other lists; an incident joins several.
 */
export const listMax = 64

/** Numbers of deaths in a predicate. A class, because CEL finds its fields by it. */
export class Deaths {
  readonly low: bigint | number | null
  readonly best: bigint | number | null
  readonly high: bigint | number | null
  constructor({ low, best, high }: Incident['fatalities']) {
    this.low = numberOf(low)
    this.best = numberOf(best)
    this.high = numberOf(high)
  }
}

/** Persons in a predicate: numbers and kinds, never identities. */
export class Persons {
  readonly count: bigint
  readonly kinds: readonly string[]
  readonly roles: readonly string[]
  constructor(persons: readonly UnnamedPerson[]) {
    this.count = BigInt(persons.length)
    this.kinds = distinct(persons.map(p => p.kind))
    this.roles = distinct(persons.map(p => p.role))
  }
}

export type PredicateValues = Readonly<Record<string, unknown>>

/** The values of all variables for one incident. Throws RangeError if a list exceeds `listMax`. */
export function valuesOf(incident: Incident): PredicateValues {
  const { tactics, place, alsoAt, actors, targets } = incident
  const longest = Math.max(
    tactics.length,
    place.neighbours.length,
    alsoAt.length + 1,
    actors.length,
    targets.length
  )
  if (longest > listMax) checkLists(incident)
  return new IncidentValues(incident) as unknown as PredicateValues
}

/** A name in the form in which actors are compared. */
export function normalName(name: string): string {
  return name.trim().toLowerCase()
}

/**
 * How each variable is read of an incident. A predicate reads few, and most incidents are asked
 * once.
 */
const readers: Readonly<Record<string, (incident: Incident) => unknown>> = {
  category: i => i.category,
  tactics: i => i.tactics,
  country: i => i.place.country ?? '',
  admin1: i => i.place.admin1 ?? '',
  settlement: i => i.place.settlementName ?? '',
  settlementId: i => i.place.settlement ?? '',
  seat: i => i.place.seat ?? '',
  neighbours: i => i.place.neighbours,
  areaCertain: i => i.place.areaCertain,
  lat: i => i.place.lat,
  lon: i => i.place.lon,
  radiusKm: i => i.place.radiusKm,
  places: i => BigInt(placesOf(i).length),
  countries: i => distinct(placesOf(i).map(p => p.country)),
  areas: i => distinct(placesOf(i).map(p => p.admin1)),
  settlements: i => distinct(placesOf(i).map(p => p.settlement)),
  actors: i => distinct(i.actors.map(a => normalName(a.name))),
  perpetrators: i =>
    distinct(i.actors.flatMap(a => (a.role === 'perpetrator' ? normalName(a.name) : []))),
  targets: i => i.targets,
  deaths: i => new Deaths(i.fatalities),
  credibility: i => BigInt(i.credibility),
  gradeKnown: i => i.gradeKnown,
  passesGrade: i => i.passesGrade,
  sources: i => BigInt(i.origins.length),
  handling: i => i.handling,
  persons: i => new Persons(i.unnamed === undefined ? i.persons : [...i.persons, ...i.unnamed]),
  exact: i => i.exact,
  days: i => (i.toMs - i.fromMs + (i.exact ? 0 : 1)) / dayMs,
  drill: i => i.drill
}

class IncidentValues {
  readonly #incident: Incident

  constructor(incident: Incident) {
    this.#incident = incident
  }

  static {
    for (const [name, read] of Object.entries(readers)) {
      Object.defineProperty(IncidentValues.prototype, name, {
        enumerable: true,
        get(this: IncidentValues) {
          return read(this.#incident)
        }
      })
    }
  }
}

function checkLists(incident: Incident): void {
  for (const [name, read] of Object.entries(readers)) {
    const value = read(incident)
    if (Array.isArray(value) && value.length > listMax)
      throw new RangeError(`it has more than ${listMax} ${name}`)
  }
}

/**
 * Whole numbers become CEL integers, so that they compare and add with the numbers that authors
 * write.
 */
function numberOf(n: number | null): bigint | number | null {
  return n !== null && Number.isInteger(n) ? BigInt(n) : n
}

function distinct(texts: readonly (string | null)[]): readonly string[] {
  return [...new Set(texts.filter(text => text !== null))]
}
