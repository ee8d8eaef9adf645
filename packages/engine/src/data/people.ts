// The people of an incident, from those in the reports. Pure.

import type { Person } from './encode-report.ts'
import { uniteLists } from './interning.ts'

/** Maximum number of persons without a name for each role and kind. */
const maxUnnamed = 50

/**
 * Named persons once for each main key, with the keys of all reports. For
 * each role and kind, as many without a name as the report with the most has, less those that
 * another report names.
 */
export function unitePeople(lists: readonly (readonly Person[])[]): readonly Person[] {
  const all = lists.flat()
  if (lists.length === 1 || all.length === 0) return all
  const named = uniteNamed(all.filter(({ keys }) => keys.length > 0))
  const unnamed = new Map<string, Person>()
  for (const person of all) if (person.keys.length === 0) unnamed.set(formatKind(person), person)
  const counted = [...unnamed].flatMap(([kind, person]) => {
    const most = Math.max(...lists.map(people => countKind(people, kind)))
    const count = Math.min(most - countKind(named, kind), maxUnnamed)
    return new Array<Person>(Math.max(0, count)).fill(person)
  })
  return [...named, ...counted]
}

function uniteNamed(persons: readonly Person[]): Person[] {
  const byKey = new Map<number, Person>()
  for (const person of persons) {
    const key = person.keys[0]!
    const known = byKey.get(key)
    if (known === undefined) byKey.set(key, person)
    else
      byKey.set(key, {
        keys: [key, ...uniteLists([known.keys, person.keys]).filter(each => each !== key)],
        role: known.role >= 0 ? known.role : person.role,
        kind: known.kind >= 0 ? known.kind : person.kind
      })
  }
  return [...byKey.values()]
}

function formatKind({ role, kind }: Person): string {
  return `${role}/${kind}`
}

function countKind(people: readonly Person[], kind: string): number {
  return people.filter(person => formatKind(person) === kind).length
}
