// A large state is captured in small rows, and is the same when it is restored.

import { expect, it } from 'vitest'
import { defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { TheatreFold } from '../../src/theatre/theatre-fold.ts'
import { comparable, revisionOf, testDigest, throughText } from '../fold-story.ts'

const time = '2025-06-20T00:00:00.000Z'

function dense(attacks: number): TheatreFold {
  const fold = new TheatreFold('sahel', testDigest)
  fold.apply({
    id: 'tick',
    theatre: 'sahel',
    time,
    type: 'clock.ticked',
    data: { to: time, gap: false }
  })
  for (const rule of defaultRules)
    fold.apply({ id: rule.ruleId, theatre: 'sahel', time, type: 'rule.configured', data: rule })
  for (let n = 0; n < attacks; n++) {
    const [at, village] = [`2025-06-${String(10 + (n % 5)).padStart(2, '0')}`, n % 90]
    const place = {
      settlement: `Village ${village}`,
      lat: 12 + (village % 10) * 0.1,
      lon: -5 + Math.floor(village / 10) * 0.1
    }
    const data = revisionOf({ id: `attack-${n}`, at, ...place, deaths: n % 3 })
    fold.apply({ id: `record-${n}`, theatre: 'sahel', time, type: 'report.received', data })
  }
  return fold
}

it('captures a large state in small rows, and restores the same from them', () => {
  const fold = dense(250)
  const rows = [...fold.capture()]
  const pieces = rows.filter(([name]) => name === 'piece').length
  expect(pieces).toBeGreaterThan(0)
  // A slice of 256 reports is the largest row.
  expect(Math.max(...rows.map(row => JSON.stringify(row).length))).toBeLessThan(300_000)
  const again = throughText(fold)
  expect(comparable(again)).toEqual(comparable(fold))
  const late = {
    id: 'late',
    theatre: 'sahel',
    time,
    type: 'report.received',
    data: revisionOf({ id: 'late', at: '2025-06-09', deaths: 9 })
  } as const
  expect(again.apply(late)).toEqual(fold.apply(late))
})
