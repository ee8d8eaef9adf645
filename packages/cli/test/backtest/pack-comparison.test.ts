// Two packs over the same rows: what only one of them notifies people of.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { BacktestAlert } from '../../src/backtest/backtest-alerts.ts'
import { comparePacks, type PackResult } from '../../src/backtest/pack-comparison.ts'

const drawnPack = fc.array(fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'))))

/** Each alert by the triggers of its notices; those without notices told nobody. */
function resultOf(pack: readonly (readonly (readonly string[])[])[]): PackResult {
  const alerts = pack.map((notices, i) => ({
    ...{ alertId: `${i}`, theatre: 'one', ruleId: 'front', headline: '', atMs: i },
    notices: notices.map(triggers => ({ kind: 'raised', atMs: i, triggers }))
  }))
  return {
    alerts: alerts as unknown as BacktestAlert[],
    told: {} as PackResult['told'],
    judged: null
  }
}

it('lists the alerts of which no trigger is named by a notice of the other', () => {
  fc.assert(
    fc.property(drawnPack, drawnPack, (here, there) => {
      const { onlyHere, onlyThere, shared } = comparePacks('x', resultOf(here), resultOf(there))
      const told = here.filter(notices => notices.length > 0)
      const alone = here.flatMap((notices, i) =>
        notices.length > 0 && !there.flat(2).some(id => notices.flat().includes(id)) ? [`${i}`] : []
      )
      expect(onlyHere.map(({ id }) => id)).toEqual(alone)
      expect(shared).toBe(told.length - alone.length)
      const turned = comparePacks('x', resultOf(there), resultOf(here))
      expect(turned.onlyHere).toEqual(onlyThere)
    })
  )
})

it('names the labels that only one of them found', () => {
  const judged = (...found: readonly string[]) => ({
    list: ['a', 'b', 'c'].map(id => ({ id, alertId: found.includes(id) ? 'x' : null }))
  })
  const result = (...found: readonly string[]) =>
    ({ ...resultOf([]), judged: judged(...found) }) as unknown as PackResult
  expect(comparePacks('x', result('a', 'b'), result('b', 'c'))).toMatchObject({
    labelsOnlyHere: ['a'],
    labelsOnlyThere: ['c']
  })
})
