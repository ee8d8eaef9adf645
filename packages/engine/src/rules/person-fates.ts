// The fates of people as an incident reports them. People are known by the keys of their names, never
// by the names. Without people in the reports, the kind of the incident gives one fate without a name.

import type { Person } from '../data/encode-report.ts'
import type { Incidents } from '../data/incidents.ts'
import { emptyList } from '../data/interning.ts'
import { makeCategoryMask, makeTacticMask } from '../data/vocabulary.ts'

export type Fate = 'taken' | 'killed' | 'found-dead' | 'freed' | 'seen-alive'

export interface PersonFate {
  readonly fate: Fate
  /** Keys of all names; empty for a person without a name. */
  readonly keys: readonly number[]
  /** `public-figure`, `aid-worker` and so on; for people without names the targets of the incident. */
  readonly kinds: readonly string[]
}

const fateByRole: ReadonlyMap<string, Fate> = new Map<string, Fate>([
  ['abducted', 'taken'],
  ['kidnapped', 'taken'],
  ['killed', 'killed'],
  ['executed', 'killed'],
  ['dead', 'killed'],
  ['released', 'freed'],
  ['freed', 'freed'],
  ['escaped', 'freed']
])
/** Roles of people who are not the victims in a report. */
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
const abduction = makeCategoryMask('abduction')
const release = makeCategoryMask('release')
const killing = makeCategoryMask('killing')
const execution = makeTacticMask(['execution'])
const hostageVideo = makeTacticMask(['hostage-video'])
const bodyFound = 'other:body-found'

/** A cheap test: false if the incident certainly has no fate. */
export function mayHaveFates({ columns, reports, members }: Incidents, row: number): boolean {
  if ((columns.category[row]! & (abduction | release | killing)) !== 0) return true
  if ((columns.tactics[row]! & (execution | hostageVideo)) !== 0) return true
  // People and further tactics are details.
  return (members[row] ?? [row]).some(member => reports.details.has(member))
}

/** Lists a fate for each person with a name, and one for each fate of people without. */
export function listFates(incidents: Incidents, row: number): readonly PersonFate[] {
  const usual = findUsualFate(incidents, row)
  const victims = incidents.listPeople(row).filter(person => isVictim(incidents, person))
  if (victims.length === 0)
    return usual === null
      ? noFates
      : [{ fate: usual, keys: emptyList, kinds: listTargetKinds(incidents, row) }]
  const named: PersonFate[] = []
  const unnamedKinds = new Map<Fate, Set<string>>()
  for (const person of victims) {
    const fate = pickFate(person, usual, incidents, row)
    if (fate === null) continue
    const kinds = listPersonKinds(incidents, row, person)
    if (person.keys.length > 0) named.push({ fate, keys: person.keys, kinds })
    else unnamedKinds.set(fate, new Set([...(unnamedKinds.get(fate) ?? []), ...kinds]))
  }
  const unnamed = [...unnamedKinds].map(([fate, kinds]) => ({
    fate,
    keys: emptyList,
    kinds: [...kinds]
  }))
  return [...named, ...unnamed]
}

function isVictim({ reports }: Incidents, { role }: Person): boolean {
  return !bystanders.has(normalize(reports.names.getText(role)))
}

/** The kind of a person; without name and kind, those of the targets. */
function listPersonKinds(
  incidents: Incidents,
  row: number,
  { keys, kind }: Person
): readonly string[] {
  if (kind >= 0) return [makeSingular(normalize(incidents.reports.names.getText(kind)))]
  return keys.length > 0 ? [] : listTargetKinds(incidents, row)
}

const noFates: readonly PersonFate[] = []

/** The fate that the kind of incident implies. */
function findUsualFate(incidents: Incidents, row: number): Fate | null {
  const { category, tactics } = incidents.columns
  const { names } = incidents.reports
  if (incidents.listOtherTactics(row).some(tactic => names.getText(tactic) === bodyFound))
    return 'found-dead'
  if (category[row] === killing || (tactics[row]! & execution) !== 0) return 'killed'
  if (category[row] === release) return 'freed'
  if (category[row] === abduction) return 'taken'
  return (tactics[row]! & hostageVideo) !== 0 ? 'seen-alive' : null
}

/** The fate by the person's role, or a later one that the incident implies. */
function pickFate(
  { role }: Person,
  usual: Fate | null,
  { columns, reports }: Incidents,
  row: number
): Fate | null {
  const own = role < 0 ? undefined : fateByRole.get(normalize(reports.names.getText(role)))
  if (own === undefined) return usual
  // A body that was found is that of somebody killed; of an abducted person a report of a killing or
  // a release states the outcome.
  if (own === 'killed') return usual === 'found-dead' ? usual : own
  const tellsOutcome = columns.category[row] === killing || usual === 'freed'
  return own === 'taken' && tellsOutcome ? usual : own
}

function listTargetKinds(incidents: Incidents, row: number): readonly string[] {
  const { names } = incidents.reports
  return incidents.listTargets(row).map(kind => makeSingular(normalize(names.getText(kind))))
}

/** `Aid workers` and `aid_worker` are one kind. */
function makeSingular(kind: string): string {
  return kind.replace(/s$/, '')
}

/** As most roles are written. */
const normalForm = /^[a-z0-9-]*$/

function normalize(text: string): string {
  if (normalForm.test(text)) return text
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
}
