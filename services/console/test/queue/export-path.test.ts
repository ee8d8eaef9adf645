// The file of what is listed: what the suite can filter by, and what it is named for not doing.

import { filterNames } from '@tocsin/contracts/alert/alert-filter'
import { describe, expect, it } from 'vitest'
import { exportPath, type QueueFilter, wholeQueue } from '../../src/queue/queue-filter.ts'
import { notExported } from '../../src/view/queue/filter-words.ts'

const asked = (filter: Partial<QueueFilter>) =>
  Object.fromEntries(
    new URL(exportPath({ ...wholeQueue, ...filter }, 'csv'), 'http://a').searchParams
  )

describe('a list as a file', () => {
  it('has the filters of the list that the suite has', () => {
    const whole = { kind: 'alerts', format: 'csv', bom: 'true' }
    expect(asked({ status: 'all' })).toEqual(whole)
    expect(asked({})).toEqual({ ...whole, status: 'provisional,confirmed' })
    const narrow = { pattern: 'siege', country: 'ML,NE', theatre: 'sahel', admin1: 'ML-4' }
    const query = asked({
      ...{ pattern: ['siege'], country: ['ML', 'NE'], theatre: ['sahel'], admin1: ['ML-4'] },
      ...{ certainty: ['likely'], withDrills: false, status: 'closed' },
      severity: ['severe', 'extreme']
    })
    expect(query).toEqual({
      ...{ ...whole, ...narrow, certainty: 'likely', severity: 'severe,extreme' },
      ...{ status: 'retracted,resolved', drill: 'false' }
    })
    const names: readonly string[] = [...filterNames, ...Object.keys(whole)]
    expect(Object.keys(query).filter(name => !names.includes(name))).toEqual([])
  })

  it('says what it is not narrowed by', () => {
    const not = (filter: Partial<QueueFilter>) => notExported({ ...wholeQueue, ...filter })
    expect(not({ country: ['ML'], status: 'all', withDrills: false })).toEqual([])
    const more = { text: 'mopti', owner: ['me'], unacknowledged: true, withOldNews: false }
    expect(not({ ...more, country: ['ML', '-NE'] })).toHaveLength(5)
  })
})
