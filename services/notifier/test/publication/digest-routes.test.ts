// The digest of a week, for readers of different reach.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { IncidentWriter } from './incident-writer.ts'

// Sunday, 1 March 2026, is the time of the tests.
const week = { from: '2026-02-16', to: '2026-02-22' }
const segou = 'ML-4'
let suite: Suite
let incidents: IncidentWriter
beforeEach(async () => {
  suite = await Suite.start()
  incidents = new IncidentWriter(suite.h.log)
  await suite.ask('PUT', '/v1/theatres/sahel', { body: { countries: ['ML'] } })
  await incidents.write('2025-01-10', { place: null, category: 'protest' })
})

const digest = async (more = '', key?: string) =>
  (await suite.ask('GET', `/v1/digest?theatre=sahel${more}`, key === undefined ? {} : { key })).body

describe('the digest of a theatre', () => {
  it('is of the last week that ended, by default: areas above their usual, with numbers', async () => {
    for (const day of ['16', '18', '22']) await incidents.write(`2026-02-${day}`)
    await incidents.write('2026-02-23')
    await settle()
    expect(await digest()).toEqual({
      theatre: 'sahel',
      ...week,
      isOver: true,
      baseDays: 364,
      ...{ attacks: 3, usual: 0, chance: 0.0000067, trend: [0, 0, 0, 0, 0, 0, 0, 3] },
      areas: [
        {
          ...{ admin1: segou, name: 'Ségou (Mali)', alerts: [] },
          ...{ attacks: 3, usual: 0, chance: 0.0000067, trend: [0, 0, 0, 0, 0, 0, 0, 3] }
        }
      ],
      ...{ areasOmitted: 0, situations: [], budget: null }
    })
    expect(await digest('&week=2026-02-24')).toMatchObject({
      ...{ from: '2026-02-23', isOver: false, attacks: 1, areas: [] }
    })
  })

  it('has what surge finds in an area, and the situations of rules with a budget', async () => {
    const from = '2026-02-17T00:00:00.000Z'
    const [surge, cluster] = ['surge', 'cluster'].map(pattern => ({ pattern, ruleId: pattern }))
    await suite.h.declare({
      type: 'rule.declared',
      data: { ruleId: 'cluster', ruleVersion: 1, pattern: 'cluster', parameters: { budget: 4 } }
    })
    const inArea = { ...surge, group: { admin1: segou }, window: { from, to: null } }
    await suite.h.alerts.write('raised', 'surging', { ...inArea, describes: true })
    // People are notified of it: the digest need not say it again.
    await suite.h.alerts.write('raised', 'told', inArea)
    await suite.h.alerts.write('raised', 'front', {
      ...{ pattern: 'front', ruleId: 'front', describes: true, window: { from, to: null } }
    })
    await suite.h.alerts.write('raised', 'situation', { ...cluster, window: { from, to: null } })
    const ended = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-20T00:00:00.000Z' }
    await suite.h.alerts.write('raised', 'earlier', { ...cluster, window: ended })
    await suite.h.alerts.write('raised', 'drill', { ...cluster, drill: true })
    await suite.h.alerts.write('raised', 'siege')
    await settle()
    expect(await digest()).toMatchObject({
      areas: [{ admin1: segou, attacks: 0, alerts: [{ alertId: 'surging', from }] }],
      situations: [{ alertId: 'situation', pattern: 'cluster', status: 'provisional' }],
      budget: { declared: 4, spent: 0, falseAlarms: 0 }
    })
  })

  it('is of no week beyond retention before which nothing is known', async () => {
    // 820 days before is Saturday, 2 December 2023.
    expect(await digest('&week=2023-12-04')).toMatchObject({ attacks: 0, baseDays: 0 })
    expect(await digest('&week=2023-12-03')).toMatchObject({
      detail: 'The week is not kept: the theatre keeps 820 days.',
      errors: [{ pointer: 'week' }]
    })
    await incidents.write('2023-10-30')
    await incidents.write('2023-11-27')
    await settle()
    expect(await digest('&week=2023-12-03')).toMatchObject({ attacks: 1, baseDays: 28 })
  })

  it.each([
    ['theatre=lake', 404],
    ['theatre=sahel&week=2026-02-30', 400],
    ['theatre=sahel&week=2026-03-02', 400],
    ['week=2026-02-16', 400]
  ])('is not there for %s', async (query, status) => {
    expect((await suite.ask('GET', `/v1/digest?${query}`)).status).toBe(status)
  })
})

describe('the feed of digests', () => {
  const feed = (key: string, headers = {}) =>
    suite.host.app.inject({
      method: 'GET',
      url: '/v1/digest.atom?theatre=sahel',
      headers: { authorization: `Bearer ${key}`, ...headers }
    })

  it('has the last eight weeks that ended, newest first, as text, and an ETag', async () => {
    for (const day of ['16', '18', '22']) await incidents.write(`2026-02-${day}`)
    await settle()
    const { body, headers } = await feed(suite.owner)
    expect(headers['content-type']).toBe('application/atom+xml; charset=utf-8')
    const titles = [...body.matchAll(/<title>(.*?)<\/title>/g)].map(([, title]) => title)
    expect(titles).toHaveLength(9)
    expect(titles.slice(0, 3)).toEqual([
      'Weekly digest: sahel',
      'Week of 16 Feb 2026 to 22 Feb 2026 in sahel: 1 area above the usual',
      'Week of 9 Feb 2026 to 15 Feb 2026 in sahel: no area above the usual'
    ])
    expect(body).toContain('<updated>2026-02-23T06:00:00.000Z</updated>')
    expect(body).toContain('- Ségou (Mali): 3 attacks, 0 in a usual week')
    expect((await feed(suite.owner, { 'if-none-match': headers.etag })).statusCode).toBe(304)
  })

  it('is of what is public at the address of a key', async () => {
    const open = await Suite.start({ 'cap.addresses': true })
    const writer = new IncidentWriter(open.h.log)
    await open.ask('PUT', '/v1/theatres/sahel', { body: { countries: ['ML'] } })
    await writer.write('2026-02-16')
    await writer.write('2026-02-18', { handling: 'partners' })
    const key = await open.key(['alerts:read'], { handling: 'partners', theatres: ['sahel'] })
    const { url } = (await open.ask('GET', '/v1/cap-address', { key })).body
    const at = (theatre: string) =>
      open.host.app.inject(`${url.replace('cap.atom', 'digest.atom')}?theatre=${theatre}`)
    await settle()
    expect((await at('sahel')).body).toContain('In all 1 attack;')
    expect((await at('lake')).statusCode).toBe(404)
  })
})
