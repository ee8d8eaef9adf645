// The evidence of an alert: incidents in the revision that they had when they were named. An
// episode names hundreds and few are new, so items named before are reused.

import type { Finding } from '../finding/finding.ts'
import { listedTriggers, namedSupport } from '../finding/named-evidence.ts'
import type { Incident } from '../incident/incident.ts'
import type { EvidenceItem } from './alert.ts'

/** Revisions of incidents. */
export interface IncidentRevisions {
  /** Undefined for an unknown or forgotten incident. */
  revisionOf(incidentId: string): number | undefined
  /** Grows whenever an incident gets a revision after its first. */
  readonly changes: number
  /** The incidents that did so since that count; null if that is too long ago. */
  changedSince(changes: number): ReadonlySet<string> | null
}

/** The last published state of an alert: its finding and its evidence. */
export interface PublishedEvidence {
  readonly finding: Finding
  readonly evidence: readonly EvidenceItem[]
}

/** The count of revision changes when a list of evidence was made. */
const madeAt = new WeakMap<readonly EvidenceItem[], number>()

/**
 * Triggers, then support, at most `evidenceMax`: what a reader sees of the support depends only on
 * what the reader may see. A forgotten incident keeps the revision in `published`. O(evidence).
 */
export function evidenceOf(
  finding: Finding,
  revisions: IncidentRevisions,
  published: PublishedEvidence | null
): readonly EvidenceItem[] {
  const triggers = listedTriggers(finding.triggers)
  const triggersBefore = listedTriggers(published?.finding.triggers ?? [])
  const before = new NamedBefore(published?.evidence ?? [], revisions)
  const named = before.beginning(triggers, inCommon(triggers, triggersBefore))
  addItems(named, triggers.slice(named.length), 'trigger', before, named.length)
  addItems(named, namedSupport(finding), 'support', before, triggersBefore.length)
  madeAt.set(named, revisions.changes)
  return named
}

/** The length of the common prefix of two lists. */
function inCommon(a: readonly Incident[], b: readonly Incident[]): number {
  const least = Math.min(a.length, b.length)
  let common = 0
  while (common < least && a[common] === b[common]) common += 1
  return common
}

/** `from`: where the items of this role began before. */
function addItems(
  named: EvidenceItem[],
  incidents: readonly Incident[],
  role: EvidenceItem['role'],
  before: NamedBefore,
  from: number
): void {
  let at = from
  for (const incident of incidents) {
    // An inserted or removed incident shifts all that follow by one.
    if (before.idAt(at) !== incident.id && before.idAt(at + 1) === incident.id) at += 1
    if (before.idAt(at) === incident.id) named.push(before.again(at++, incident, role))
    else named.push(before.first(incident, role))
  }
}

class NamedBefore {
  readonly #items: readonly EvidenceItem[]
  readonly #revisions: IncidentRevisions
  /** Incidents revised since; null if any may have been. */
  readonly #changed: ReadonlySet<string> | null
  #byId: ReadonlyMap<string, EvidenceItem> | null = null

  constructor(items: readonly EvidenceItem[], revisions: IncidentRevisions) {
    this.#items = items
    this.#revisions = revisions
    const changes = madeAt.get(items)
    this.#changed = changes === undefined ? null : revisions.changedSince(changes)
  }

  /** The first items, for identical incidents: none if any of them may have been revised. */
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

  /** The item of an incident that was named at this place, reused if unchanged. */
  again(at: number, { id, handling }: Incident, role: EvidenceItem['role']): EvidenceItem {
    const item = this.#items[at] as EvidenceItem
    const isCurrent = this.#changed !== null && !this.#changed.has(id)
    const revision = isCurrent
      ? item.revision
      : Math.max(item.revision, this.#revisions.revisionOf(id) ?? 0)
    if (item.revision === revision && item.handling === handling && item.role === role) return item
    return { incidentId: id, revision, role, handling }
  }

  /** The item of an incident that was not named at this place. */
  first({ id, handling }: Incident, role: EvidenceItem['role']): EvidenceItem {
    const revision = this.#revisions.revisionOf(id) ?? this.#named(id)?.revision ?? 1
    return { incidentId: id, revision, role, handling }
  }

  #named(id: string): EvidenceItem | undefined {
    this.#byId ??= new Map(this.#items.map(item => [item.incidentId, item]))
    return this.#byId.get(id)
  }
}
