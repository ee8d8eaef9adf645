// Administration over HTTP.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

describe('theatres and ticks', () => {
  const sahel = { countries: ['ML', 'BF', 'NE'], clock: 'replay' }
  it('are declared, changed and listed with their time; an identical declaration writes nothing', async () => {
    const made = await suite.ask('PUT', '/v1/theatres/sahel', { body: sahel })
    expect(made).toMatchObject({
      status: 201,
      body: {
        id: 'sahel',
        countries: ['BF', 'ML', 'NE'],
        polygon: null,
        clock: 'replay',
        retentionDays: 820,
        now: null
      }
    })
    const again = await suite.ask('PUT', '/v1/theatres/sahel', { body: sahel })
    expect(again.status).toBe(200)
    expect(again.headers).not.toHaveProperty('tocsin-cursor')
    expect(
      (await suite.ask('PUT', '/v1/theatres/sahel', { body: { countries: ['ML'] } })).body
    ).toMatchObject({
      countries: ['ML'],
      clock: 'replay'
    })
    expect(
      (await suite.ask('GET', '/v1/theatres')).body.items.map(
        (theatre: { id: string }) => theatre.id
      )
    ).toEqual(['sahel'])
  })
  it.each(['theatres', 'sources'])(
    '%s are changed at the version that was seen alone',
    async kind => {
      const path = `/v1/${kind}/sahel`
      const body = kind === 'theatres' ? sahel : { reliability: 'B' }
      const { version } = (await suite.ask('PUT', path, { body })).body
      const other = kind === 'theatres' ? { countries: ['ML'] } : { reliability: 'C' }
      const change = (seen: number) =>
        suite.ask('PUT', path, { body: other, headers: { 'if-match': `"${seen}"` } })
      const refused = await change(version + 1)
      expect([refused.status, refused.body.code]).toEqual([409, 'action-refused'])
      expect(refused.body.version).toBe(version)
      const changed = await change(version)
      expect(changed.status).toBe(200)
      expect(changed.body.version).not.toBe(version)
    }
  )
  it('say how many false alarms a year their rules may raise', async () => {
    await suite.ask('PUT', '/v1/theatres/sahel', { body: sahel })
    const budget = async () =>
      (await suite.ask('GET', '/v1/theatres')).body.items[0].falseAlarmBudget
    expect(await budget()).toBeNull()
    const cluster = { ruleId: 'cluster', ruleVersion: 1, pattern: 'cluster', parameters: {} }
    await suite.h.declare({ type: 'rule.declared', data: cluster })
    await settle()
    expect(await budget()).toBe(8)
  })

  it('have their time set backward and forward by an officer; a large step of a replay must be explicit', async () => {
    await suite.ask('PUT', '/v1/theatres/sahel', { body: sahel })
    const tick = (body: object) => suite.ask('POST', '/v1/theatres/sahel/ticks', { body })
    expect((await tick({ to: '2025-06-01T00:00:00Z' })).status).toBe(200)
    const slip = await tick({ to: '9999-01-01T00:00:00Z' })
    expect([slip.status, slip.body.code, slip.body.now]).toEqual([
      409,
      'tick-refused',
      '2025-06-01T00:00:00.000Z'
    ])
    expect((await tick({ to: '9999-01-01T00:00:00Z', leap: true })).status).toBe(200)
    const set = (body: object) => suite.ask('POST', '/v1/theatres/sahel/time', { body })
    expect((await set({ to: '2025-06-02T00:00:00Z' })).body.errors[0].pointer).toBe('/reason')
    expect((await set({ reason: 'a slip' })).body.errors[0].pointer).toBe('/to')
    expect((await set({ to: '2025-06-02T00:00:00Z', reason: 'a slip' })).body).toEqual({
      theatre: 'sahel',
      now: '2025-06-02T00:00:00.000Z'
    })
    expect((await suite.ask('GET', '/v1/theatres')).body.items[0].now).toBe(
      '2025-06-02T00:00:00.000Z'
    )
    expect((await tick({ to: '2025-06-03T00:00:00Z' })).status).toBe(200)
  })
  it.each([
    [{ countries: ['ML'] }, '/countries'],
    [{ countries: ['XX'] }, '/countries'],
    [{ countries: [] }, '/countries'],
    [{}, '/countries'],
    [{ countries: ['NG'], polygon: { type: 'Polygon', coordinates: [] } }, '/countries'],
    [{ polygon: 'x' }, '/polygon'],
    [
      {
        polygon: [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 0.5]
          ]
        ]
      },
      '/polygon'
    ],
    [
      {
        polygon: [
          [
            [20, 0],
            [24, 0],
            [24, 4],
            [20, 4],
            [20, 0]
          ]
        ]
      },
      '/polygon'
    ],
    [{ countries: ['NG'], clock: 'sundial' }, '/clock'],
    [{ countries: ['NG'], retentionDays: 467 }, '/retentionDays'],
    [{ country: ['NG'] }, '/country']
  ])('%j is refused and names %s', async (body, pointer) => {
    await suite.ask('PUT', '/v1/theatres/sahel', { body: sahel })
    await suite.ask('PUT', '/v1/theatres/lake', {
      body: {
        polygon: [
          [
            [22, 2],
            [26, 2],
            [26, 6],
            [22, 6],
            [22, 2]
          ]
        ]
      }
    })
    const answer = await suite.ask('PUT', '/v1/theatres/other', { body })
    expect(answer.status).toBe(422)
    expect(
      answer.body.errors.map((error: { pointer: string }) => error.pointer.replace(/\/\d+$/, ''))
    ).toContain(pointer)
  })
  it('cannot be declared if they overlap', async () => {
    const answers = await Promise.all(
      ['one', 'two'].map(id =>
        suite.ask('PUT', `/v1/theatres/${id}`, { body: { countries: ['ML'] } })
      )
    )
    expect(answers.map(answer => answer.status).sort()).toEqual([201, 422])
  })
  it('a tick answers with the time once the theatre has applied it, and is refused if it is not later', async () => {
    await suite.ask('PUT', '/v1/theatres/sahel', { body: sahel })
    const tick = (to: string) =>
      suite.askWaiting('POST', '/v1/theatres/sahel/ticks', { body: { to } })
    const first = await tick('2025-06-02T09:00:00Z')
    expect(first).toMatchObject({
      status: 200,
      body: { theatre: 'sahel', now: '2025-06-02T09:00:00.000Z' }
    })
    const read = await suite.askWaiting('GET', '/v1/theatres', {
      headers: { 'tocsin-cursor': first.headers['tocsin-cursor'] as string }
    })
    expect(read.body.items[0].now).toBe('2025-06-02T09:00:00.000Z')
    expect(await tick('2025-06-02T09:00:00Z')).toMatchObject({
      status: 409,
      body: { code: 'tick-refused', now: '2025-06-02T09:00:00.000Z' }
    })
    expect((await tick('2025-06-02T09:00:30Z')).body.errors[0].pointer).toBe('/to')
    for (const to of ['2025-06-31T09:00:00Z', '2025-06-30T23:59:60Z', '2025-06-30', 'later']) {
      expect((await tick(to)).body.errors[0].pointer).toBe('/to')
    }
    expect(
      (await suite.ask('POST', '/v1/theatres/none/ticks', { body: { to: '2025-06-02T09:00:00Z' } }))
        .status
    ).toBe(404)
  })
  it('a wall clock accepts no ticks', async () => {
    await suite.ask('PUT', '/v1/theatres/coast', { body: { countries: ['GH'] } })
    expect(
      (
        await suite.ask('POST', '/v1/theatres/coast/ticks', {
          body: { to: '2025-06-02T09:00:00Z' }
        })
      ).body.code
    ).toBe('tick-refused')
  })
})

describe('the reach of an administrator of some theatres', () => {
  const declare = (id: string, countries: readonly string[], key?: string) =>
    suite.ask('PUT', `/v1/theatres/${id}`, {
      body: { countries, clock: 'replay' },
      ...(key === undefined ? {} : { key })
    })
  const countriesOf = async () =>
    Object.fromEntries(
      (await suite.ask('GET', '/v1/theatres')).body.items.map(
        ({ id, countries }: { id: string; countries: string[] }) => [id, countries]
      )
    )
  let local: string
  beforeEach(async () => {
    await declare('sahel', ['ML', 'NE'])
    await declare('lake', ['TD'])
    local = await suite.key(['admin'], { theatres: ['sahel', 'coast'], handling: 'restricted' })
  })

  it('is limited to its theatres: no other is changed, ticked or given their area', async () => {
    expect((await declare('lake', ['TD', 'NG'], local)).body.code).toBe('forbidden')
    expect((await declare('lake', ['ML'], local)).body.code).toBe('forbidden')
    expect((await declare('nowhere', ['GH'], local)).body.code).toBe('forbidden')
    const tick = (id: string) =>
      suite.askWaiting('POST', `/v1/theatres/${id}/ticks`, {
        body: { to: '2025-06-02T09:00:00Z' },
        key: local
      })
    expect((await tick('lake')).body.code).toBe('forbidden')
    expect((await tick('none')).body.code).toBe('forbidden')
    expect((await tick('sahel')).status).toBe(200)
    expect(await countriesOf()).toEqual({ sahel: ['ML', 'NE'], lake: ['TD'] })
  })
})

describe('sources and keys', () => {
  it('a source is declared with the defaults of an undeclared one', async () => {
    const made = await suite.ask('PUT', '/v1/sources/wire-1', { body: { reliability: 'B' } })
    expect(made).toMatchObject({
      status: 201,
      body: { id: 'wire-1', reliability: 'B', latenessDays: 14, cadenceDays: 7, archive: false }
    })
    expect((await suite.ask('GET', '/v1/sources')).body.items).toEqual([made.body])
    expect(
      (await suite.ask('PUT', '/v1/sources/wire-1', { body: { reliability: 'G' } })).body.errors[0]
        .pointer
    ).toBe('/reliability')
  })
  it('the secret of a key is shown once, its hash never; a revoked key is refused', async () => {
    const made = await suite.ask('POST', '/v1/keys', {
      body: { name: 'desk', scopes: ['alerts:read'], expiresAt: '2026-04-01T00:00:00Z' }
    })
    expect(made.body.secret).toMatch(/^tk_/)
    const list = await suite.ask('GET', '/v1/keys')
    expect(list.body.items[0]).toMatchObject({
      keyId: made.body.keyId,
      name: 'desk',
      handling: 'internal',
      revokedAt: null
    })
    expect(JSON.stringify(list.body)).not.toMatch(/secret|Hash/)
    expect((await suite.ask('GET', '/v1/alerts', { key: made.body.secret })).status).toBe(200)
    expect((await suite.ask('DELETE', `/v1/keys/${made.body.keyId}`)).status).toBe(204)
    expect((await suite.ask('DELETE', `/v1/keys/${made.body.keyId}`)).status).toBe(204)
    expect((await suite.ask('GET', '/v1/alerts', { key: made.body.secret })).status).toBe(401)
    expect((await suite.ask('DELETE', '/v1/keys/none')).status).toBe(404)
  })
  it.each([
    [{ scopes: ['alerts:read'] }, '/name'],
    [{ name: 'x', scopes: [] }, '/scopes'],
    [{ name: 'x', scopes: ['everything'] }, '/scopes/0'],
    [{ name: 'x', scopes: ['admin'], handling: 'secret' }, '/handling'],
    [{ name: 'x', scopes: ['admin'], expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    [{ name: 'x', scopes: ['admin'], expiresAt: '2026-06-30T23:59:60Z' }, '/expiresAt']
  ])('%j is refused and names %s', async (body, pointer) => {
    const answer = await suite.ask('POST', '/v1/keys', { body })
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })
})
