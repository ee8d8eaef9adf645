// The evidence that an alert names: incidents in the revision in which they were when it was said. An episode names hundreds, of which few are new: what
// was named before is taken as it was.

import { evidenceMax, type Finding } from '../finding/finding.ts'
import type { Incident } from '../incident/incident.ts'
import type { EvidenceItem } from './alert.ts'

/** In which revision incidents are. */
export interface IncidentRevisions {
  /** Undefined for an incident that is not known, or no longer. */
  revisionOf(incidentId: string): number | undefined
  /** Grows whenever an incident comes into a later revision than its first. */
  readonly changes: number
  /** The incidents that did so since there had been so many changes; null where that is too long ago to tell. */
  changedSince(changes: number): ReadonlySet<string> | null
}

/** What an alert last said: of which finding, and the evidence that it named. */
export interface PublishedEvidence {
  readonly finding: Finding
  readonly evidence: readonly EvidenceItem[]
}

/** How many changes of revisions there had been when a list of evidence was made. */
const madeAt = new WeakMap<readonly EvidenceItem[], number>()

/**
 * Triggers, then support, at most `evidenceMax`. An incident that is not known any more keeps the revision in which `published` named it. O(evidence).
 */
export function evidenceOf(
  finding: Finding,
  revisions: IncidentRevisions,
  published: PublishedEvidence | null
): readonly EvidenceItem[] {
  const { triggers, support } = finding
  const before = new NamedBefore(published?.evidence ?? [], revisions)
  const named = published === null ? [] : before.beginning(triggers, inCommon(triggers, published.finding.triggers))
  addItems(named, triggers.slice(named.length), 'trigger', before, named.length)
  addItems(named, support, 'support', before, published?.finding.triggers.length ?? 0)
  madeAt.set(named, revisions.changes)
  return named
}

/** How many incidents two lists have in common at their beginning. */
function inCommon(a: readonly Incident[], b: readonly Incident[]): number {
  const least = Math.min(a.length, b.length)
  let common = 0
  while (common < least && a[common] === b[common]) common += 1
  return common
}

/** `from` is where the items of this role began before. */
function addItems(
  named: EvidenceItem[],
  incidents: readonly Incident[],
  role: EvidenceItem['role'],
  before: NamedBefore,
  from: number
): void {
  let at = from
  for (let i = 0; i < incidents.length && named.length < evidenceMax; i++) {
    const incident = incidents[i] as Incident
    // One that came in between, or one that went, moves all that follow by one.
    if (before.idAt(at) !== incident.id && before.idAt(at + 1) === incident.id) at += 1
    if (before.idAt(at) === incident.id) named.push(before.again(at++, incident, role))
    else named.push(before.first(incident, role))
  }
}

class NamedBefore {
  readonly #items: readonly EvidenceItem[]
  readonly #revisions: IncidentRevisions
  /** Incidents that have come into another revision since; null where any may have. */
  readonly #changed: ReadonlySet<string> | null
  #byId: ReadonlyMap<string, EvidenceItem> | null = null

  constructor(items: readonly EvidenceItem[], revisions: IncidentRevisions) {
    this.#items = items
    this.#revisions = revisions
    const changes = madeAt.get(items)
    this.#changed = changes === undefined ? null : revisions.changedSince(changes)
  }

  /** The first items, of incidents that are the very same: none where any of them may be in another revision by now. */
  beginning(incidents: readonly Incident[], count: number): EvidenceItem[] {
    if (this.#changed === null) return []
    const named = this.#items.slice(0, count)
    if (this.#changed.size === 0) return named
    for (let at = 0; at < named.length; at++) {
      const incident = incidents[at] as Incident
      if (this.#changed.has(incident.id)) named[at] = this.again(at, incident, 'trigger')
    }
    return named
  }

  idAt(at: number): string | undefined {
    return this.#items[at]?.incidentId
  }

  /** The item of an incident that was named at this place: the same, where it says the same. */
  again(at: number, { id, handling }: Incident, role: EvidenceItem['role']): EvidenceItem {
    const item = this.#items[at] as EvidenceItem
    const isCurrent = this.#changed !== null && !this.#changed.has(id)
    const revision = isCurrent ? item.revision : Math.max(item.revision, this.#revisions.revisionOf(id) ?? 0)
    if (item.revision === revision && item.handling === handling && item.role === role) return item
    return { incidentId: id, revision, role, handling }
  }

  /** The item of an incident that was not named at its place. */
  first({ id, handling }: Incident, role: EvidenceItem['role']): EvidenceItem {
    const revision = this.#revisions.revisionOf(id) ?? this.#named(id)?.revision ?? 1
    return { incidentId: id, revision, role, handling }
  }

  #named(id: string): EvidenceItem | undefined {
    this.#byId ??= new Map(this.#items.map(item => [item.incidentId, item]))
    return this.#byId.get(id)
  }
}
