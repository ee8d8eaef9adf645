// What an incident says became of people: taken, killed, found dead, freed, or seen alive. By the
// keys of their names, never by the names; if no person is given, by the kind of incident.

import type { Incident } from '../../incident/incident.ts'
import type { PersonKey, UnnamedPerson } from '../../report/report.ts'

export type Fate = 'taken' | 'killed' | 'found-dead' | 'freed' | 'seen-alive'

export interface PersonFate {
  readonly fate: Fate
  /** All keys of the person in this incident, aliases included; empty if nobody is named. */
  readonly keys: readonly string[]
  /** `public-figure`, `aid-worker` and so on; the incident's targets if nobody is named. */
  readonly kinds: readonly string[]
}

const fateByRole: Readonly<Record<string, Fate>> = {
  abducted: 'taken',
  kidnapped: 'taken',
  killed: 'killed',
  executed: 'killed',
  dead: 'killed',
  released: 'freed',
  freed: 'freed',
  escaped: 'freed'
}
/** Roles of people who are named in a report without being its victims. */
const bystanders: ReadonlySet<string> = new Set([
  'perpetrator',
  'captor',
  'negotiator',
  'mediator',
  'witness',
  'source',
  'author',
  'relative',
  'spokesperson',
  'official'
])

/**
 * From this number of people on, fates are cached: scopes, steps and waiting incidents ask for them
 * again.
 */
const manyPersons = 16
const known = new WeakMap<Incident, readonly PersonFate[]>()
const noFates: readonly PersonFate[] = []

/** The fates of an incident, one per person; one without names if no person is given. Pure. */
export function fatesOf(incident: Incident): readonly PersonFate[] {
  // Most incidents tell of nobody.
  if (incident.persons.length === 0 && incident.unnamed === undefined && fateOf(incident) === null)
    return noFates
  if (incident.persons.length < manyPersons) return makeFates(incident)
  const fates = known.get(incident) ?? makeFates(incident)
  known.set(incident, fates)
  return fates
}

function makeFates(incident: Incident): readonly PersonFate[] {
  const usual = fateOf(incident)
  const victims = incident.persons.filter(isVictim)
  const unnamed = (incident.unnamed ?? []).filter(isVictim)
  const fates: PersonFate[] = []
  for (const person of victims) {
    const fate = fateOfPerson(person, usual, incident)
    if (fate !== null)
      fates.push({
        fate,
        keys: keysOf(person),
        kinds: person.kind === null ? nothing : [singular(person.kind)]
      })
  }
  if (unnamed.length > 0) return [...fates, ...namelessFates(unnamed, usual, incident)]
  if (victims.length > 0) return fates
  return usual === null ? [] : [{ fate: usual, keys: [], kinds: incident.targets.map(singular) }]
}

function isVictim({ role }: UnnamedPerson): boolean {
  return !bystanders.has(normal(role ?? ''))
}

function fateOfPerson(
  { role }: UnnamedPerson,
  usual: Fate | null,
  incident: Incident
): Fate | null {
  const own = fateByRole[normal(role ?? '')]
  return own === undefined || tellsMore(usual, own, incident) ? usual : own
}

/**
 * One per fate: people without names are told apart by place and time alone, so that more of them
 * would add nothing.
 */
function namelessFates(
  unnamed: readonly UnnamedPerson[],
  usual: Fate | null,
  incident: Incident
): readonly PersonFate[] {
  const kindsByFate = new Map<Fate, Set<string>>()
  for (const person of unnamed) {
    const fate = fateOfPerson(person, usual, incident)
    if (fate === null) continue
    const kinds = kindsByFate.get(fate) ?? new Set()
    kindsByFate.set(fate, kinds)
    for (const kind of person.kind === null ? incident.targets : [person.kind])
      kinds.add(singular(kind))
  }
  return [...kindsByFate].map(([fate, kinds]) => ({ fate, keys: [], kinds: [...kinds] }))
}

/**
 * True if the incident's kind says more than the person's role: a body that was found is that of
 * somebody killed, and of an abducted person a report of a killing or a release states the outcome.
 */
function tellsMore(usual: Fate | null, own: Fate, { category }: Incident): boolean {
  if (own === 'killed') return usual === 'found-dead'
  return own === 'taken' && (category === 'killing' || usual === 'freed')
}

/** The fate that the kind of incident implies. */
function fateOf({ category, tactics }: Incident): Fate | null {
  if (tactics.includes('other:body-found')) return 'found-dead'
  if (category === 'killing' || tactics.includes('execution')) return 'killed'
  if (category === 'release') return 'freed'
  if (category === 'abduction') return 'taken'
  return tactics.includes('hostage-video') ? 'seen-alive' : null
}

function keysOf({ key, aliasKeys }: PersonKey): readonly string[] {
  return aliasKeys.length === 0 ? [key] : [...new Set([key, ...aliasKeys])]
}

const nothing: readonly string[] = []

/** The singular form: `Aid workers` and `aid_worker` are one kind. */
function singular(kind: string): string {
  return normal(kind).replace(/s$/, '')
}

/** As most roles are, and those of a list of thousands. */
const isNormal = /^[a-z0-9-]*$/

function normal(text: string): string {
  if (isNormal.test(text)) return text
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
}
