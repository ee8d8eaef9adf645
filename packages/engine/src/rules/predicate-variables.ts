// What the author of a predicate sees of an incident: a table of variables, and their values for one
// incident.

import type { Incidents } from '../data/incidents.ts'
import { dayMs } from '../data/time.ts'
import {
  categories,
  flag,
  getCategoryName,
  handlings,
  listTacticNames,
  tactics
} from '../data/vocabulary.ts'

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

/** Numbers of deaths. A class, because CEL finds its fields by it. */
export class Deaths {
  readonly low: bigint | null
  readonly best: bigint | null
  readonly high: bigint | null
  constructor({ columns }: Incidents, row: number) {
    this.low = readCount(columns.low[row]!)
    this.best = readCount(columns.best[row]!)
    this.high = readCount(columns.high[row]!)
  }
}

/** Numbers and kinds of persons, never identities. */
export class Persons {
  readonly count: bigint
  readonly kinds: readonly string[]
  readonly roles: readonly string[]
  constructor(incidents: Incidents, row: number) {
    const people = incidents.listPeople(row)
    const [kinds, roles] = [people.map(({ kind }) => kind), people.map(({ role }) => role)]
    this.count = BigInt(people.length)
    this.kinds = readTexts(incidents, kinds)
    this.roles = readTexts(incidents, roles)
  }
}

/** How each variable is read: a predicate reads few. */
const readers: Readonly<Record<string, (incidents: Incidents, row: number) => unknown>> = {
  category: ({ columns }, row) => getCategoryName(columns.category[row]!),
  tactics: (incidents, row) => [
    ...listTacticNames(incidents.columns.tactics[row]!),
    ...readTexts(incidents, incidents.listOtherTactics(row))
  ],
  country: (incidents, row) => readText(incidents, incidents.columns.country[row]!),
  admin1: (incidents, row) => readText(incidents, incidents.columns.admin1[row]!),
  settlement: (incidents, row) =>
    readText(
      incidents,
      incidents.reports.settlementNames.get(incidents.columns.settlement[row]!) ?? -1
    ),
  settlementId: (incidents, row) => readText(incidents, incidents.columns.settlement[row]!),
  seat: ({ columns }, row) => readSeat(columns.flags[row]!),
  neighbours: (incidents, row) =>
    readTexts(incidents, incidents.reports.neighbourAreas.get(incidents.columns.admin1[row]!)),
  areaCertain: hasFlag(flag.areaCertain),
  lat: ({ columns, sites }, row) => sites.lat[columns.site[row]!] ?? null,
  lon: ({ columns, sites }, row) => sites.lon[columns.site[row]!] ?? null,
  radiusKm: ({ columns }, row) => (Number.isNaN(columns.km[row]!) ? null : columns.km[row]!),
  places: (incidents, row) => BigInt(incidents.listPlaces(row).length),
  countries: (incidents, row) => readPlaces(incidents, row, 'country'),
  areas: (incidents, row) => readPlaces(incidents, row, 'admin1'),
  settlements: (incidents, row) => readPlaces(incidents, row, 'settlement'),
  actors: (incidents, row) => {
    const { all } = incidents.listActors(row)
    return [...new Set(readTexts(incidents, all).map(name => name.trim().toLowerCase()))]
  },
  perpetrators: (incidents, row) => readTexts(incidents, incidents.listActors(row).perpetrators),
  targets: (incidents, row) => readTexts(incidents, incidents.listTargets(row)),
  deaths: (incidents, row) => new Deaths(incidents, row),
  credibility: ({ columns }, row) => BigInt(columns.credibility[row]!),
  gradeKnown: hasFlag(flag.gradeKnown),
  passesGrade: hasFlag(flag.usableGrade),
  sources: (incidents, row) => BigInt(incidents.getOrigins(row).length),
  handling: ({ columns }, row) => handlings[columns.handling[row]!],
  persons: (incidents, row) => new Persons(incidents, row),
  exact: hasFlag(flag.exactTime),
  days: readDays,
  drill: hasFlag(flag.drill)
}

/** The variables of an incident, read when they are asked for. */
export class IncidentValues {
  readonly #incidents: Incidents
  readonly #row: number

  constructor(incidents: Incidents, row: number) {
    this.#incidents = incidents
    this.#row = row
  }

  static {
    for (const [name, read] of Object.entries(readers))
      Object.defineProperty(IncidentValues.prototype, name, {
        enumerable: true,
        get(this: IncidentValues) {
          const value = read(this.#incidents, this.#row)
          if (Array.isArray(value) && value.length > listMax)
            throw new RangeError(`it has more than ${listMax} ${name}`)
          return value
        }
      })
  }
}

/** Whole numbers become CEL integers, so that they compare with the numbers that authors write. */
function readCount(count: number): bigint | null {
  return count < 0 ? null : BigInt(count)
}

function readText({ reports }: Incidents, number: number): string {
  return reports.names.getText(number)
}

function readTexts(incidents: Incidents, numbers: readonly number[] = []): string[] {
  const known = new Set(numbers.filter(number => number >= 0))
  return [...known].map(number => readText(incidents, number))
}

function readPlaces(
  incidents: Incidents,
  row: number,
  column: 'country' | 'admin1' | 'settlement'
): string[] {
  const values = incidents.listPlaces(row).map(place => place[column])
  return readTexts(incidents, values)
}

function hasFlag(bit: number): (incidents: Incidents, row: number) => boolean {
  return ({ columns }, row) => (columns.flags[row]! & bit) !== 0
}

function readSeat(flags: number): string {
  if ((flags & flag.capital) !== 0) return 'country'
  if ((flags & flag.areaSeat) !== 0) return 'admin1'
  return (flags & flag.seat) !== 0 ? 'admin2' : ''
}

/** Of an instant, the length that its best exact report states. */
function readDays(incidents: Incidents, row: number): number {
  const { columns, reports } = incidents
  if ((columns.flags[row]! & flag.exactTime) === 0)
    return columns.toDay[row]! - columns.fromDay[row]! + 1
  const { flags, fromMs, toMs } = reports.columns
  const members = incidents.listDeciding(row)
  const exact = members.find(member => (flags[member]! & flag.exactTime) !== 0) ?? row
  return (toMs[exact]! - fromMs[exact]!) / dayMs
}
