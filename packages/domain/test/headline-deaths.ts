// Compares the deaths in headlines with those that alerts state: for every pattern in its laws, and
// for stories of its own.

import { expect } from 'vitest'
import type { AlertEvent } from '../src/alert/alert.ts'

/** The number of deaths in a headline; null if it has none. */
function deathsIn(headline: string): number | null {
  const told =
    /(?:at least|about|up to) (\d+) (?:person|people|civilians?) killed|^(\d+) deaths? \((?:lowest|best|highest) estimate\)/i
  const match = told.exec(headline)
  // A pattern that words deaths differently must be parsed here too.
  expect(match !== null || !/\d (?:\w+ )?(?:dead|deaths?|killed)\b/i.test(headline), headline).toBe(
    true
  )
  return match === null ? null : Number(match[1] ?? match[2])
}

/**
 * Expects the deaths in headlines to lie within the stated fatalities, and those to be in order.
 * Returns the number of events with deaths.
 */
export function expectDeathsAsTold(events: readonly AlertEvent[]): number {
  let told = 0
  for (const { type, data } of events) {
    if (type === 'alert.action-refused') continue
    const { low, best, high } = data.fatalities
    const order = [low, best, high].filter(bound => bound !== null)
    expect(
      order,
      JSON.stringify([data.ruleId, data.fatalities, data.headline, data.evidence, data.explanation])
    ).toEqual(order.toSorted((a, b) => a - b))
    const deaths = deathsIn(data.headline.replace(/^(?:Retracted: |EXERCISE: )+/, ''))
    if (deaths === null) continue
    told += 1
    const said = `${data.headline} beside ${JSON.stringify(data.fatalities)}`
    expect(deaths, said).toBeGreaterThanOrEqual(low ?? 0)
    expect(deaths, said).toBeLessThanOrEqual(high ?? Number.POSITIVE_INFINITY)
  }
  return told
}
