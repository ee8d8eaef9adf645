// The fates of people as an incident reports them. People are known by the keys of their names, never
// by the names. Without people in the reports, the kind of the incident gives one fate without a name.

import type { Incidents } from '../data/incidents.ts'
import { emptyList } from '../data/interning.ts'
import { makeCategoryMask, makeTacticMask } from '../data/vocabulary.ts'
import { splitWords } from './definition.ts'
import { makeTacticTest } from './tactics.ts'

export type Fate = 'taken' | 'killed' | 'found-dead' | 'freed' | 'seen-alive'

export interface PersonFate {
  readonly fate: Fate
  /** Keys of all names; empty for a person without a name. */
  readonly keys: readonly number[]
  /** `public-figure`, `aid-worker` and so on; for people without names the targets of the incident. */
  readonly kinds: readonly string[]
}

const fateByRole: ReadonlyMap<string, Fate> = new Map(
  Object.entries({
    abducted: 'taken' as Fate,
    kidnapped: 'taken',
    killed: 'killed',
    executed: 'killed',
    dead: 'killed',
    released: 'freed',
    freed: 'freed',
    escaped: 'freed'
  })
)
/** Roles of people who are not the victims in a report. */
const bystanders: ReadonlySet<string> = new Set(
  splitWords(
    'perpetrator captor negotiator mediator witness source author relative spokesperson official'
  )
)
const abduction = makeCategoryMask('abduction')
const release = makeCategoryMask('release')
const killing = makeCategoryMask('killing')
const execution = makeTacticMask(['execution'])
const hostageVideo = makeTacticMask(['hostage-video'])
const wasBodyFound = makeTacticTest(['other:body-found'])

/** A cheap test: false if the incident certainly has no fate. */
export function mayHaveFates(incidents: Incidents, row: number): boolean {
  const { columns, reports } = incidents
  if ((columns.category[row]! & (abduction | release | killing)) !== 0) return true
  if ((columns.tactics[row]! & (execution | hostageVideo)) !== 0) return true
  // People and further tactics are details.
  return incidents.listMembers(row).some(member => reports.details.has(member))
}

/** Lists a fate for each person with a name, and one for each fate of people without. */
export function listFates(incidents: Incidents, row: number): readonly PersonFate[] {
  const { names } = incidents.reports
  const usual = findUsualFate(incidents, row)
  const targetKinds = incidents.listTargets(row).map(kind => readKind(names.getText(kind)))
  const victims = incidents
    .listPeople(row)
    .map(person => ({ ...person, role: normalize(names.getText(person.role)) }))
    .filter(({ role }) => !bystanders.has(role))
  if (victims.length === 0)
    return usual === null ? [] : [{ fate: usual, keys: emptyList, kinds: targetKinds }]
  const named: PersonFate[] = []
  const unnamedKinds = new Map<Fate, Set<string>>()
  for (const { role, keys, kind } of victims) {
    const fate = pickFate(fateByRole.get(role), usual, incidents.columns.category[row]!)
    if (fate === null) continue
    const ownKinds = kind < 0 ? [] : [readKind(names.getText(kind))]
    if (keys.length > 0) named.push({ fate, keys, kinds: ownKinds })
    else {
      const known = unnamedKinds.get(fate) ?? []
      unnamedKinds.set(fate, new Set([...known, ...(kind < 0 ? targetKinds : ownKinds)]))
    }
  }
  const unnamed = [...unnamedKinds].map(([fate, kinds]) => {
    return { fate, keys: emptyList, kinds: [...kinds] }
  })
  return [...named, ...unnamed]
}

function findUsualFate(incidents: Incidents, row: number): Fate | null {
  const { category, tactics } = incidents.columns
  if (wasBodyFound(incidents, row)) return 'found-dead'
  if (category[row] === killing || (tactics[row]! & execution) !== 0) return 'killed'
  if (category[row] === release) return 'freed'
  if (category[row] === abduction) return 'taken'
  return (tactics[row]! & hostageVideo) !== 0 ? 'seen-alive' : null
}

/**
 * The fate by a person's role, or a later one that the incident implies: a body that was found is
 * that of somebody killed, and a report of a killing or a release states what became of the abducted.
 */
function pickFate(own: Fate | undefined, usual: Fate | null, category: number): Fate | null {
  if (own === undefined) return usual
  if (own === 'killed') return usual === 'found-dead' ? usual : own
  return own === 'taken' && (category === killing || usual === 'freed') ? usual : own
}

/** `Aid workers` and `aid_worker` are one kind. */
function readKind(text: string): string {
  return normalize(text).replace(/s$/, '')
}

/** As most roles are written. */
const normalForm = /^[a-z0-9-]*$/

function normalize(text: string): string {
  if (normalForm.test(text)) return text
  const words = text.trim().toLowerCase()
  return words.replace(/[\s_]+/g, '-')
}
