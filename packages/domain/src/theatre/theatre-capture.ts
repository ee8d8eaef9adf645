// Converts a theatre's state into rows of plain data and back. Findings refer to incidents by
// number: present incidents are rebuilt from their reports, others are written once. The input of a
// row does not change after the capture, so rows can be serialized one by one while the fold
// continues.

import type { AlertEntry } from '../alert/alert-decision.ts'
import type { AlertBookSnapshot } from '../alert/alert-entries.ts'
import { type CrowdedCounts, doubtOf, type IncidentDoubt } from '../assembly/assembly.ts'
import type { DeclarationsSnapshot } from '../assembly/pair-declarations.ts'
import type { CrowdedReport } from '../assembly/report-partners.ts'
import type { UnknownBefore } from '../detection/folded-anew.ts'
import type { ScopeFoldSnapshot } from '../detection/scope-fold.ts'
import { plainOf } from '../finding/told-finding.ts'
import type { PastByHandling } from '../fold/past.ts'
import type { Incident } from '../incident/incident.ts'
import type { RuleVersion, TheatreConfig } from '../record/theatre-record.ts'
import type { AppliedIdsSnapshot } from './applied-record-ids.ts'
import type { HeardSourcesSnapshot } from './heard-sources.ts'
import { isLarge, jsonPieces, type Writing } from './json-pieces.ts'
import { type KeptReport, plainReport, type TheatreReport } from './theatre-reports.ts'
import type { RuleSnapshot } from './theatre-rules.ts'
import type { TheatreTimeSnapshot } from './theatre-time.ts'

/** Maximum number of entries of a long list in one row. */
const sliceMax = 256

/** Version of the snapshots that this engine writes and reads. */
export const snapshotFormat = 35

/** A theatre's state without its long lists, as plain data. */
export interface SnapshotHead
  extends AppliedIdsSnapshot,
    DeclarationsSnapshot,
    HeardSourcesSnapshot,
    TheatreTimeSnapshot {
  readonly format: typeof snapshotFormat
  readonly theatre: string
  readonly config: TheatreConfig | null
  readonly engine: string | null
  readonly boundaryMs: number | null
  /** The earliest day of dropped incidents. */
  readonly forgottenMs: PastByHandling
  readonly incidentSeq: number
  readonly alertSeq: number
  readonly pending: AlertBookSnapshot['pending']
  readonly moves?: AlertBookSnapshot['moves']
  /** Left out: an earlier engine, whose alerts did not wait. */
  readonly waiting?: AlertBookSnapshot['waiting']
  readonly counts: Readonly<Record<string, number>>
}

/** A theatre's state at one moment. */
export interface CapturedState {
  readonly head: SnapshotHead
  readonly reportIds: readonly string[]
  readonly reports: readonly KeptReport[]
  readonly crowded: readonly CrowdedReport[]
  readonly incidents: readonly Incident[]
  readonly revisedIds: readonly string[]
  readonly revisions: readonly number[]
  readonly rules: readonly RuleSnapshot[]
  readonly alerts: readonly AlertEntry[]
}

export type SnapshotRow =
  | readonly ['head', SnapshotHead]
  | readonly ['reports', readonly (readonly [string, TheatreReport])[]]
  /** Reports in crowds, before the groups. */
  | readonly ['crowded', readonly CrowdedReport[]]
  /** Doubts about identity, by number of the incident, before its reports. */
  | readonly ['doubts', readonly (readonly [number, IncidentDoubt])[]]
  /** The reports of each present incident. */
  | readonly ['groups', readonly (readonly string[])[]]
  /** Revisions of incidents that are absent, or past their first revision. */
  | readonly ['revisions', readonly (readonly [string, number])[]]
  /** Incidents that are absent but still referred to. */
  | readonly ['incidents', readonly Incident[]]
  | readonly ['rule', RuleVersion]
  /** What the fold of that rule does not know of the theatre's past; left out if it knows all. */
  | readonly ['unknown', UnknownBefore]
  | readonly ['tracks', readonly unknown[]]
  | readonly ['alerts', readonly unknown[]]
  /**
   * A piece of the JSON text of the list of a large row, and the name of that row after the last.
   */
  | readonly ['piece', string]
  | readonly ['pieces-of', 'tracks' | 'alerts']

/** The rows of a state. */
export function* rowsOf(state: CapturedState): Generator<SnapshotRow> {
  yield ['head', state.head]
  for (let at = 0; at < state.reports.length; at += sliceMax) {
    const ids = state.reportIds.slice(at, at + sliceMax)
    yield [
      'reports',
      ids.map((id, i) => [id, plainReport(state.reports[at + i] as KeptReport)] as const)
    ]
  }
  for (let at = 0; at < state.crowded.length; at += sliceMax)
    yield ['crowded', state.crowded.slice(at, at + sliceMax)]
  const table = new IncidentTable()
  for (let at = 0; at < state.incidents.length; at += sliceMax) {
    const slice = state.incidents.slice(at, at + sliceMax)
    for (const incident of slice) table.present(incident)
    const doubts = slice.flatMap((incident, i) => {
      const doubt = doubtOf(incident)
      return doubt === undefined ? [] : [[at + i, doubt] as const]
    })
    if (doubts.length > 0) yield ['doubts', doubts]
    yield ['groups', slice.map(({ reportIds }) => reportIds)]
  }
  for (let at = 0; at < state.revisedIds.length; at += sliceMax) {
    const slice = state.revisedIds
      .slice(at, at + sliceMax)
      .map((id, i) => [id, state.revisions[at + i] as number] as const)
    const odd = slice.filter(([id, revision]) => revision !== 1 || !table.isPresent(id))
    if (odd.length > 0) yield ['revisions', odd]
  }
  for (const { rule, tracks, unknown } of state.rules) {
    yield ['rule', rule]
    if (unknown !== undefined) yield ['unknown', unknown]
    for (const track of tracks) yield* table.row('tracks', [track])
  }
  for (let at = 0; at < state.alerts.length; at += 16) {
    const slice = state.alerts.slice(at, at + 16)
    // The held finding is mostly equal to the published one.
    yield* table.row(
      'alerts',
      slice.map(entry => (entry.published === entry.held ? { ...entry, published: null } : entry))
    )
  }
}

/** A rule and its scope folds in a snapshot. */
export interface RestoredRule extends RuleSnapshot {
  readonly tracks: ScopeFoldSnapshot[]
}

/** A theatre being restored: receives each row's content. */
export interface Restoring<T> {
  report(id: string, known: TheatreReport): void
  /**
   * The incident of these reports, as it was assembled before. `crowded`: all reports in crowds.
   */
  incident(
    reportIds: readonly string[],
    doubt: IncidentDoubt | undefined,
    crowded: CrowdedCounts
  ): Incident
  revisions(revisions: readonly (readonly [string, number])[]): void
  finish(rules: readonly RestoredRule[], alerts: readonly AlertEntry[]): T
}

/** Takes rows, parsed from text, in order. The theatre takes ownership of their content. */
export class CaptureReader<T> {
  readonly #begin: (head: SnapshotHead) => Restoring<T>
  #restoring: Restoring<T> | null = null
  readonly #incidents: Incident[] = []
  readonly #doubts = new Map<number, IncidentDoubt>()
  readonly #crowded = new Map<string, readonly number[]>()
  readonly #rules: RestoredRule[] = []
  readonly #alerts: AlertEntry[] = []
  /** Of the row that is being read. */
  readonly #pieces: string[] = []

  constructor(begin: (head: SnapshotHead) => Restoring<T>) {
    this.#begin = begin
  }

  take(untyped: unknown): void {
    const row = untyped as SnapshotRow
    if (row[0] === 'head') {
      this.#restoring = this.#begin(row[1])
      return
    }
    const restoring = this.#begun()
    switch (row[0]) {
      case 'reports':
        for (const [id, known] of row[1]) restoring.report(id, known)
        return
      case 'groups':
        for (const ids of row[1])
          this.#incidents.push(
            restoring.incident(ids, this.#doubts.get(this.#incidents.length), this.#crowded)
          )
        return
      case 'crowded':
        for (const [id, counts] of row[1]) this.#crowded.set(id, counts)
        return
      case 'doubts':
        for (const [number, doubt] of row[1]) this.#doubts.set(number, doubt)
        return
      case 'revisions':
        restoring.revisions(row[1])
        return
      case 'incidents':
        this.#incidents.push(...row[1])
        return
      case 'rule':
        this.#rules.push({ rule: row[1], tracks: [] })
        return
      case 'unknown':
        this.#rules.push({ ...(this.#rules.pop() as RestoredRule), unknown: row[1] })
        return
      case 'piece':
        this.#pieces.push(row[1])
        return
      case 'pieces-of':
        this.take([row[1], JSON.parse(this.#pieces.splice(0).join(''))])
        return
      case 'tracks':
        this.#rules
          .at(-1)
          ?.tracks.push(...(withIncidents(row[1], this.#incidents) as ScopeFoldSnapshot[]))
        return
      case 'alerts':
        for (const entry of withIncidents(row[1], this.#incidents) as AlertEntry[])
          this.#alerts.push(
            entry.published === null && entry.held ? { ...entry, published: entry.held } : entry
          )
        return
      default:
        row satisfies never
    }
  }

  /** Throws RangeError if there was no head. */
  finish(): T {
    return this.#begun().finish(this.#rules, this.#alerts)
  }

  #begun(): Restoring<T> {
    if (this.#restoring === null) throw new RangeError('the head of a snapshot comes first')
    return this.#restoring
  }
}

/** A row's scope folds or alerts with incidents in place of their numbers. Changes its argument. */
function withIncidents(value: unknown, incidents: readonly Incident[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = withIncidents(value[i], incidents)
    return value
  }
  const fields = value as Record<string, unknown>
  const number = fields['@']
  if (typeof number === 'number') return incidents[number]
  for (const name of Object.keys(fields)) {
    const field = fields[name]
    if (typeof field === 'object' && field !== null) fields[name] = withIncidents(field, incidents)
  }
  return fields
}

function isIncident(value: object): value is Incident {
  return 'contentKey' in value && 'reportIds' in value
}

class IncidentTable {
  readonly #writing: Writing = { isAtom: isIncident, packed: value => this.#pack(value) }
  readonly #numbers = new Map<Incident, number>()
  readonly #presentIds = new Set<string>()
  #unwritten: Incident[] = []

  present(incident: Incident): void {
    this.#numbers.set(incident, this.#numbers.size)
    this.#presentIds.add(incident.id)
  }

  isPresent(id: string): boolean {
    return this.#presentIds.has(id)
  }

  /**
   * The row, in pieces if it is large, preceded by the incidents that it is the first to refer to.
   */
  *row(name: 'tracks' | 'alerts', values: readonly unknown[]): Generator<SnapshotRow> {
    if (isLarge(values, this.#writing)) {
      for (const piece of jsonPieces(values, this.#writing)) yield ['piece', piece]
      if (this.#unwritten.length > 0) yield ['incidents', this.#unwritten]
      this.#unwritten = []
      yield ['pieces-of', name]
      return
    }
    const packed = values.map(value => this.#pack(value))
    if (this.#unwritten.length > 0) yield ['incidents', this.#unwritten]
    this.#unwritten = []
    yield [name, packed]
  }

  #pack(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value))
      return typeof value[0] === 'object' ? value.map(each => this.#pack(each)) : value
    if (isIncident(value)) return { '@': this.#numberOf(value) }
    const packed: Record<string, unknown> = {}
    for (const [name, field] of Object.entries(plainOf(value))) packed[name] = this.#pack(field)
    return packed
  }

  #numberOf(incident: Incident): number {
    const known = this.#numbers.get(incident)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(incident, number)
    this.#unwritten.push(incident)
    return number
  }
}
