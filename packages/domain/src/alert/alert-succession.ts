// The differences from what another engine has published: alerts that this engine sees differently,
// only now, or not at all. Pure.

import type { PublishedIncident } from '../assembly/incident-register.ts'
import { compareText } from '../incident/incident.ts'
import { severities } from '../record/severity.ts'
import { parseTimeMs } from '../space-time/event-time.ts'
import type { AlertState, MachineEvent } from './alert.ts'
import type { AlertEntry } from './alert-decision.ts'
import { isOpen } from './alert-decision.ts'
import type { AlertEntries } from './alert-entries.ts'
import { withdrawn } from './alert-parts.ts'

/** The last published state of an alert, and whether any of its events was not quiet. */
export interface PublishedAlert {
  readonly state: AlertState
  readonly told: boolean
}

/**
 * The last state that another engine published of each alert and incident, and up to which seqs.
 */
export interface PublishedState {
  readonly alerts: ReadonlyMap<string, PublishedAlert>
  readonly seq: number
  readonly incidents: ReadonlyMap<string, PublishedIncident>
  readonly incidentSeq: number
}

export class AlertSuccession {
  /** Seqs up to here are the other engine's. */
  readonly #lastSeq: number
  /** Alerts with the same status in both engines but different content. */
  readonly #restated = new Map<string, MachineEvent>()
  readonly #unpublished = new Set<string>()
  readonly #unseen: AlertState[] = []
  readonly #entries: AlertEntries
  /** Alerts whose support has grown without an event of this engine. */
  readonly #waited: ReadonlySet<string>

  /**
   * Copies published status, numbers and operator state into the alerts: they are facts, from which
   * events continue. Alerts whose window ended before the boundary are past for both engines.
   */
  constructor(
    entries: AlertEntries,
    published: ReadonlyMap<string, PublishedAlert>,
    waited: ReadonlySet<string>,
    { lastSeq, boundaryMs }: { readonly lastSeq: number; readonly boundaryMs: number }
  ) {
    this.#entries = entries
    this.#lastSeq = lastSeq
    this.#waited = waited
    for (const entry of [...entries.values()]) {
      const known = published.get(entry.state.alertId)
      if (known === undefined) this.#takeUnpublished(entry)
      else this.#adopt(entry, known)
    }
    for (const [id, { state }] of published) {
      const isPast = state.window.to !== null && parseTimeMs(state.window.to) < boundaryMs
      if (entries.get(id) === undefined && state.status !== 'retracted' && !isPast)
        this.#unseen.push(state)
    }
    this.#unseen.sort(
      (a, b) => compareText(a.ruleId, b.ruleId) || compareText(a.alertId, b.alertId)
    )
  }

  /** Alerts to check; some may have had an event meanwhile. */
  get alertIds(): Iterable<string> {
    return this.#restated.keys()
  }

  /** The event for an alert whose content alone differs from the other engine's; null for none. */
  restated({
    state
  }: AlertEntry): { event: MachineEvent; reason: null; quiet: true; concerns: 'public' } | null {
    const event = this.#restated.get(state.alertId)
    // This engine's own findings have not changed: whom the difference concerns is not known from
    // them.
    return event === undefined || state.seq > this.#lastSeq
      ? null
      : { event, reason: null, quiet: true, concerns: 'public' }
  }

  /** Current alerts that were never published. */
  get unpublished(): AlertEntry[] {
    return [...this.#unpublished].flatMap(id => {
      const entry = this.#entries.get(id)
      return entry !== undefined &&
        entry.state.seq === 0 &&
        entry.held !== null &&
        isOpen(entry.state)
        ? [entry]
        : []
    })
  }

  /**
   * The end of each published alert that this engine does not see: merged, if another alert rests
   * on its reports.
   */
  get unseen(): AlertState[] {
    if (this.#unseen.length === 0) return []
    const holders = holdersByReport(this.#entries.values())
    return this.#unseen.map(state => {
      const trigger = state.evidence.find(
        ({ role, incidentId }) => role === 'trigger' && holders.has(`${state.ruleId}|${incidentId}`)
      )
      const survivor = trigger && holders.get(`${state.ruleId}|${trigger.incidentId}`)
      return {
        ...state,
        ...withdrawn(state),
        status: 'retracted',
        operatorRevision: state.operatorRevision + 1,
        operator: { ...state.operator, acknowledgedUntil: null },
        references:
          survivor === undefined
            ? state.references
            : [...new Set([...state.references, survivor])].sort(compareText),
        reason: survivor === undefined ? 'engine-changed' : 'merged',
        action: null
      }
    })
  }

  #takeUnpublished(entry: AlertEntry): void {
    if (!isOpen(entry.state)) return
    this.#unpublished.add(entry.state.alertId)
    this.#entries.keep({ ...entry, told: false, state: { ...entry.state, revision: 0, seq: 0 } })
  }

  #adopt(entry: AlertEntry, { state: said, told }: PublishedAlert): void {
    const own = entry.state
    const closedByHand =
      said.operator.disposition === null
        ? null
        : (entry.closedByHand ?? {
            atMs: parseTimeMs(said.times.detectedAt),
            level: said.levels.at(-1)?.level ?? 0
          })
    const { revision, operatorRevision, seq, status, urgency, operator, reason, references } = said
    const headline =
      own.status === 'retracted' && status !== 'retracted' ? said.headline : own.headline
    // The evidence too is as published: the next event may be recorded as the difference from it.
    const { evidence, evidenceOmitted } = said
    const published = {
      revision,
      operatorRevision,
      seq,
      status,
      urgency,
      operator,
      reason,
      references,
      evidence,
      evidenceOmitted
    }
    const state = { ...own, ...published, headline }
    this.#entries.keep({ ...entry, told, closedByHand, state })
    const isCompared = isOpen(said) || this.#waited.has(own.alertId)
    if (own.status !== status || !isCompared || areToldAlike(own, said)) return
    const isGraver =
      isOpen(said) && severities.indexOf(own.severity) > severities.indexOf(said.severity)
    this.#restated.set(own.alertId, isGraver ? 'escalated' : 'revised')
  }
}

/** By rule and report, the alert whose finding the report triggers. */
function holdersByReport(entries: Iterable<AlertEntry>): Map<string, string> {
  const holders = new Map<string, string>()
  for (const { state, held } of entries)
    for (const { reportIds } of held?.finding.triggers ?? [])
      for (const report of reportIds) holders.set(`${state.ruleId}|${report}`, state.alertId)
  return holders
}

/** True if two engines have told the same of an alert, but for numbers and times of events. */
export function areToldAlike(own: AlertState, said: AlertState | undefined): boolean {
  return said !== undefined && own.status === said.status && areAlike(wordsOf(own), wordsOf(said))
}

/**
 * The content of an alert without numbers and times of events. Counts of what is not named, and the
 * order of support, make no event.
 */
function wordsOf({
  headline,
  explanation,
  severity,
  certainty,
  levels,
  area,
  window,
  measure,
  evidence,
  ...more
}: AlertState) {
  const { category, fatalities, handling, partOf, partOfFor, drill, group } = more
  // Which trigger reached a level follows from the rest, and older records do not say it.
  const reached = levels.map(({ level, at, reason }) => ({ level, at, reason }))
  const triggers = evidence.filter(({ role }) => role === 'trigger')
  const support = Object.fromEntries(
    evidence.flatMap(item => (item.role === 'support' ? [[item.incidentId, item]] : []))
  )
  const words = {
    headline,
    explanation,
    severity,
    certainty,
    levels: reached,
    area,
    window,
    measure,
    triggers,
    support
  }
  return { ...words, category, fatalities, handling, partOf, partOfFor, drill, group }
}

/** True for equal plain data, regardless of the order of members. */
function areAlike(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [one, other] = [Object.entries(a).filter(isSaid), Object.entries(b).filter(isSaid)]
  const values = new Map(other)
  return (
    one.length === other.length &&
    one.every(([key, value]) => values.has(key) && areAlike(value, values.get(key)))
  )
}

function isSaid([, value]: [string, unknown]): boolean {
  return value !== undefined
}
