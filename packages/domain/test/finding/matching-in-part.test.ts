// Matching looks at the alerts and findings that a change can affect. It gives what matching all of
// a rule would, however many of one village are alike: settled alerts keep what they hold,
// retracted ones take what is left, and so does one that loses its own finding, also of those that
// could raise no alert.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentOf } from '../../src/alert/alert-content.ts'
import { type AlertEntry, claimantOf } from '../../src/alert/alert-decision.ts'
import { AlertEntries } from '../../src/alert/alert-entries.ts'
import { matchAlerts } from '../../src/alert/alert-matching.ts'
import { newborn } from '../../src/alert/alert-parts.ts'
import { FindingFamilies, heldAfter, matchFamily } from '../../src/alert/family-matching.ts'
import type { SeenFinding } from '../../src/alert/match-candidates.ts'
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
  const view = viewOf(
    revisionOf({ id: `r${String(i).padStart(2, '0')}`, at: '2025-03-01', source: 'wire-1' }),
    startMs,
    'B'
  )
  return assembleIncident([view])
})

interface Drawn {
  readonly triggers: readonly number[]
  readonly village: string
  readonly startDay: number
  readonly status: (typeof statuses)[number]
}

const triggers = fc.uniqueArray(fc.nat({ max: incidents.length - 1 }), {
  minLength: 1,
  maxLength: 3
})
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

/**
 * Alerts as a record leaves them: all but the retracted hold a finding, and no two of these rest on
 * one report.
 */
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
    const told = {
      alertId: `alert-${i}`,
      theatre: 'sahel',
      references: [],
      time: '2025-03-02T00:00:00.000Z'
    }
    const entry = newborn(rule, found, contentOf(found.finding, severities, revisions), told)
    const held = alert.status === 'retracted' ? null : found
    return { ...entry, firstSeq: i, held, state: { ...entry.state, status: alert.status } }
  })
}

describe('matching of what a change can affect', () => {
  it('gives what matching of all alerts and findings gives', () => {
    const list = (max: number) => fc.array(drawn, { minLength: 1, maxLength: max })
    const gone = fc.array(fc.nat({ max: 15 }), { maxLength: 3 })
    let takenUnclaimed = 0
    fc.assert(
      fc.property(list(16), list(4), gone, list(4), (alerts, come, gone, unclaimed) => {
        const kept = entriesOf(atRest(alerts))
        const entries = new AlertEntries()
        for (const entry of kept) entries.keep(entry)
        const held = new Set(kept.flatMap(({ held }) => held?.finding ?? []))
        const silent = leftAlone(kept, differing(unclaimed, alerts).map(findingOf))
        const standing = [...held, ...silent]
        const findings = new FindingFamilies()
        findings.take(rule.ruleId, standing)
        findings.claimAll({ isHeld: finding => held.has(finding) })
        const removed = standing.filter((_, i) => gone.includes(i))
        const added = differing(come, [...alerts, ...unclaimed]).map(findingOf)
        const after = [...standing.filter(finding => !removed.includes(finding)), ...added]
        const seen = after.map(finding => ({ finding, ruleVersion: 1, severities }))
        const whole = matchAlerts(kept.map(claimantOf), seen, { removed, added })
        const change = { rule, severities, removed, added }
        const part = matchFamily(
          change,
          { layer: undefined, removed, added },
          { findings, entries, work: new FoldWork() }
        )
        const heldNow = new Map(
          kept.map(entry => [entry.state.alertId, entry.held?.finding ?? null])
        )
        for (const [alertId, found] of heldAfter(part)) heldNow.set(alertId, found?.finding ?? null)
        const numbered = (of: Iterable<readonly [string, Finding | null]>) =>
          Object.fromEntries(
            [...of].map(([id, finding]) => [id, finding === null ? null : after.indexOf(finding)])
          )
        expect(numbered(heldNow)).toEqual(
          numbered(
            kept.map(
              ({ state }) =>
                [state.alertId, whole.taken.get(state.alertId)?.finding ?? null] as const
            )
          )
        )
        const loud = (left: readonly SeenFinding[]) =>
          new Set(left.map(({ finding }) => finding).filter(f => !silent.includes(f)))
        expect(loud(part.left)).toEqual(loud(whole.left))
        for (const { finding } of part.taken.values())
          if (silent.includes(finding)) takenUnclaimed += 1
      }),
      { numRuns: runsOf(2_000, 10) }
    )
    expect(takenUnclaimed).toBeGreaterThan(0)
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

/** The findings that no alert takes, were all matched, and whose presence changes nothing. */
function leftAlone(kept: readonly AlertEntry[], findings: readonly Finding[]): readonly Finding[] {
  const seen = (of: readonly Finding[]) =>
    of.map(finding => ({ finding, ruleVersion: 1, severities }))
  const held = kept.flatMap(({ held }) => held?.finding ?? [])
  const alone: Finding[] = []
  for (const finding of findings) {
    const { taken } = matchAlerts(kept.map(claimantOf), seen([...held, ...alone, finding]))
    const isSame = kept.every(
      ({ state, held }) => (taken.get(state.alertId)?.finding ?? null) === (held?.finding ?? null)
    )
    if (isSame) alone.push(finding)
  }
  return alone
}

/** Those that differ from others, and from one another. */
function differing(all: readonly Drawn[], others: readonly Drawn[]): readonly Drawn[] {
  return all.filter((one, i) =>
    [...others, ...all.slice(0, i)].every(other => !areAlike(one, other))
  )
}

/** No rule finds twice what begins at one time and rests on the same. */
function areAlike(a: Drawn, b: Drawn): boolean {
  const keyOf = ({ triggers, village, startDay }: Drawn) =>
    JSON.stringify([triggers.toSorted(), village, startDay])
  return keyOf(a) === keyOf(b)
}

function alike(triggers: readonly number[]): Drawn {
  return { triggers, village: 'Dioura', startDay: 0, status: 'resolved' }
}
