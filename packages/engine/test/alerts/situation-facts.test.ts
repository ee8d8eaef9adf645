// What other rules say about a situation: facts of its alert, and an update where its area rises.

import { describe, expect, it } from 'vitest'
import type { RuleBase } from '../../src/rules/rule-base.ts'
import { AlertFold, firstDay, MadeFinding, settings } from '../support/alert-fold.ts'

const cluster: RuleBase = { id: 'cluster', pattern: 'cluster' }
const front: RuleBase = { id: 'front', pattern: 'front' }
const places = [
  { lat: 14, lon: -5, country: 'ML' },
  { lat: 14, lon: -5.1, country: 'BF' }
]

function raiseSituation(isQuiet = (rule: RuleBase) => rule !== cluster) {
  const fold = new AlertFold({
    readSettings: rule => ({ ...settings, isQuiet: isQuiet(rule) })
  })
  const rows = places.map((place, i) => fold.addReport(i, { place }))
  const situation = new MadeFinding(rows, firstDay, cluster, { near: 'Diosso' })
  return { fold, rows, situation }
}

describe('a rule that is quiet', () => {
  it('notifies nobody of what it raises, escalates and ends', () => {
    const { fold, rows } = raiseSituation()
    const finding = new MadeFinding(rows, firstDay)
    fold.change(finding)
    finding.reach(3, firstDay + 1)
    fold.change(finding)
    finding.endDay = firstDay + 2
    fold.change(finding)
    expect(fold.events.map(({ type, data }) => [type, 'notify' in data && data.notify])).toEqual([
      ['alert.raised', 'quiet'],
      ['alert.escalated', 'quiet'],
      ['alert.resolved', 'quiet']
    ])
  })

  it('still notifies those who were notified before', () => {
    let isQuiet = false
    const { fold, rows } = raiseSituation(() => isQuiet)
    const finding = new MadeFinding(rows, firstDay)
    fold.change(finding)
    isQuiet = true
    finding.reach(2, firstDay + 1)
    fold.change(finding)
    expect(fold.last).toMatchObject({ notify: 'page' })
  })
})

describe('the alert of a situation', () => {
  it('has facts of the highest finding of each pattern that shares a trigger', () => {
    const { fold, rows, situation } = raiseSituation()
    const far = fold.addReport(0)
    const small = new MadeFinding([rows[1]!], firstDay, front, { near: 'Konna' })
    const large = new MadeFinding(rows, firstDay + 1, front, { near: 'Boni' })
    const elsewhere = new MadeFinding([far, far, far], firstDay)
    fold.change(situation, small, large, elsewhere)
    expect(fold.getSum(situation).facts).toEqual({
      frontValue: 2,
      frontFromDay: '2025-06-02',
      frontKm: 11,
      frontCountries: 'BF ML'
    })
  })

  it('is updated when its area rises above the usual, once, and by no other finding', () => {
    const { fold, rows, situation } = raiseSituation()
    fold.change(situation)
    const rise = new MadeFinding(rows.slice(1), firstDay)
    expect(fold.change(rise, new MadeFinding(rows, firstDay, front, {}))).toEqual([
      'revised',
      'raised',
      'raised'
    ])
    expect(fold.getSum(situation)).toMatchObject({ notify: 'update', reason: 'area-above-usual' })
    expect(fold.getSum(situation).facts).toMatchObject({ surgeValue: 1, surgeArea: 'ML-4' })
    rise.reach(2, firstDay + 1)
    expect(fold.change(rise)).toEqual(['escalated'])
    expect(fold.change(new MadeFinding([fold.addReport()], firstDay))).toEqual(['raised'])
  })

  it.each([
    ['of an import', { isQuiet: true }, () => true],
    ['of a rule that notifies people', {}, (rule: RuleBase) => rule === front]
  ])('is not updated by a rise %s', (_, how, isQuiet) => {
    const { fold, rows, situation } = raiseSituation(rule => isQuiet(rule) && rule !== cluster)
    fold.change(situation)
    const rise = new MadeFinding(rows, firstDay)
    expect(fold.apply(() => fold.book.onChanged(rise), how)).toEqual(['raised'])
  })
})
