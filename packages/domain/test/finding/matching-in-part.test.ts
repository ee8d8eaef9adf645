// Matching looks at the alerts and findings that a change can affect. It gives what matching all of a rule would, however many of
// one village are alike: settled alerts keep what they hold, and retracted ones take what is left.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentOf } from '../../src/alert/alert-content.ts'
import { type AlertEntry, claimantOf } from '../../src/alert/alert-decision.ts'
import { AlertEntries } from '../../src/alert/alert-entries.ts'
import { matchAlerts } from '../../src/alert/alert-matching.ts'
import { newborn } from '../../src/alert/alert-parts.ts'
import { FindingFamilies, heldAfter, matchFamily } from '../../src/alert/family-matching.ts'
import type { Finding } from '../../src/finding/finding.ts'
import { FoldWork } from '../../src/fold/fold-work.ts'
import { assembleIncident, type Incident, viewOf } from '../../src/incident/incident.ts'
import { dayMs } from '../../src/space-time/event-time.ts'
import { revisionOf } from '../fold-story.ts'
import { runsOf } from '../test-size.ts'

const startMs = Date.parse('2025-03-01T00:00:00.000Z')
const rule = { ruleId: 'alike', ruleVersion: 1, pattern: 'sequence', parameters: {} } as const
const severities = ['moderate'] as const
const revisions = { revisionOf: () => 1, changes: 0, changedSince: () => new Set<string>() }
const statuses = ['provisional', 'confirmed', 'resolved', 'retracted'] as const

const incidents = Array.from({ length: 24 }, (_, i): Incident => {
  const view = viewOf(revisionOf({ id: `r${String(i).padStart(2, '0')}`, at: '2025-03-01', source: 'wire-1' }), startMs, 'B')
  return assembleIncident([view])
})

interface Drawn {
  readonly triggers: readonly number[]
  readonly village: string
  readonly startDay: number
  readonly status: (typeof statuses)[number]
}

const triggers = fc.uniqueArray(fc.nat({ max: incidents.length - 1 }), { minLength: 1, maxLength: 3 })
const drawn: fc.Arbitrary<Drawn> = fc.record({
  triggers,
  village: fc.constantFrom('Dioura', 'Konna'),
  startDay: fc.nat({ max: 2 }),
  status: fc.constantFrom(...statuses)
})

function findingOf({ triggers, village, startDay, status }: Drawn): Finding {
  const fromMs = startMs + startDay * dayMs
  return {
    group: { settlement: village },
    situation: { keys: [`at ${village}`], around: null, untilMs: fromMs + 2 * dayMs },
    fromMs,
    toMs: status === 'provisional' || status === 'confirmed' ? null : fromMs + dayMs,
    levels: [{ level: 1, atMs: startMs, reason: 'entry' }],
    measure: { name: 'steps reported', value: triggers.length, threshold: 3, baseline: null },
    triggers: triggers.toSorted((a, b) => a - b).map(i => incidents[i] as Incident),
    support: [],
    omitted: 0,
    headline: `Attacks in ${village}`,
    explanation: 'Attacks.'
  }
}

/** Alerts as a record leaves them: all but the retracted hold a finding, and no two of these rest on one report. */
function atRest(alerts: readonly Drawn[]): readonly Drawn[] {
  const known = new Set<number>()
  return alerts.filter(({ triggers, status }) => {
    if (status === 'retracted') return true
    if (triggers.some(i => known.has(i))) return false
    for (const i of triggers) known.add(i)
    return true
  })
}

function entriesOf(alerts: readonly Drawn[]): readonly AlertEntry[] {
  return alerts.map((alert, i): AlertEntry => {
    const found = { finding: findingOf(alert), ruleVersion: 1, severities }
    const told = { alertId: `alert-${i}`, theatre: 'sahel', references: [], time: '2025-03-02T00:00:00.000Z' }
    const entry = newborn(rule, found, contentOf(found.finding, severities, revisions), told)
    const held = alert.status === 'retracted' ? null : found
    return { ...entry, firstSeq: i, held, state: { ...entry.state, status: alert.status } }
  })
}

describe('matching of what a change can affect', () => {
  it('gives what matching of all alerts and findings gives', () => {
    const list = (max: number) => fc.array(drawn, { minLength: 1, maxLength: max })
    fc.assert(
      fc.property(list(16), list(4), fc.array(fc.nat({ max: 15 }), { maxLength: 3 }), (alerts, come, gone) => {
        const kept = entriesOf(atRest(alerts))
        const entries = new AlertEntries()
        for (const entry of kept) entries.keep(entry)
        const standing = kept.flatMap(({ held }) => held?.finding ?? [])
        const findings = new FindingFamilies()
        findings.take(rule.ruleId, standing)
        const removed = standing.filter((_, i) => gone.includes(i))
        const added = come
          .filter((one, i) => [...alerts, ...come.slice(0, i)].every(other => !areAlike(one, other)))
          .map(findingOf)
        const after = [...standing.filter(finding => !removed.includes(finding)), ...added]
        const seen = after.map(finding => ({ finding, ruleVersion: 1, severities }))
        const whole = matchAlerts(kept.map(claimantOf), seen, { removed, added })
        const change = { rule, severities, removed, added }
        const part = matchFamily(change, { layer: undefined, removed, added }, { findings, entries, work: new FoldWork() })
        const held = new Map(kept.map(entry => [entry.state.alertId, entry.held?.finding ?? null]))
        for (const [alertId, found] of heldAfter(part)) held.set(alertId, found?.finding ?? null)
        const numbered = (of: Iterable<readonly [string, Finding | null]>) =>
          Object.fromEntries([...of].map(([id, finding]) => [id, finding === null ? null : after.indexOf(finding)]))
        expect(numbered(held)).toEqual(
          numbered(kept.map(({ state }) => [state.alertId, whole.taken.get(state.alertId)?.finding ?? null] as const))
        )
        expect(new Set(part.left.map(({ finding }) => finding))).toEqual(new Set(whole.left.map(({ finding }) => finding)))
      }),
      { numRuns: runsOf(2_000) }
    )
  })

  it('takes the same of findings that suit as well, whichever comes first', () => {
    const [a, b] = [findingOf(alike([1, 2])), findingOf(alike([3, 4]))]
    const lost = entriesOf([{ ...alike([5]), status: 'retracted' }]).map(claimantOf)
    const takenFrom = (findings: readonly Finding[]) =>
      [
        ...matchAlerts(
          lost,
          findings.map(finding => ({ finding, ruleVersion: 1, severities }))
        ).taken.values()
      ][0]?.finding
    expect(takenFrom([a, b])).toBe(a)
    expect(takenFrom([b, a])).toBe(a)
  })
})

/** No rule finds twice what begins at one time and rests on the same. */
function areAlike(a: Drawn, b: Drawn): boolean {
  const keyOf = ({ triggers, village, startDay }: Drawn) => JSON.stringify([triggers.toSorted(), village, startDay])
  return keyOf(a) === keyOf(b)
}

function alike(triggers: readonly number[]): Drawn {
  return { triggers, village: 'Dioura', startDay: 0, status: 'resolved' }
}
