// Every pattern's own examples, folded as a theatre folds them.

import { describe, expect, it } from 'vitest'
import { levelOf } from '../../src/alert/alert-content.ts'
import {
  type AnyPattern,
  type ExampleIncident,
  resolveParameters
} from '../../src/detection/pattern.ts'
import type { Finding } from '../../src/finding/finding.ts'
import { momentAt } from '../../src/fold/moment.ts'
import {
  assembleIncident,
  compareIncidents,
  type Incident,
  viewOf
} from '../../src/incident/incident.ts'
import { blocks, defaultRules, patterns } from '../../src/patterns/pattern-catalogue.ts'
import { parseSpan, parseTimeMs } from '../../src/space-time/event-time.ts'
import { revisionOf } from '../fold-story.ts'
import { expectPlainWords } from '../plain-words.ts'
import { machineOver } from './machine-over.ts'

function incidentOf(example: ExampleIncident, i: number): Incident {
  const revision = revisionOf({
    id: `example-${i}`,
    at: example.at,
    ...(example.to ? { to: example.to } : {}),
    category: example.category,
    ...(example.tactics ? { tactics: example.tactics } : {}),
    ...(example.settlement ? { settlement: example.settlement } : {}),
    ...(example.admin1 ? { admin1: example.admin1 } : {}),
    ...(example.lat === undefined ? {} : { lat: example.lat }),
    ...(example.lon === undefined ? {} : { lon: example.lon }),
    ...(example.country === undefined ? {} : { country: example.country }),
    ...(example.radiusKm === undefined ? {} : { radiusKm: example.radiusKm }),
    ...(example.actor === undefined ? {} : { actors: [example.actor] }),
    ...(example.deaths === undefined ? {} : { deaths: example.deaths }),
    ...(example.targets === undefined ? {} : { targets: example.targets }),
    ...(example.persons === undefined ? {} : { persons: example.persons }),
    ...(example.credibility === undefined ? {} : { credibility: example.credibility as 2 }),
    ...(example.seat === undefined ? {} : { seat: example.seat }),
    source: example.source ?? 'a'
  })
  return assembleIncident([viewOf(revision, parseSpan(revision.occurred).toMs, 'B')])
}

function findings(
  pattern: AnyPattern,
  incidents: readonly Incident[],
  horizonMs: number
): Finding[] {
  const parameters = resolveParameters(pattern, {})
  const scopes = new Set(incidents.flatMap(i => pattern.scopesOf(i, parameters)))
  return [...scopes].flatMap(scope => {
    const inScope = incidents
      .filter(i => pattern.scopesOf(i, parameters).includes(scope))
      .sort(compareIncidents)
    return [...machineOver(pattern, { scope, parameters }, inScope).findings(momentAt(horizonMs))]
  })
}

describe.each([...patterns.values()])('$id', pattern => {
  it('has at least one example that fires and one that does not', () => {
    expect(pattern.examples.some(e => e.expect.length > 0)).toBe(true)
    expect(pattern.examples.some(e => e.expect.length === 0)).toBe(true)
  })

  it.each(pattern.examples)('$name', example => {
    const found = findings(pattern, example.given.map(incidentOf), parseTimeMs(example.horizon))
    expect(found.map(f => ({ level: levelOf(f), open: f.toMs === null }))).toEqual(
      example.expect.map(({ level, open }) => ({ level, open }))
    )
    for (const [i, { group }] of example.expect.entries())
      expect(found[i]?.group).toMatchObject(group)
    for (const finding of found) expectPlainWords(finding)
  })

  it('documents every parameter with unit, meaning and source, and refuses an unknown one', () => {
    for (const p of Object.values(pattern.parameters))
      expect([p.unit, p.meaning, p.source].every(text => text.length > 0)).toBe(true)
    expect(() => resolveParameters(pattern, { nothing: 1 })).toThrow(RangeError)
  })

  it('is a starting rule, unless it is a building block or runs on request', () => {
    const isStarting = !blocks.includes(pattern) && pattern.id !== 'rare-count'
    expect(defaultRules.some(r => r.pattern === pattern.id)).toBe(isStarting)
  })

  it('finds no fault with its own defaults', () => {
    expect(pattern.faultsOf?.(resolveParameters(pattern, {})) ?? []).toEqual([])
  })
})
