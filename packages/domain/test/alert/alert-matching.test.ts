// Which alert continues which finding, and which quick tests prove that no other takes part.

import { describe, expect, it } from 'vitest'
import { matchAlerts } from '../../src/alert/alert-matching.ts'
import type { Claimant, SeenFinding } from '../../src/alert/match-candidates.ts'
import type { Finding } from '../../src/finding/finding.ts'
import { assembleIncident, type Incident, viewOf } from '../../src/incident/incident.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, revisionOf } from '../fold-story.ts'

const startMs = Date.parse('2025-03-01T00:00:00.000Z')

function incident(...ids: string[]): Incident {
  const views = ids.map((id, i) =>
    viewOf(revisionOf({ id, at: '2025-03-01', source: `wire-${i}` }), startMs, 'B')
  )
  return assembleIncident(views)
}

function finding(triggers: readonly Incident[], more: Partial<Finding> = {}): Finding {
  return {
    group: { admin1: 'ML-5' },
    situation: null,
    fromMs: startMs,
    toMs: startMs + dayMs,
    levels: [{ level: 1, atMs: startMs, reason: 'entry' }],
    measure: { name: 'attacks', value: triggers.length, threshold: 3, baseline: null },
    triggers,
    support: [],
    omitted: 0,
    headline: 'Attacks in ML-5',
    explanation: `Seen in ${triggers.length} attacks.`,
    ...more
  }
}

const seen = (of: Finding): SeenFinding => ({
  finding: of,
  ruleVersion: 1,
  severities: ['moderate']
})
const claimant = (
  alertId: string,
  firstSeq: number,
  of: Finding,
  more: Partial<Claimant> = {}
): Claimant => ({
  alertId,
  firstSeq,
  open: false,
  holds: true,
  finding: of,
  ...more
})
const takenBy = (claimants: readonly Claimant[], findings: readonly Finding[]) =>
  Object.fromEntries(
    [...matchAlerts(claimants, findings.map(seen)).taken].map(([id, found]) => [
      id,
      findings.indexOf(found.finding)
    ])
  )

describe('matching', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(id => incident(id)) as [
    Incident,
    Incident,
    Incident,
    Incident
  ]

  it('leaves a closed alert its finding, whatever an older retracted one shares with it', () => {
    const found = finding([a, b])
    const retracted = claimant('elder', 1, finding([a, b, c]), { holds: false })
    expect(takenBy([retracted, claimant('holder', 2, found)], [finding([a, b])])).toEqual({
      holder: 0
    })
  })

  it('leaves each of two closed alerts its own finding, if the older shares as much with that of the younger', () => {
    const [small, great] = [finding([a, b]), finding([a, b, c], { toMs: startMs + 9 * dayMs })]
    const claimants = [claimant('elder', 1, small), claimant('younger', 2, great)]
    expect(takenBy(claimants, [{ ...great }, { ...small }])).toEqual({ elder: 1, younger: 0 })
  })

  it('lets open alerts choose first, then closed ones by what they share', () => {
    const claimants = [
      claimant('closed', 1, finding([a, b])),
      claimant('open', 2, finding([a, b, c]), { open: true })
    ]
    expect(takenBy(claimants, [finding([a, b, d])])).toEqual({ open: 0 })
    expect(takenBy(claimants, [finding([b, d]), finding([a, b, c])])).toEqual({
      open: 1,
      closed: 0
    })
  })
})

describe('a rule that is set again unchanged', () => {
  it('leaves two closed alerts of one group unchanged, of which the older was retracted', () => {
    const busy = {
      ruleId: 'busy',
      ruleVersion: 1,
      pattern: 'count',
      parameters: { threshold: 3 }
    } as const
    const story = new FoldStory({ rules: [busy], sources: [] })
    story.tick('2025-03-01')
    const report = (id: string, day: number) =>
      story.report({ id, at: formatTime(Date.UTC(2025, 0, day)).slice(0, 10) })
    for (const [id, day] of Object.entries({ a: 1, b: 3, c: 5 })) report(id, day)
    for (const [id, day] of Object.entries({ p: 52, q: 54, r: 56 })) report(id, day)
    for (const id of ['a', 'b', 'c']) story.withdraw(id)
    // Late reports move the younger episode back to the time of the older one, which nothing
    // supports any more.
    for (let day = 50; day >= 2; day -= 3) report(`late-${day}`, day)
    story.tick('2025-08-01')
    const [elder, younger] = story.standing()
    expect([elder?.status, younger?.status, younger?.window.from]).toEqual([
      'retracted',
      'resolved',
      '2025-01-02T00:00:00.000Z'
    ])
    expect(
      story.take({ type: 'rule.configured', data: { ...busy, ruleVersion: 2 } }).alerts
    ).toEqual([])
    expect(story.standing()).toEqual([elder, younger])
  })
})
