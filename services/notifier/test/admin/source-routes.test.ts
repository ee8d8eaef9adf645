// Sources over HTTP: their reporters, and when they were last heard.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import type { TheatrePayload } from '@tocsin/contracts/theatre/theatre-record'
import { aReport } from '@tocsin/testing/report/report-builder'
import { beforeEach, describe, expect, it } from 'vitest'
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

  it.each([[['a b']], ['*'], [['']], [['a', 'a']], [[7]]])('%j are refused', async reporters => {
    expect((await put({ reporters })).body.errors[0].pointer).toMatch(/^\/reporters/)
  })

  it('a source is live until it is silent for longer than its cadence, by the time of the theatre', async () => {
    await put({ cadenceDays: 2 })
    const tick = (to: string) =>
      suite.h.incident('sahel', { type: 'clock.ticked', data: { to, gap: false } }, to)
    await suite.h.incident('sahel', received('wire-1', '2026-03-01T00:00:00.000Z'), 'r1')
    await tick('2026-03-03T00:00:00.000Z')
    await settle()
    const heard = async () => (await suite.ask('GET', '/v1/sources')).body.items[0].heard
    expect(await heard()).toMatchObject([
      { theatre: 'sahel', lastReportedAt: '2026-03-01T00:00:00.000Z', state: 'live' }
    ])
    await tick('2026-03-03T00:01:00.000Z')
    await settle()
    expect((await heard())[0].state).toBe('silent')
    await put({ archive: true })
    expect((await heard())[0].state).toBe('archive')
  })
})

describe('a list of sources', () => {
  let suite: Suite
  beforeEach(async () => {
    suite = await Suite.start()
    for (const id of ['open', 'secret', 'coastal', 'new'])
      await suite.ask('PUT', `/v1/sources/${id}`, { body: { reliability: 'B' } })
    const hear = (theatre: string, sourceId: string, handling: Handling) => {
      const payload = received(sourceId, '2026-03-01T00:00:00.000Z')
      const data = { ...(payload.data as ReportRevision), handling }
      return suite.h.incident(theatre, { type: 'report.received', data }, `r-${sourceId}`)
    }
    await hear('sahel', 'open', 'partners')
    await hear('sahel', 'secret', 'restricted')
    await hear('coast', 'coastal', 'partners')
    await settle()
  })
  const listed = async (scopes: readonly string[], more: object) => {
    const key = await suite.key(scopes, more)
    return (await suite.ask('GET', '/v1/sources', { key })).body.items
  }

  it('has for a reader the ids of sources with a report in its theatres and at its handling', async () => {
    const reach = { theatres: ['sahel'], handling: 'partners' }
    expect(await listed(['alerts:read'], reach)).toEqual([{ id: 'open' }])
    expect(await listed(['reports:write'], { theatres: ['coast'], handling: 'partners' })).toEqual([
      { id: 'coastal' }
    ])
  })

  it('has grades, and sources without a report, for officers and administrators', async () => {
    const all = { theatres: '*', handling: 'restricted' }
    for (const scope of ['alerts:operate', 'admin']) {
      const items: { id: string; reliability: string }[] = await listed(
        [scope, 'alerts:read'],
        scope === 'admin' ? all : { theatres: ['sahel'], handling: 'internal' }
      )
      expect(items.map(({ id }) => id)).toEqual(
        scope === 'admin' ? ['open', 'secret', 'coastal', 'new'] : ['open', 'new']
      )
      expect(items.every(({ reliability }) => reliability === 'B')).toBe(true)
    }
  })
})
