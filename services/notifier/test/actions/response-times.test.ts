// The list of what nobody answered, the report of times, and their metrics, for readers of
// different reach.

import { beforeEach, describe, expect, it } from 'vitest'
import { labelAmong } from '../../src/actions/response-watch.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { ownerKey } from '../support/notifier-harness.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

// The writer of alerts moves its clock by a second for each event.
const taken = {
  operator: {
    acknowledgedBy: 'Ama',
    acknowledgedById: 'key_1',
    acknowledgedUntil: null,
    assignedTo: null,
    disposition: null
  }
}
const deed = (at: string) => {
  const done = { kind: 'sent', at, recordedAt: at } as const
  return {
    operator: {
      ...taken.operator,
      acknowledgedBy: null,
      responses: { count: 1, first: done, last: done }
    }
  }
}
const write = async (...events: Parameters<Suite['h']['alerts']['write']>[]) => {
  for (const event of events) await suite.h.alerts.write(...event)
  await settle()
}
const unacknowledged = async (more = '', key = ownerKey) => {
  const { body } = await suite.ask('GET', `/v1/alerts?answered=false${more}`, { key })
  return body.items.map(({ alertId }: { alertId: string }) => alertId)
}
const times = async (query = '', key = ownerKey) =>
  (await suite.ask('GET', `/v1/response-times${query}`, { key })).body

describe('the list of what nobody answered', () => {
  it('has what paged, is open, and nobody has or has done anything about', async () => {
    await write(
      ['raised', 'new'],
      ['raised', 'quiet', { notify: 'quiet' }],
      ['raised', 'taken'],
      ['acknowledged', 'taken', taken],
      ['raised', 'done'],
      ['responded', 'done', deed('2026-03-01T12:00:00.000Z')],
      ['raised', 'over'],
      ['resolved', 'over', { status: 'resolved' }],
      ['raised', 'lapsed'],
      ['acknowledged', 'lapsed', taken],
      [
        'acknowledgement-lapsed',
        'lapsed',
        { operator: { ...taken.operator, acknowledgedBy: null } }
      ],
      ['raised', 'drill', { drill: true }]
    )
    expect(await unacknowledged()).toEqual(['lapsed', 'new'])
    expect(await unacknowledged('&drill=true')).toEqual(['drill'])
    expect(await unacknowledged('&theatre=coast')).toEqual([])
  })

  it('comes in pages, newest first or gravest first, the oldest first among equals', async () => {
    const severities = ['moderate', 'extreme', 'severe', 'moderate', 'extreme'] as const
    for (const [i, severity] of severities.entries()) await write(['raised', `a${i}`, { severity }])
    const pages = async (sort: string) => {
      const found: string[][] = []
      for (let cursor = ''; ; ) {
        const { body } = await suite.ask('GET', `/v1/alerts?answered=false&limit=2${sort}${cursor}`)
        found.push(body.items.map(({ alertId }: { alertId: string }) => alertId))
        if (body.next === null) return found
        cursor = `&cursor=${body.next}`
      }
    }
    expect(await pages('')).toEqual([['a4', 'a3'], ['a2', 'a1'], ['a0']])
    expect(await pages('&sort=oldest')).toEqual([['a0', 'a1'], ['a2', 'a3'], ['a4']])
    expect(await pages('&sort=gravity')).toEqual([['a1', 'a4'], ['a2', 'a0'], ['a3']])
  })
})

describe('the report of times', () => {
  it('is right to the second, by severity, area and officer', async () => {
    const area = { country: ['ML', 'BF'], admin1: ['ML-4'], circle: null, settlement: null }
    await write(
      ['raised', 'a', { severity: 'severe', area }],
      ['raised', 'b'],
      ['acknowledged', 'a', taken],
      ['responded', 'a', deed('2026-03-01T12:01:41.000Z')],
      ['raised', 'drill', { drill: true }]
    )
    const none = { responseMedianS: null, responseP90S: null, responded: 0 }
    const dayS = 86_400
    const targets = { detectionS: 7 * dayS, acknowledgementS: dayS, responseS: 7 * dayS }
    // What they are about began on 20 February.
    const late = { detectionMedianS: expect.any(Number), detectionP90S: expect.any(Number) }
    const open = {
      called: 1,
      acknowledged: 0,
      acknowledgementMedianS: null,
      acknowledgementP90S: null,
      ...none,
      ...{ detected: 1, detectedInTime: 0, acknowledgedInTime: 0, respondedInTime: 0 },
      ...{ ...late, allInTime: 0, unanswered: 1 }
    }
    const answered = {
      ...{ called: 1, acknowledged: 1, acknowledgementMedianS: 2, acknowledgementP90S: 2 },
      ...{ responded: 1, responseMedianS: 100, responseP90S: 100, unanswered: 0, drill: false },
      ...{ detected: 1, detectedInTime: 0, acknowledgedInTime: 1, respondedInTime: 1 },
      ...{ ...late, allInTime: 0 }
    }
    expect(await times()).toEqual({
      ...{ by: 'severity', from: null, to: null, targets },
      items: [
        { severity: 'severe', ...answered },
        { severity: 'moderate', drill: false, ...open },
        { severity: 'moderate', drill: true, ...open }
      ]
    })
    expect((await times('?by=officer')).items).toEqual([
      { officer: 'Ama', officerId: 'key_1', ...answered },
      { officer: null, officerId: null, drill: false, ...open },
      { officer: null, officerId: null, drill: true, ...open }
    ])
    const areas = (await times('?by=area')).items.map(
      ({ area: name, drill, called }: Record<string, unknown>) => [name, drill, called]
    )
    expect(areas).toEqual([
      ['BF', false, 1],
      ['ML', false, 2],
      ['ML-4', false, 2],
      ['ML', true, 1],
      ['ML-4', true, 1]
    ])
  })
})

describe('metrics', () => {
  it('count what is unacknowledged now, and the times of answers as they come', async () => {
    const read = async () => {
      const text = await suite.h.metrics.metrics()
      return (name: string) =>
        text
          .split('\n')
          .filter(line => line.startsWith(name) && !/ 0$/.test(line))
          .map(line => line.slice(name.length))
    }
    await write(
      ['raised', 'a', { severity: 'severe' }],
      ['raised', 'b'],
      ['raised', 'drill', { drill: true }]
    )
    expect((await read())('tocsin_unanswered_alerts')).toEqual([
      '{severity="moderate"} 1',
      '{severity="severe"} 1'
    ])
    await write(['acknowledged', 'a', taken], ['responded', 'a', deed('2026-03-01T12:01:41.000Z')])
    await write(['responded', 'a', deed('2026-03-01T12:01:11.000Z')])
    const after = await read()
    expect(after('tocsin_unanswered_alerts')).toEqual(['{severity="moderate"} 1'])
    expect(after('tocsin_alert_acknowledgement_seconds_sum')).toEqual([
      '{severity="severe",theatre="sahel"} 3'
    ])
    expect(after('tocsin_alert_response_seconds_count')).toEqual([
      '{severity="severe",theatre="sahel"} 1'
    ])
    expect(after('tocsin_alert_response_seconds_sum')).toEqual([
      '{severity="severe",theatre="sahel"} 100'
    ])
    expect(after('tocsin_country_acknowledgement_seconds_sum')).toEqual(['{country="ML"} 3'])
    expect(after('tocsin_country_response_seconds_sum')).toEqual(['{country="ML"} 100'])
  })

  it('have a limit on the theatres and subscriptions that are named', () => {
    const all = ['coast', 'lake', 'sahel']
    expect(all.map(name => labelAmong(name, all, 2))).toEqual(['coast', 'lake', 'other'])
    expect(all.map(name => labelAmong(name, all, 0))).toEqual(['other', 'other', 'other'])
    // One that is not declared any more has its place all the same.
    expect(labelAmong('delta', all, 2)).toBe('delta')
  })
})
