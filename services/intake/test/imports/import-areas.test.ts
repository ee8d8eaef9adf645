// The country at a point, if the file states another one.

import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { describe, expect, it } from 'vitest'
import { createCountryCheck } from '../../src/imports/dry-run.ts'

const other = createCountryCheck(openWorldGazetteer({ boundariesPath: '' }))

describe('the country at a point, against the stated one', () => {
  it('differs if borders have moved or lists disagree', () => {
    expect(other(4.85, 31.616667, 'SD')).toBe('SS')
    expect(other(31.5, 34.466667, 'IL')).toBe('PS')
    expect(other(40.4, 49.88, 'RU')).toBe('AZ')
  })

  it('is null for a point in the stated country, near its border, at sea, or with swapped coordinates', () => {
    expect(other(15.6, 32.5, 'SD')).toBe(null)
    // Cinkassé, Togo, on the border of Burkina Faso.
    expect(other(11.1, 0.01, 'BF')).toBe(null)
    expect(other(0, -30, 'ML')).toBe(null)
    expect(other(23.298436, 15.66019, 'TD')).toBe(null)
    expect(other(95, 200, 'ML')).toBe(null)
  })
})
