// Made-up histories of an alert's evidence: what may happen to it between two events, and states of
// an alert that hold it.

import type { AlertState, EvidenceItem } from '@tocsin/contracts/alert/alert'
import { handlings } from '@tocsin/contracts/theatre/handling'
import fc from 'fast-check'

export type Evidence = readonly EvidenceItem[]

export const item: fc.Arbitrary<EvidenceItem> = fc.record({
  incidentId: fc.nat({ max: 900 }).map(n => `incident-${n}`),
  revision: fc.integer({ min: 1, max: 9 }),
  role: fc.constantFrom('trigger' as const, 'support' as const),
  handling: fc.constantFrom(...handlings)
})

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const at = (evidence: Evidence, where: number) => Math.floor(where * (evidence.length + 1))

type Step = (evidence: Evidence) => Evidence

/** One thing that happens to a list. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(place, fc.array(item, { minLength: 1, maxLength: 3 })).map(inserted)
  },
  { weight: 2, arbitrary: fc.tuple(place, fc.nat({ max: 4 })).map(removed) },
  { weight: 2, arbitrary: fc.tuple(place, item).map(altered) },
  { weight: 2, arbitrary: fc.tuple(place, place).map(moved) },
  { weight: 1, arbitrary: fc.array(item, { maxLength: 600 }).map(evidence => () => evidence) },
  { weight: 1, arbitrary: fc.constant<Step>(evidence => evidence.toReversed()) },
  // Equal items that are other objects, as after a restart.
  { weight: 1, arbitrary: fc.constant<Step>(evidence => structuredClone(evidence)) },
  { weight: 2, arbitrary: fc.constant<Step>(evidence => evidence) }
)

/** The evidence after each of an alert's events. */
export const history: fc.Arbitrary<readonly Evidence[]> = fc
  .tuple(fc.array(item, { maxLength: 700 }), fc.array(step, { maxLength: 150 }))
  .map(([first, steps]) => {
    const lists: Evidence[] = [first.slice(0, 500)]
    for (const next of steps) lists.push(next(lists.at(-1) as Evidence).slice(0, 500))
    return lists
  })

function inserted([where, items]: [number, Evidence]): Step {
  return evidence => evidence.toSpliced(at(evidence, where), 0, ...items)
}

function removed([where, count]: [number, number]): Step {
  return evidence => evidence.toSpliced(at(evidence, where), count)
}

function altered([where, to]: [number, EvidenceItem]): Step {
  return evidence => {
    const i = Math.min(at(evidence, where), evidence.length - 1)
    return evidence.map((each, k) => (k === i ? { ...to, incidentId: each.incidentId } : each))
  }
}

function moved([from, to]: [number, number]): Step {
  return evidence => {
    const i = Math.min(at(evidence, from), evidence.length - 1)
    const each = evidence[i]
    if (each === undefined) return evidence
    const rest = evidence.toSpliced(i, 1)
    return rest.toSpliced(at(rest, to), 0, {
      ...each,
      role: each.role === 'trigger' ? 'support' : 'trigger'
    })
  }
}

/** The state of an alert with this evidence. */
export function stateWith(evidence: Evidence, revision: number, alertId = 'alert-1'): AlertState {
  return {
    alertId,
    revision,
    operatorRevision: 1,
    seq: revision,
    theatre: 'sahel',
    status: 'provisional',
    notify: 'page',
    ruleId: 'surge',
    ruleVersion: 1,
    pattern: 'surge',
    group: { admin1: 'ML-4' },
    headline: 'attacks',
    explanation: 'attacks',
    severity: 'severe',
    urgency: 'immediate',
    certainty: 'likely',
    levels: [{ level: 1, at: '2025-06-01T00:00:00.000Z', reason: 'surge' }],
    area: { country: ['ML'], admin1: ['ML-4'], circle: null, settlement: null },
    window: { from: '2025-06-01T00:00:00.000Z', to: null },
    measure: { name: 'attacks', value: 3, threshold: 2, baseline: null, falseAlarmsPerYear: null },
    evidence,
    evidenceOmitted: 0,
    category: ['attack'],
    fatalities: { low: 0, best: null, high: null },
    times: {
      occurredFrom: '2025-06-01T00:00:00.000Z',
      firstReportedAt: '2025-06-01T00:00:00.000Z',
      detectedAt: '2025-06-01T00:00:00.000Z'
    },
    handling: 'restricted',
    concerns: 'public',
    references: [],
    partOf: null,
    operator: {
      acknowledgedBy: null,
      acknowledgedUntil: null,
      assignedTo: null,
      disposition: null
    },
    drill: false,
    reason: null,
    action: null
  }
}
