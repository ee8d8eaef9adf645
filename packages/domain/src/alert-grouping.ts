// Which alert an alert is part of, so that lists and notification policies can fold a busy area into one line. By place and by evidence alone: what an
// operator did with an alert changes nothing here.

import { type AlertState, severities } from './alert.ts'
import { compareText } from './incident.ts'

/** What grouping sees of an alert. */
export interface Grouped {
  readonly state: Pick<AlertState, 'alertId' | 'pattern' | 'status' | 'severity' | 'group' | 'area' | 'drill'>
  readonly firstSeq: number
}

/** Patterns that gather what others found in an area. */
const gathering: ReadonlySet<string> = new Set(['compound-crisis'])

/**
 * How wide the story of an alert is, by what it is about: 0 a place, 1 a first-level area, 2 all that was found in one, 3 a country, 4 a theatre. An alert
 * is part of wider ones only.
 */
export function breadthOf({ pattern, group }: Pick<AlertState, 'pattern' | 'group'>): number {
  if (gathering.has(pattern)) return 2
  // A group of more than its area (an actor there, a source there) is one thread of its story, not the whole of it.
  const about = Object.keys(group).filter(name => name !== 'drill')
  return about.length === 1 ? (breadths[about[0] as string] ?? 0) : 0
}

const breadths: Readonly<Record<string, number>> = { admin1: 1, country: 3, theatre: 4 }

/**
 * The open alert that one is part of; null for none. First what gathers its area, then a story of its area, then a wider story that rests on its first
 * trigger; of several the more severe, then the elder. `inArea` are alerts about the areas in which it lies, `sharing` those that share its first trigger.
 */
export function partOf(of: Grouped, inArea: Iterable<Grouped>, sharing: Iterable<Grouped>): string | null {
  const breadth = breadthOf(of.state)
  const isWider = (other: Grouped) => isOpen(other) && other.state.drill === of.state.drill && breadthOf(other.state) > breadth
  const around = [...inArea].filter(other => isWider(other) && covers(other, of)).sort(byWeight)
  const parent = around[0] ?? [...sharing].filter(isWider).sort(byWeight)[0]
  return parent?.state.alertId ?? null
}

function isOpen({ state }: Grouped): boolean {
  return state.status === 'provisional' || state.status === 'confirmed'
}

/** All of an alert lies in the one area that another is about. */
function covers({ state }: Grouped, of: Grouped): boolean {
  const { admin1 } = of.state.area
  return admin1.length > 0 && admin1.every(code => code === state.group.admin1)
}

function byWeight(a: Grouped, b: Grouped): number {
  return (
    Number(gathering.has(b.state.pattern)) - Number(gathering.has(a.state.pattern)) ||
    severities.indexOf(b.state.severity) - severities.indexOf(a.state.severity) ||
    a.firstSeq - b.firstSeq ||
    compareText(a.state.alertId, b.state.alertId)
  )
}
