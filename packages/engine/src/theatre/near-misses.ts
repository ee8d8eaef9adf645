// Near misses: what a rule has nearly found, for people who ask why no alert was raised. One mechanism
// for all rules: the measure of a scope without an open episode, and clusters that lack one incident.
// Alerts never depend on it.

import type { Incidents } from '../data/incidents.ts'
import { convertToMs } from '../data/time.ts'
import { flag } from '../data/vocabulary.ts'
import { fillTemplate } from '../render/template.ts'
import type { Language } from '../rules/definition.ts'
import type { Group, Measure } from '../rules/finding.ts'
import { Clusters } from '../rules/fold/clusters.ts'
import { readPlaceName } from '../rules/place-of-incident.ts'
import type { Engine } from './engine.ts'
import { readRuleWords } from './rule-set.ts'

/** Share of its threshold from which the measure of a rule is near, if the rule states none. */
const usualNearShare = 0.8

export interface NearMiss {
  readonly group: Group
  readonly measure: Measure & { readonly name: string }
  /** How much the measure lacks: `1 more`. */
  readonly lacks: string
  /** Left out if it is no drill. */
  readonly drill?: true
  /** How many there are. */
  readonly incidents: number
  /** ISO 8601. */
  readonly lastAt: string
}

/** A near miss in numbers. */
interface Near {
  readonly group: Group
  readonly measure: Measure
  readonly rows: readonly number[]
}

/** The near misses of a rule, the nearest first; null if it measures none, or is no rule here. */
export function listNearMisses(
  engine: Engine,
  ruleId: string,
  language: Language = 'en'
): readonly NearMiss[] | null {
  const configured = engine.rules.byId.get(ruleId)
  if (configured === undefined) return null
  const near = listNearScopes(engine, ruleId) ?? listNearInSpace(engine, ruleId)
  if (near === null) return null
  const { texts, parameters } = readRuleWords(configured)
  const name = fillTemplate(texts[language].measure, parameters as never, language)
  return near
    .sort((a, b) => computeShare(b.measure) - computeShare(a.measure))
    .map(one => describeNear(engine.incidents, one, name))
}

function computeShare({ value, threshold }: Measure): number {
  return value / threshold
}

/** Null for a rule that measures no idle scope. */
function listNearScopes({ rules, index }: Engine, ruleId: string): Near[] | null {
  const rule = rules.dayRules.find(({ id }) => id === ruleId)
  if (rule?.assess === undefined) return null
  const { nearShare = usualNearShare } = rule
  const near: Near[] = []
  for (const track of index.listRuleTracks(ruleId)) {
    const assessed = track.assess()
    if (assessed === null || assessed.rows.length === 0) continue
    const { measure, rows } = assessed
    const { value, threshold } = measure
    if (value > 0 && value < threshold && value >= nearShare * threshold)
      near.push({ group: track.scope.group, measure, rows })
  }
  return near
}

function listNearInSpace({ clusters, incidents, today }: Engine, ruleId: string): Near[] | null {
  const own = clusters.find(({ rule }) => rule.id === ruleId)
  if (!(own instanceof Clusters)) return null
  return listNearClusters(own, today).map(({ rows, least }) => ({
    group: readPlaceGroup(incidents, rows[0]!),
    measure: { value: least - 1, threshold: least, baseline: null },
    rows
  }))
}

function readPlaceGroup(incidents: Incidents, row: number): Group {
  const { columns, reports } = incidents
  const admin1 = columns.admin1[row]!
  const name = readPlaceName(incidents, row)
  return {
    ...(admin1 < 0 ? {} : { admin1: reports.names.getText(admin1) }),
    ...(name === '' ? {} : { near: name }),
    ...((columns.flags[row]! & flag.drill) === 0 ? {} : { drill: 'true' })
  }
}

function describeNear({ columns }: Incidents, { group, measure, rows }: Near, name: string) {
  const lastDay = rows.reduce((last, row) => Math.max(last, columns.toDay[row]!), 0)
  const lack = Math.round((measure.threshold - measure.value) * 1e6) / 1e6
  return {
    group,
    measure: { name, ...measure },
    lacks: `${lack} more`,
    ...(group.drill === 'true' ? { drill: true as const } : {}),
    incidents: rows.length,
    lastAt: new Date(convertToMs(lastDay)).toISOString()
  }
}

/** Linked rows of which one needs `least` linked ones, itself included, and lacks one. */
interface NearCluster {
  readonly rows: readonly number[]
  readonly least: number
}

/** Those that an incident of this day could still join. Each row is in one at most. */
function listNearClusters(
  { rule, incidents, membership, neighbours }: Clusters,
  today: number
): readonly NearCluster[] {
  const { toDay } = incidents.columns
  const firstDay = today - rule.linkDays
  const listed = new Set<number>()
  const near: NearCluster[] = []
  for (const row of membership.listRows()) {
    const least = listed.has(row) || toDay[row]! < firstDay ? 0 : membership.findNearLeast(row)
    if (least === 0) continue
    const rows = [row]
    let isInCluster = false
    neighbours.visitLinked(row, other => {
      rows.push(other)
      isInCluster ||= membership.isCore(other)
    })
    if (isInCluster) continue
    for (const one of rows) listed.add(one)
    near.push({ rows, least })
  }
  return near
}
