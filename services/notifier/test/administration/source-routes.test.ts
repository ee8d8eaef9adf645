// Sources over HTTP: their reporters, and when they were last heard.

import type { TheatrePayload } from '@tocsin/domain/record/theatre-record'
import type { Handling } from '@tocsin/domain/report/handling'
import { aReport } from '@tocsin/testing/report/report-builder'
import { beforeEach, describe, expect, it } from 'vitest'
import { SourceActivity } from '../../src/projection/source-activity.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const received = (sourceId: string, reportedAt: string): TheatrePayload => ({
  type: 'report.received',
  data: aReport({ sourceId, externalId: reportedAt, reportedAt })
})

describe('the reporters of a source', () => {
  let suite: Suite
  beforeEach(async () => {
    suite = await Suite.start()
  })
  const put = (body: object) =>
    suite.ask('PUT', '/v1/sources/wire-1', { body: { reliability: 'B', ...body } })

  it('are all by default, and unchanged if omitted', async () => {
    expect((await put({})).body).toMatchObject({ reliability: 'B', reporters: null })
    expect((await put({ reporters: ['key_1', 'oidc:nora'] })).body.reporters).toEqual([
      'key_1',
      'oidc:nora'
    ])
    expect((await put({ reliability: 'A' })).body).toMatchObject({
      reliability: 'A',
      reporters: ['key_1', 'oidc:nora']
    })
    expect((await put({ reporters: null })).body.reporters).toBeNull()
    expect((await put({ reporters: [] })).body.reporters).toEqual([])
  })

  it('may be PUT with the rest of a source as it was read, which writes nothing', async () => {
    await put({ reporters: ['key_1'] })
    await suite.ask('PUT', '/v1/sources/wire-2', { body: { reliability: 'C' } })
    for (const source of (await suite.ask('GET', '/v1/sources')).body.items) {
      const again = await suite.ask('PUT', `/v1/sources/${source.id}`, { body: source })
      expect([again.status, again.body]).toEqual([200, source])
      expect(again.headers).not.toHaveProperty('tocsin-cursor')
    }
    expect((await put({ id: 'wire-9' })).body.errors[0].pointer).toBe('/id')
  })

  it.each([[['a b']], ['*'], [['']], [['a', 'a']], [[7]]])('%j are refused', async reporters => {
    expect((await put({ reporters })).body.errors[0].pointer).toMatch(/^\/reporters/)
  })

  it('and the time it was last heard are shown only to administrators', async () => {
    await put({ reporters: ['key_1'] })
    const reader = await suite.key(['alerts:read'])
    expect((await suite.ask('GET', '/v1/sources', { key: reader })).body.items).toEqual([
      { id: 'wire-1', reliability: 'B', latenessDays: 14, cadenceDays: 7, archive: false }
    ])
    expect((await suite.ask('GET', '/v1/sources')).body.items[0]).toMatchObject({
      reporters: ['key_1'],
      heard: []
    })
  })

  it('are shown to administrators of all theatres; the time last heard to those who may see what is internal, for their theatres', async () => {
    await put({ reporters: ['key_1'] })
    for (const theatre of ['sahel', 'coast'])
      await suite.h.incident(
        theatre,
        received('wire-1', '2026-03-01T00:00:00.000Z'),
        `r-${theatre}`
      )
    await settle()
    const shown = async (theatres: readonly string[] | '*', handling: string) => {
      const { reporters, heard } = (
        await suite.ask('GET', '/v1/sources', {
          key: await suite.key(['admin'], { theatres, handling })
        })
      ).body.items[0]
      return [reporters, heard?.map((each: { theatre: string }) => each.theatre)]
    }
    expect(await shown('*', 'restricted')).toEqual([['key_1'], ['sahel', 'coast']])
    expect(await shown('*', 'internal')).toEqual([['key_1'], ['sahel', 'coast']])
    expect(await shown('*', 'partners')).toEqual([['key_1'], undefined])
    expect(await shown(['sahel'], 'restricted')).toEqual([undefined, ['sahel']])
    expect(await shown(['sahel'], 'partners')).toEqual([undefined, undefined])
  })

  it('and the time it was last heard tells an officer of no report that the officer may not see', async () => {
    await put({})
    const report = (reportedAt: string, handling: Handling) =>
      suite.h.incident(
        'sahel',
        {
          type: 'report.received',
          data: aReport({ sourceId: 'wire-1', externalId: reportedAt, reportedAt, handling })
        },
        reportedAt
      )
    const shown = async (
      handling: Handling,
      scopes: readonly string[] = ['alerts:read', 'alerts:operate']
    ) =>
      (await suite.ask('GET', '/v1/sources', { key: await suite.key(scopes, { handling }) })).body
        .items[0].heard
    await report('2026-03-04T00:00:00.000Z', 'restricted')
    await settle()
    expect(await shown('internal')).toEqual([])
    await report('2026-03-01T00:00:00.000Z', 'public')
    await report('2026-03-02T00:00:00.000Z', 'internal')
    await settle()
    const at = (day: string) => [
      { theatre: 'sahel', lastReportedAt: `2026-03-${day}T00:00:00.000Z`, state: 'live' }
    ]
    expect([await shown('internal'), await shown('restricted')]).toEqual([at('02'), at('04')])
    // Partners may act on alerts, and are not told of sources; nor is who may only read.
    expect([
      await shown('partners'),
      await shown('restricted', ['alerts:read', 'reports:read'])
    ]).toEqual([undefined, undefined])
  })

  it('are not heard by exercises, however their records are read', async () => {
    await put({})
    const report = (reportedAt: string, drill: boolean, name = reportedAt) =>
      suite.h.incident(
        'sahel',
        {
          type: 'report.received',
          data: aReport({ sourceId: 'wire-1', externalId: name, reportedAt, drill })
        },
        name
      )
    await report('2026-03-01T00:00:00.000Z', false)
    await report('2026-03-02T00:00:00.000Z', true)
    // The head of such a record is not read from its bytes.
    await report('2026-03-03T00:00:00.000Z', true, 'Übung')
    await settle()
    const { heard } = (await suite.ask('GET', '/v1/sources')).body.items[0]
    expect(heard).toEqual([
      { theatre: 'sahel', lastReportedAt: '2026-03-01T00:00:00.000Z', state: 'live' }
    ])
  })

  it('are set by an administrator, never by a reporter', async () => {
    const reporter = await suite.key(['reports:write', 'reports:read'])
    expect(
      (await suite.ask('PUT', '/v1/sources/wire-1', { body: { reliability: 'A' }, key: reporter }))
        .status
    ).toBe(403)
  })

  it('a source is live until it is silent for longer than its cadence, by the time of the theatre', async () => {
    await put({ cadenceDays: 2 })
    const tick = (to: string) =>
      suite.h.incident('sahel', { type: 'clock.ticked', data: { to, gap: false } }, to)
    await suite.h.incident('sahel', received('wire-1', '2026-03-01T00:00:00.000Z'), 'r1')
    await tick('2026-03-03T00:00:00.000Z')
    await settle()
    const heard = async () => (await suite.ask('GET', '/v1/sources')).body.items[0].heard
    expect(await heard()).toEqual([
      { theatre: 'sahel', lastReportedAt: '2026-03-01T00:00:00.000Z', state: 'live' }
    ])
    await tick('2026-03-03T00:01:00.000Z')
    await settle()
    expect((await heard())[0].state).toBe('silent')
    await put({ archive: true })
    expect((await heard())[0].state).toBe('archive')
  })
})

describe('when sources were heard', () => {
  const record = (theatre: string, sourceId: string, reportedAt: string) =>
    ({ ...received(sourceId, reportedAt), id: 'x', theatre, time: reportedAt }) as const
  const config = {
    id: 's1',
    reliability: 'B',
    latenessDays: 1,
    cadenceDays: 1,
    archive: false
  } as const

  it('is the latest time in each theatre, for any order of reports', () => {
    const activity = new SourceActivity()
    for (const [theatre, at] of [
      ['sahel', '2026-03-02'],
      ['sahel', '2026-03-01'],
      ['coast', '2026-02-01']
    ] as const)
      activity.apply(record(theatre, 's1', `${at}T00:00:00.000Z`))
    expect(
      activity
        .of(config, () => null, 'restricted')
        .map(({ theatre, lastReportedAt }) => [theatre, lastReportedAt.slice(0, 10)])
    ).toEqual([
      ['sahel', '2026-03-02'],
      ['coast', '2026-02-01']
    ])
  })

  it('is kept for a bounded number of sources, whatever ids reporters invent', () => {
    const activity = new SourceActivity(3)
    for (let i = 0; i < 100; i++)
      activity.apply(record('sahel', `s${i}`, '2026-03-01T00:00:00.000Z'))
    expect([
      activity.count,
      activity.of({ ...config, id: 's99' }, () => null, 'restricted').length,
      activity.of(config, () => null, 'restricted').length
    ]).toEqual([3, 1, 0])
  })
})
