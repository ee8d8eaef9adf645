// The order in which records come makes no difference to any rule, in 1,000 orders. (Promise 4.)

import { computeRuns } from '@tocsin/testing/process/test-size'
import { afterAll, describe, expect, it } from 'vitest'
import { compareOrders } from './order-check.ts'
import { coveredRules } from './rule-courses.ts'

const ordersEach = 11
const coursesMax = 20

describe('the order of arrival', () => {
  let orders = 0

  it.each(coveredRules)('makes no difference to %s', id => {
    let found = 0
    const least = computeRuns(30, 10)
    for (let seed = 1; seed <= least || (found === 0 && seed <= coursesMax); seed++) {
      found += compareOrders(id, seed, ordersEach)
      orders += ordersEach
    }
    expect(found).toBeGreaterThan(0)
  })

  afterAll(() => expect(orders).toBeGreaterThan(1000))
})
