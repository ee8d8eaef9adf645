// The quick test for a growing finding whose alert shares reports with others: where it says that
// nothing else moves, matching says the same of the same alerts.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentOf } from '../../src/alert/alert-content.ts'
import type { AlertEntry } from '../../src/alert/alert-decision.ts'
import { AlertEntries } from '../../src/alert/alert-entries.ts'
import { newborn } from '../../src/alert/alert-parts.ts'
import { allContinuing, continuing } from '../../src/alert/alert-reach.ts'
import { FindingFamilies, heldAfter, matchFamily } from '../../src/alert/family-matching.ts'
import type { Finding } from '../../src/finding/finding.ts'
import { familyOf } from '../../src/finding/finding-family.ts'
import { FoldWork } from '../../src/fold/fold-work.ts'
import { assembleIncident, type Incident, viewOf } from '../../src/incident/incident.ts'
import { dayMs } from '../../src/space-time/event-time.ts'
import { FoldStory, revisionOf } from '../fold-story.ts'

const startMs = Date.parse('2025-03-01T00:00:00.000Z')
const rule = { ruleId: 'busy', ruleVersion: 1, pattern: 'count', parameters: {} } as const
const severities = ['moderate'] as const
const family = familyOf(rule.ruleId, undefined)
const revisions = { revisionOf: () => 1, changes: 0, changedSince: () => new Set<string>() }

const incidents = Array.from({ length: 9 }, (_, i): Incident => {
  const view = viewOf(revisionOf({ id: `r${i}`, at: '2025-03-01', source: 'wire-1' }), startMs, 'B')
  return assembleIncident([view])
})

interface Drawn {
  readonly triggers: readonly number[]
  readonly startDay: number
  readonly isOpen: boolean
  readonly holds: boolean
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  triggers: fc.uniqueArray(fc.nat({ max: 7 }), { minLength: 1, maxLength: 5 }),
  startDay: fc.nat({ max: 2 }),
  isOpen: fc.boolean(),
  holds: fc.boolean()
})

function findingOf(triggers: readonly number[], startDay: number, isOpen: boolean): Finding {
  return {
    group: { admin1: 'ML-5' },
    situation: null,
    fromMs: startMs + startDay * dayMs,
    toMs: isOpen ? null : startMs + 5 * dayMs,
    levels: [{ level: 1, atMs: startMs, reason: 'entry' }],
    measure: { name: 'attacks', value: triggers.length, threshold: 3, baseline: null },
    triggers: triggers.toSorted((a, b) => a - b).map(i => incidents[i] as Incident),
    support: [],
    omitted: 0,
    headline: 'Attacks in ML-5',
    explanation: 'Attacks.'
  }
}

/** Alerts of one family; each finding has the alert that holds it. */
function groundOf(alerts: readonly Drawn[]) {
  const entries = new AlertEntries()
  const findings = new FindingFamilies()
  const kept = alerts.map(({ triggers, startDay, isOpen, holds }, i): AlertEntry => {
    const found = { finding: findingOf(triggers, startDay, isOpen), ruleVersion: 1, severities }
    const told = {
      alertId: `alert-${i}`,
      theatre: 'sahel',
      references: [],
      time: '2025-03-02T00:00:00.000Z'
    }
    const entry = newborn(rule, found, contentOf(found.finding, severities, revisions), told)
    const status = isOpen ? 'confirmed' : holds ? 'resolved' : 'retracted'
    return { ...entry, firstSeq: i, held: holds ? found : null, state: { ...entry.state, status } }
  })
  for (const entry of kept) entries.keep(entry)
  findings.take(
    rule.ruleId,
    kept.flatMap(({ held }) => held?.finding ?? [])
  )
  return { entries, findings, kept }
}

/**
 * Matching looks at the connected alerts alone, and leaves each what it holds, or the next version
 * of it.
 */
function expectMatchedAlike(
  change: Parameters<typeof matchFamily>[1],
  connected: ReadonlySet<string>,
  { entries, findings }: Pick<ReturnType<typeof groundOf>, 'entries' | 'findings'>
): void {
  const matching = matchFamily({ rule, severities, ...change }, change, {
    entries,
    findings,
    work: new FoldWork()
  })
  const after = new Map(heldAfter(matching))
  expect(new Set(after.keys())).toEqual(connected)
  expect(matching.left).toEqual([])
  for (const [id, held] of after) {
    const before = entries.get(id)?.held?.finding
    const at = before === undefined ? -1 : change.removed.indexOf(before)
    expect(held?.finding).toBe(at === -1 ? before : change.added[at])
  }
}

describe('an alert that shares reports with others', () => {
  it('goes on alone only where matching would leave all others what they hold', () => {
    let [quick, connectedWithOthers] = [0, 0]
    fc.assert(
      fc.property(
        fc.array(drawn, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (alerts, isKnown) => {
          const { entries, findings, kept } = groundOf(alerts)
          const old = kept[0]?.held?.finding
          if (old === undefined) return
          const more = isKnown ? (alerts[0]?.startDay as number) : 8
          const now = {
            ...old,
            triggers: [...new Set([...old.triggers, incidents[more] as Incident])]
          }
          const change = { removed: [old], added: [now], layer: undefined }
          const goesOn = continuing(
            { family, ...change },
            rule.ruleVersion,
            findings.of(family),
            entries
          )
          if (goesOn === null) return
          quick += 1
          const connected = new Set(goesOn.connected)
          if (connected.size > 1) connectedWithOthers += 1
          expectMatchedAlike(change, connected, { entries, findings })
        }
      ),
      { numRuns: 3000 }
    )
    expect(quick).toBeGreaterThan(connectedWithOthers)
    expect(connectedWithOthers).toBeGreaterThan(100)
  })

  it('goes on beside others that say something else of the same reports, only where matching would leave all with theirs', () => {
    const seen = { together: 0, connected: 0, refused: 0 }
    fc.assert(
      fc.property(
        fc.array(drawn, { minLength: 2, maxLength: 6 }),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        fc.nat({ max: 9 }),
        (alerts, isChanged, growing) => {
          const { entries, findings, kept } = groundOf(alerts)
          const removed = kept.flatMap(({ held }, i) =>
            held && isChanged[i] === true ? [held.finding] : []
          )
          // Now and then one of them has another trigger or time, and matching decides.
          const added = removed.map((old, i): Finding => {
            const counted = { ...old, omitted: 1 }
            if (i !== growing) return counted
            const triggers = [...new Set([...old.triggers, incidents[8] as Incident])]
            return alerts.length % 2 === 0
              ? { ...counted, triggers }
              : { ...counted, toMs: startMs + 9 * dayMs }
          })
          if (removed.length < 2) return
          const change = { removed, added, layer: undefined }
          const goOn = allContinuing(
            { family, ...change },
            rule.ruleVersion,
            findings.of(family),
            entries
          )
          const isOther = growing < removed.length
          if (isOther) expect(goOn).toBeNull()
          if (goOn === null) {
            seen.refused += isOther ? 1 : 0
            return
          }
          seen.together += 1
          const connected = new Set(goOn.flatMap(one => [...one.connected]))
          if (connected.size > removed.length) seen.connected += 1
          expectMatchedAlike(change, connected, { entries, findings })
        }
      ),
      { numRuns: 9000 }
    )
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(50)
  })

  it('costs no matching while it grows beside an ended one that shares an incident with it', () => {
    const busy = {
      ruleId: 'busy',
      ruleVersion: 1,
      pattern: 'count',
      parameters: { threshold: 3, windowDays: 5 }
    } as const
    const story = new FoldStory({ rules: [busy], sources: [] })
    story.tick('2025-02-05')
    const report = (id: string, at: string, to = at) =>
      story.report({ id, at, to, settlement: id, lat: null })
    // An interval lies in the windows of both.
    report('long', '2025-01-01', '2025-01-31')
    for (const [id, at] of Object.entries({
      a: '2025-01-01',
      b: '2025-01-02',
      c: '2025-02-03',
      d: '2025-02-04'
    }))
      report(id, at)
    expect([...story.fold.alerts.entries].map(({ state }) => state.status)).toEqual([
      'resolved',
      'provisional'
    ])
    const before = story.fold.work.matches
    for (let i = 5; i < 15; i++) report(`e${i}`, '2025-02-05')
    expect(story.fold.work.matches).toBe(before)
  })
})
