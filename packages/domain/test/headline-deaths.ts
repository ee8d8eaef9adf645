// What headlines tell of deaths, held to what the alerts state: asked of every pattern, by its laws and by stories of its own.

import { expect } from 'vitest'
import type { AlertEvent } from '../src/alert/alert.ts'

/** The number of dead that a headline tells; null where it tells of none. */
function deathsIn(headline: string): number | null {
  const told =
    /(?:at least|about|up to) (\d+) (?:person|people|civilians?) killed|^(\d+) deaths? (?:at least|by the best count|at most)/i
  const match = told.exec(headline)
  // A pattern that tells of them in other words is to be read here as well.
  expect(match !== null || !/\d (?:\w+ )?(?:dead|deaths?|killed)\b/i.test(headline), headline).toBe(true)
  return match === null ? null : Number(match[1] ?? match[2])
}

/** Asks that what a headline says lies within the fatalities that stand beside it, and these between each other. Gives how many events told of deaths. */
export function expectDeathsAsTold(events: readonly AlertEvent[]): number {
  let told = 0
  for (const { type, data } of events) {
    if (type === 'alert.action-refused') continue
    const { low, best, high } = data.fatalities
    const order = [low, best, high].filter(bound => bound !== null)
    expect(order, JSON.stringify([data.ruleId, data.fatalities, data.headline, data.evidence, data.explanation])).toEqual(
      order.toSorted((a, b) => a - b)
    )
    const deaths = deathsIn(data.headline.replace(/^(?:Retracted: |EXERCISE: )+/, ''))
    if (deaths === null) continue
    told += 1
    const said = `${data.headline} beside ${JSON.stringify(data.fatalities)}`
    expect(deaths, said).toBeGreaterThanOrEqual(low ?? 0)
    expect(deaths, said).toBeLessThanOrEqual(high ?? Number.POSITIVE_INFINITY)
  }
  return told
}
