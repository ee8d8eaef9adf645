import { expect, it } from 'vitest'
import { Sites } from '../../src/data/sites.ts'

it('sites are one where points agree to a metre, and none without a point', () => {
  const sites = new Sites()
  expect(sites.addPoint(14.8, -5.2)).toBe(0)
  expect(sites.addPoint(14.800001, -5.200001)).toBe(0)
  expect(sites.addPoint(14.8001, -5.2)).toBe(1)
  expect(sites.addPoint(Number.NaN, Number.NaN)).toBe(-1)
  expect(sites.computeKm(0, 1)).toBeCloseTo(0.0111, 4)
})
