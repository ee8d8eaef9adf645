// How patterns compare actors: by name, trimmed and in lower case. State forces are named and
// counted like any other.

import type { Incident } from '../../incident/incident.ts'

/** An actor: the key that it is compared by, and the name that is shown. */
export interface NamedActor {
  readonly key: string
  readonly name: string
}

const nobody: readonly NamedActor[] = []

/** The form in which two names of actors are compared. */
export function actorKey(name: string): string {
  return name.trim().toLowerCase()
}

/** Each actor of a role once, in the order of the report. */
export function actorsOfRole(incident: Incident, role: string): readonly NamedActor[] {
  if (!incident.actors.some(actor => actor.role === role)) return nobody
  return named(incident.actors.filter(actor => actor.role === role).map(actor => actor.name))
}

/** Each name once, in order; empty names are left out. */
export function named(names: readonly string[]): readonly NamedActor[] {
  const [only] = names
  if (only !== undefined && names.length === 1) {
    const key = actorKey(only)
    return key === '' ? nobody : [{ key, name: only.trim() }]
  }
  const byKey = new Map<string, NamedActor>()
  for (const text of names) {
    const key = actorKey(text)
    if (key !== '' && !byKey.has(key)) byKey.set(key, { key, name: text.trim() })
  }
  return [...byKey.values()]
}
