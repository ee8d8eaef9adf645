// The snapshot of a level's fold: retained reports, published alerts, and the rule states of the days
// before the cut-off, which can no longer be folded. All else is computed from them.

import { deserialize, serialize } from 'node:v8'
import { type Alert, type AlertFields, exportAlert, restoreAlert } from '../alerts/alert.ts'
import type { DeclaredPairsState } from '../assembly/declared-pairs.ts'
import type { IncidentRows } from '../data/incidents.ts'
import { evicted, type ReportsState } from '../data/reports.ts'
import type { Finding } from '../rules/finding.ts'
import { Cluster } from '../rules/fold/cluster.ts'
import { Episode } from '../rules/fold/episode.ts'
import type { OverlapsState } from '../rules/fold/overlaps.ts'
import type { RuleBase } from '../rules/rule-base.ts'
import { SituationFinding } from '../rules/scan/situation-finding.ts'
import type { Engine, EngineState } from './engine.ts'
import type { FindingFoldState } from './finding-fold.ts'
import { LevelFold, type LevelOptions } from './level-fold.ts'
import type { RuleSet } from './rule-set.ts'
import type { StoredTrack } from './scope-index.ts'

/** A change of what a snapshot holds changes it: another engine then reads the log from its start. */
const format = 9

/**
 * Finds a finding again: by the key of its scope and its first day, by a core point of its cluster or
 * the last trigger of its situation, or by its group and first day.
 */
type FindingKey =
  | { readonly scope: number; readonly startDay: number }
  | { readonly core: number }
  | { readonly group: string; readonly startDay: number }

interface FindingRef {
  readonly rule: string
  readonly key: FindingKey
}

interface StoredAlert {
  readonly rule: string
  readonly pattern: string
  readonly fields: AlertFields
  readonly finding: FindingKey | null
  readonly earlier: readonly FindingKey[]
}

interface Snapshot {
  readonly format: number
  readonly engine: EngineState
  readonly nextEvictionDay: number
  readonly reports: ReportsState
  readonly declared: DeclaredPairsState
  /** Incidents beyond retention that alerts name. */
  readonly evicted: IncidentRows
  readonly tracks: readonly StoredTrack[]
  readonly clusters: readonly (readonly [rule: string, checkpoint: unknown])[]
  readonly findings: readonly (readonly [rule: string, state: FindingFoldState])[]
  readonly overlaps: readonly (readonly [rule: string, state: OverlapsState<FindingRef>])[]
  readonly alerts: readonly StoredAlert[]
  readonly chain: { readonly seq: number; readonly previous: string }
}

export function writeSnapshot(fold: LevelFold): Buffer {
  const { engine, book, nextEvictionDay } = fold
  const { reports, incidents, assembly, clusters, cutOffDay } = engine
  const { present } = reports.columns
  const evictedRows = [...present.subarray(0, reports.rowCount).keys()].filter(
    row => present[row] === evicted
  )
  const snapshot: Snapshot = {
    format,
    engine: engine.exportState(),
    nextEvictionDay,
    reports: reports.exportState(),
    declared: assembly.declared.exportState(),
    evicted: incidents.exportRows(evictedRows),
    tracks: engine.index.exportCheckpoint(cutOffDay),
    clusters: clusters.map(one => [one.rule.id, one.exportCheckpoint(cutOffDay)]),
    findings: engine.listFindingFolds().map(one => [one.rule.id, one.exportState()]),
    overlaps: engine.listOverlaps().map(one => [one.rule.id, one.exportState(makeRef)]),
    alerts: [...book.alerts.values()].map(storeAlert),
    chain: { seq: book.chain.seq, previous: book.chain.previous }
  }
  return serialize(snapshot)
}

function storeAlert(alert: Alert): StoredAlert {
  const { rule, finding, earlier } = alert
  return {
    rule: rule.id,
    pattern: rule.pattern,
    fields: exportAlert(alert),
    finding: finding === null ? null : makeKey(finding),
    earlier: earlier.map(makeKey)
  }
}

function makeRef(finding: Finding): FindingRef {
  return { rule: finding.rule.id, key: makeKey(finding) }
}

function makeKey(finding: Finding): FindingKey {
  const { startDay } = finding
  if (finding instanceof Episode) return { scope: finding.scope.key, startDay }
  if (finding instanceof Cluster) return { core: finding.cores[0] ?? -1 }
  if (finding instanceof SituationFinding) return { core: finding.situation.last.trigger.row }
  return { group: JSON.stringify(finding.group), startDay }
}

/**
 * With fewer rules than the snapshot has, the rest is left out; their alerts have no findings. Throws
 * RangeError for a snapshot of another format.
 */
export function restoreSnapshot(
  bytes: Uint8Array,
  rules: RuleSet,
  options: LevelOptions
): LevelFold {
  const snapshot: Snapshot = deserialize(bytes)
  if (snapshot.format !== format)
    throw new RangeError(`The snapshot has format ${snapshot.format}, not ${format}.`)
  const fold = new LevelFold(rules, options)
  const { engine, book } = fold
  fold.nextEvictionDay = snapshot.nextEvictionDay
  // What the fold finds again is no news.
  book.isQuiet = true
  restoreEngine(engine, snapshot)
  book.isQuiet = false
  book.clearPending()
  let hasOrphans = false
  for (const stored of snapshot.alerts) {
    const find = (key: FindingKey) => findFinding(engine, stored.rule, key)
    const finding = stored.finding === null ? null : find(stored.finding)
    const rule = findRule(rules, stored)
    const isRetained =
      stored.fields.endDay >= engine.cutOffDay && rules.byId.get(rule.id)?.rule === rule
    const isOrphan = stored.finding !== null && finding === null && isRetained
    const earlier =
      finding === null && !isOrphan ? [] : stored.earlier.map(find).filter(one => one !== null)
    const alert = restoreAlert(stored.fields, rule, finding, earlier)
    book.restore(alert)
    if (isOrphan) book.addOrphan(alert)
    hasOrphans ||= isOrphan
  }
  // A finding that the snapshot describes otherwise continues its alert at the next record.
  if (hasOrphans)
    for (const finding of engine.listFindings())
      if (
        finding.alert === null &&
        finding.endDay >= engine.cutOffDay &&
        engine.isPublished(finding)
      )
        book.onChanged(finding)
  book.chain.seq = snapshot.chain.seq
  book.chain.previous = snapshot.chain.previous
  return fold
}

function restoreEngine(engine: Engine, snapshot: Snapshot): void {
  const { reports, incidents, assembly, index, clusters } = engine
  engine.restoreState(snapshot.engine)
  reports.restore(snapshot.reports)
  assembly.declared.restore(snapshot.declared)
  const rows = engine.assembleAll()
  incidents.restoreRows(snapshot.evicted)
  index.loadCheckpoint(snapshot.tracks)
  index.foldFromCheckpoints()
  const checkpoints = new Map(snapshot.clusters)
  for (const one of clusters) one.loadCheckpoint(rows, checkpoints.get(one.rule.id)!)
  const findings = new Map(snapshot.findings)
  for (const one of engine.listFindingFolds()) one.restore(findings.get(one.rule.id)!)
  const overlaps = new Map(snapshot.overlaps)
  for (const one of engine.listOverlaps())
    one.restore(overlaps.get(one.rule.id)!, ({ rule, key }) => findFinding(engine, rule, key))
  engine.foldRestored()
}

/** An alert may outlast its rule. */
function findRule({ byId }: RuleSet, { rule: id, pattern }: StoredAlert): RuleBase {
  const rule = byId.get(id)?.rule
  return rule?.pattern === pattern ? rule : { id, pattern }
}

function findFinding(engine: Engine, rule: string, key: FindingKey): Finding | null {
  if ('scope' in key) {
    const fold = engine.listFindingFolds().find(one => one.rule.id === rule)
    if (fold !== undefined) return fold.findEpisode(key.scope, key.startDay)
    const episodes = engine.index.findTrack(rule, key.scope)?.episodes ?? []
    return episodes.find(({ startDay }) => startDay === key.startDay) ?? null
  }
  if ('core' in key) {
    const clusters = engine.clusters.find(one => one.rule.id === rule)
    return clusters?.findFinding(key.core) ?? null
  }
  for (const reader of engine.findingReaders)
    if (reader.rule.id === rule)
      for (const overlap of reader.listFindings())
        if (overlap.startDay === key.startDay && JSON.stringify(overlap.group) === key.group)
          return overlap
  return null
}
