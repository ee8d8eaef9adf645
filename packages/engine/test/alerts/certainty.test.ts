// Certainty: by the grades of as many triggers as the threshold needs, or by the deaths of a rule.

import { describe, expect, it } from 'vitest'
import { computeCertainty } from '../../src/alerts/certainty.ts'
import { AlertFold, firstDay, MadeFinding } from '../support/alert-fold.ts'
import type { ReportSketch } from '../support/make-report.ts'

function makeFold(): AlertFold {
  const fold = new AlertFold()
  fold.reports.configureSource('a', 'B')
  fold.reports.configureSource('b', 'B')
  return fold
}

/** One incident of two sources. */
function addConfirmed(fold: AlertFold, sketch: ReportSketch = {}): number {
  const rows = ['a', 'b'].map(sourceId =>
    fold.addReport(0, { sourceId, credibility: 2, ...sketch })
  )
  return fold.incidents.compose(rows)
}
const addSingle = (fold: AlertFold) => fold.addReport(0, { sourceId: 'a', credibility: 2 })
const addUngraded = (fold: AlertFold) => fold.addReport(0, { sourceId: 'unknown', credibility: 2 })
const addDoubtful = (fold: AlertFold) => fold.addReport(0, { sourceId: 'a', credibility: 5 })

function judge(fold: AlertFold, rows: readonly number[], threshold = rows.length): string {
  return computeCertainty(fold.incidents, new MadeFinding(rows, firstDay), rows, threshold)
}

describe('certainty', () => {
  it('is that of the weakest trigger that the threshold needs', () => {
    const fold = makeFold()
    const rows = [addUngraded(fold), addConfirmed(fold), addSingle(fold), addDoubtful(fold)]
    expect([1, 2, 3, 4, 9].map(threshold => judge(fold, rows, threshold))).toEqual([
      ...['observed', 'likely', 'possible', 'unlikely', 'unlikely']
    ])
  })

  it('is likely at most where bare coordinates give the precision', () => {
    const fold = makeFold()
    expect(judge(fold, [addConfirmed(fold, { place: { precision: 'assumed' } })])).toBe('likely')
  })

  it('is possible at most of an incident that may be another trigger', () => {
    const fold = makeFold()
    const [one, other] = [addConfirmed(fold), addConfirmed(fold)]
    fold.incidents.mayBe.set(one, [other])
    expect(judge(fold, [one, other])).toBe('possible')
    expect(judge(fold, [one])).toBe('observed')
  })

  it('is what the deaths say, as far as the triggers allow', () => {
    const fold = makeFold()
    const judgeAs = (certainty: 'observed' | 'likely', rows: readonly number[]) => {
      const finding = new MadeFinding(rows, firstDay)
      finding.certainty = certainty
      return computeCertainty(fold.incidents, finding, rows, 10)
    }
    expect(judgeAs('observed', [addSingle(fold)])).toBe('observed')
    expect(judgeAs('likely', [addConfirmed(fold)])).toBe('likely')
    expect(judgeAs('observed', [addUngraded(fold)])).toBe('possible')
    expect(judgeAs('observed', [addDoubtful(fold)])).toBe('unlikely')
    const assumed = addConfirmed(fold, { place: { precision: 'assumed' } })
    expect(judgeAs('observed', [assumed])).toBe('likely')
  })

  it('is possible without triggers', () => {
    expect(judge(makeFold(), [])).toBe('possible')
  })
})
