import type { AlertLevel } from '@tocsin/domain/alert/alert'
import { shownEvidence, shownMax } from '@tocsin/domain/evidence/shown-evidence'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runsOf } from '../test-size.ts'
import { history, item } from './histories.ts'

const piece = (incidentId: string, role: 'trigger' | 'support') => ({ incidentId, role })
const triggers = Array.from({ length: 40 }, (_, i) => piece(`t${i}`, 'trigger'))
const support = Array.from({ length: 40 }, (_, i) => piece(`s${i}`, 'support'))
const reachedBy = (...ids: string[]): AlertLevel[] =>
  ids.map((incidentId, i) => ({
    level: i + 1,
    at: '2025-06-01T00:00:00.000Z',
    reason: 'full',
    incidentId
  }))
const named = (pieces: readonly { readonly incidentId: string }[]) =>
  pieces.map(({ incidentId }) => incidentId)

describe('the evidence that a statement names', () => {
  it('is all of it where it is little', () => {
    expect(shownEvidence(triggers.slice(0, shownMax), [])).toEqual(triggers.slice(0, shownMax))
  })

  it('is what reached each level, then the newest triggers', () => {
    const levels = [
      ...reachedBy('t2', 't9', 's3', 'gone'),
      { level: 5, at: '2025-07-01T00:00:00.000Z', reason: '30 days' }
    ]
    expect(named(shownEvidence([...triggers, ...support], levels))).toEqual([
      't2',
      't9',
      ...named(triggers.slice(-(shownMax - 2)))
    ])
  })

  it('is the newest support too, where triggers are few', () => {
    expect(named(shownEvidence([...triggers.slice(0, 3), ...support], []))).toEqual([
      ...['t0', 't1', 't2'],
      ...named(support.slice(-(shownMax - 3)))
    ])
  })

  it('is a part of it in its order, never more than the most, whatever there is', () => {
    fc.assert(
      fc.property(history, fc.array(item, { maxLength: 30 }), (lists, makers) => {
        for (const evidence of lists.slice(0, 20)) {
          const shown = shownEvidence(
            evidence,
            reachedBy(...named(makers), ...named(evidence.slice(0, 30)))
          )
          expect(shown).toHaveLength(Math.min(shownMax, evidence.length))
          let from = 0
          for (const each of shown) from = evidence.indexOf(each, from) + 1
          expect(shown.length === 0 || from > 0).toBe(true)
        }
      }),
      { numRuns: runsOf(30, 10) }
    )
  })
})
