// What holds for the words and the measure of every finding, whatever its pattern.

import { expect } from 'vitest'
import type { Finding } from '../src/pattern.ts'

type Told = Pick<Finding, 'headline' | 'explanation' | 'measure'>

/** Fails where people are shown codes for areas that have names, one day as an interval, or a threshold under what it is said to rest on. */
export function expectPlainWords({ headline, explanation, measure }: Told): void {
  for (const text of [headline, explanation]) {
    expect(text).not.toMatch(/\b(?:ML|BF|NE)-[0-9A-Z]{1,3}\b/)
    expect(text).not.toMatch(/\bfrom (\d{1,2} \w+ \d{4}) to \1/i)
  }
  if (measure.baseline !== null) expect(measure.threshold).toBeGreaterThanOrEqual(measure.baseline)
}
