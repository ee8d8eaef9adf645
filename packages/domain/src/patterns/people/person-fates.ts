// What an incident says became of people: taken, killed, found dead, freed, or seen alive. By the keys of their names, never by the names; where no person is
// given, by the kind of incident.

import type { Incident } from '../../incident/incident.ts'
import type { PersonKey, UnnamedPerson } from '../../report/report.ts'

export type Fate = 'taken' | 'killed' | 'found-dead' | 'freed' | 'seen-alive'

export interface PersonFate {
  readonly fate: Fate
  /** All keys of the person in this incident, aliases among them; empty where nobody is named. */
  readonly keys: readonly string[]
  /** `public-figure`, `aid-worker`, …; what the incident's targets say where nobody is named. */
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
/** Who is named in a report without being its victim. */
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

/** Of so many people the fates are made once: scopes, steps and what waits ask for them again. */
const manyPersons = 16
const known = new WeakMap<Incident, readonly PersonFate[]>()

/** The fates of an incident, one for each person; one of nobody in particular where none is given. Pure. */
export function fatesOf(incident: Incident): readonly PersonFate[] {
  if (incident.persons.length < manyPersons) return makeFates(incident)
  const fates = known.get(incident) ?? makeFates(incident)
  known.set(incident, fates)
  return fates
}

function makeFates(incident: Incident): readonly PersonFate[] {
  const usual = fateOf(incident)
  const victims = incident.persons.filter(isVictim)
  const unnamed = (incident.unnamed ?? []).filter(isVictim)
  const fates = victims.flatMap(p => {
    const fate = fateOfPerson(p, usual, incident)
    return fate === null ? [] : [{ fate, keys: keysOf(p), kinds: p.kind === null ? [] : [singular(p.kind)] }]
  })
  if (unnamed.length > 0) return [...fates, ...namelessFates(unnamed, usual, incident)]
  if (victims.length > 0) return fates
  return usual === null ? [] : [{ fate: usual, keys: [], kinds: incident.targets.map(singular) }]
}

function isVictim({ role }: UnnamedPerson): boolean {
  return !bystanders.has(normal(role ?? ''))
}

function fateOfPerson({ role }: UnnamedPerson, usual: Fate | null, incident: Incident): Fate | null {
  const own = fateByRole[normal(role ?? '')]
  return own === undefined || tellsMore(usual, own, incident) ? usual : own
}

/** One for each fate: people whom nobody names are told apart by place and time alone, so more of them would say no more. */
function namelessFates(unnamed: readonly UnnamedPerson[], usual: Fate | null, incident: Incident): readonly PersonFate[] {
  const kindsByFate = new Map<Fate, Set<string>>()
  for (const person of unnamed) {
    const fate = fateOfPerson(person, usual, incident)
    if (fate === null) continue
    const kinds = kindsByFate.get(fate) ?? new Set()
    kindsByFate.set(fate, kinds)
    for (const kind of person.kind === null ? incident.targets : [person.kind]) kinds.add(singular(kind))
  }
  return [...kindsByFate].map(([fate, kinds]) => ({ fate, keys: [], kinds: [...kinds] }))
}

/** A body that was found is that of who was killed; and of somebody abducted a report of a killing or a release says what came of it. */
function tellsMore(usual: Fate | null, own: Fate, { category }: Incident): boolean {
  if (own === 'killed') return usual === 'found-dead'
  return own === 'taken' && (category === 'killing' || usual === 'freed')
}

/** What the kind of incident alone says. */
function fateOf({ category, tactics }: Incident): Fate | null {
  if (tactics.includes('other:body-found')) return 'found-dead'
  if (category === 'killing' || tactics.includes('execution')) return 'killed'
  if (category === 'release') return 'freed'
  if (category === 'abduction') return 'taken'
  return tactics.includes('hostage-video') ? 'seen-alive' : null
}

function keysOf({ key, aliasKeys }: PersonKey): readonly string[] {
  return [...new Set([key, ...aliasKeys])]
}

/** `Aid workers` and `aid_worker` are one kind. */
function singular(kind: string): string {
  return normal(kind).replace(/s$/, '')
}

function normal(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
}
