// What an overlap rule must find in the findings of other rules: every day from the first to the last
// is looked at, in every area.

import type { Incidents } from '../../src/data/incidents.ts'
import { never } from '../../src/data/time.ts'
import { listCertainAreas } from '../../src/rules/families.ts'
import type { OverlapRule, SituationKind } from '../../src/rules/overlap-rule.ts'
import type { FoundFinding } from '../support/format-finding.ts'

interface Situation {
  readonly kind: SituationKind
  readonly from: number
  readonly end: number
  readonly found: FoundFinding
}

export function findOverlaps(
  rule: OverlapRule,
  incidents: Incidents,
  inputs: readonly FoundFinding[],
  today: number
): FoundFinding[] {
  const areas = new Map<string, Situation[]>()
  for (const found of inputs) {
    const kind = rule.getKind(found.pattern)
    if (kind === null) continue
    const from = found.levels[0]!
    const end = found.endDay === never ? never : Math.max(found.endDay, from + rule.leastDays)
    const { admin1, hub } = found.group
    const names = found.rows
      .flatMap(row => listCertainAreas(incidents, row))
      .map(area => incidents.reports.names.getText(area))
    const stated = admin1 === undefined ? [] : [admin1]
    for (const area of new Set(
      admin1 === undefined || hub !== undefined ? [...stated, ...names] : stated
    )) {
      const group = JSON.stringify(
        found.isDrill ? { admin1: area, drill: 'true' } : { admin1: area }
      )
      areas.set(group, [...(areas.get(group) ?? []), { kind, from, end, found }])
    }
  }
  return [...areas].flatMap(([group, situations]) =>
    findSpans(situations, rule.escalationKinds).map(({ from, end, value, raised }) => {
      const during = situations
        .filter(one => one.from < end && from < one.end)
        .sort((a, b) => a.from - b.from || a.end - b.end || (a.kind.name < b.kind.name ? -1 : 1))
      return {
        ...{ rule: rule.id, pattern: rule.pattern, group: JSON.parse(group) },
        ...{
          isDrill: group.includes('"drill"'),
          startDay: from,
          endDay: end <= today ? end : never
        },
        levels: raised === 0 ? [from] : [from, raised],
        measure: { value, threshold: 2, baseline: null },
        certainty: null,
        facts: { situations: [...new Set(during.map(({ kind }) => kind.name))].join(', ') },
        rows: [...new Set(during.flatMap(({ found }) => found.rows))]
      }
    })
  )
}

function findSpans(situations: readonly Situation[], escalationKinds: number) {
  const spans: { from: number; end: number; value: number; raised: number }[] = []
  const days = situations.flatMap(({ from, end }) => [from, end]).filter(day => day !== never)
  let open: (typeof spans)[number] | null = null
  for (let day = Math.min(...days); day <= Math.max(...days); day++) {
    const present = situations.filter(({ from, end }) => from <= day && day < end)
    const value = new Set(present.map(({ kind }) => kind.name)).size
    if (open !== null && value < 2) {
      open.end = day
      open = null
    }
    const kinds = new Set(present.map(({ kind }) => kind.cutsOff))
    if (open === null && kinds.size === 2) {
      open = { from: day, end: never, value, raised: 0 }
      spans.push(open)
    }
    if (open === null) continue
    open.value = Math.max(open.value, value)
    if (value >= escalationKinds) open.raised ||= day
  }
  return spans
}
