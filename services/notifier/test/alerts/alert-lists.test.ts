// Lists of alerts by when they were raised, by words of their headlines, and in each order.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const write = async (...alerts: readonly (readonly [string, Partial<AlertState>])[]) => {
  for (const [alertId, patch] of alerts) await suite.h.alerts.write('raised', alertId, patch)
  await settle()
}

async function pagesOf(query: string, key?: string): Promise<string[][]> {
  const pages: string[][] = []
  for (let cursor = ''; ; ) {
    const { body } = await suite.ask(
      'GET',
      `/v1/alerts?limit=2&${query}${cursor}`,
      key === undefined ? {} : { key }
    )
    pages.push(body.items.map(({ alertId }: { alertId: string }) => alertId))
    if (body.next === null) return pages
    cursor = `&cursor=${body.next}`
  }
}

describe('GET /v1/alerts', () => {
  it('is in the order that is asked for, closed alerts too, each alert on one page', async () => {
    const severities = ['moderate', 'extreme', 'severe', 'moderate', 'extreme'] as const
    await write(...severities.map((severity, i) => [`a${i}`, { severity }] as const))
    await suite.h.alerts.write('resolved', 'a1', { status: 'resolved' })
    await settle()
    expect(await pagesOf('sort=newest')).toEqual([['a4', 'a3'], ['a2', 'a1'], ['a0']])
    expect(await pagesOf('sort=oldest')).toEqual([['a0', 'a1'], ['a2', 'a3'], ['a4']])
    expect(await pagesOf('sort=gravity')).toEqual([['a1', 'a4'], ['a2', 'a0'], ['a3']])
    expect(await pagesOf('sort=gravity&minSeverity=severe&status=provisional,confirmed')).toEqual([
      ['a4', 'a2']
    ])
  })

  it('has what was raised from a time on and before another, in each order', async () => {
    const day = (date: number) => suite.h.alerts.moveTo(Date.UTC(2026, 2, date, 23, 59, 59))
    // A second later: the first moment of the day after.
    for (const date of [1, 2, 3, 4]) {
      day(date)
      await write([`a${date + 1}`, {}])
    }
    for (const sort of ['newest', 'gravity', 'oldest']) {
      const found = async (query: string) =>
        (await pagesOf(`sort=${sort}&${query}`)).flat().toSorted()
      expect(await found('from=2026-03-03')).toEqual(['a3', 'a4', 'a5'])
      expect(await found('to=2026-03-04')).toEqual(['a2', 'a3'])
      expect(await found('from=2026-03-03&to=2026-03-05')).toEqual(['a3', 'a4'])
      expect(await found('from=2026-03-03T00:00:00.001Z')).toEqual(['a4', 'a5'])
      expect(await found('from=2026-04-01')).toEqual([])
    }
    // A cursor of a wider span goes on within the narrower one.
    const { next } = (await suite.ask('GET', '/v1/alerts?limit=1')).body
    expect(
      (await suite.ask('GET', `/v1/alerts?to=2026-03-04&cursor=${next}`)).body.items
    ).toHaveLength(2)
  })

  it('has what is headed by all words that are sought', async () => {
    await write(
      ['one', { headline: 'Attacks cluster near Ménaka, 5 in 14 days' }],
      ['two', { headline: "Siege of N'Gouma" }],
      ['three', { headline: 'Attacks cluster near Gao' }]
    )
    expect((await pagesOf('find=attacks')).flat()).toEqual(['three', 'one'])
    expect((await pagesOf('find=menaka%20attacks&sort=gravity')).flat()).toEqual(['one'])
    expect((await pagesOf('find=ngouma')).flat()).toEqual(['two'])
    expect((await pagesOf('find=timbuktu')).flat()).toEqual([])
  })

  it('has rendered headlines before words are sought', async () => {
    await write(['one', { headline: 'Attacks near Ménaka' }], ['two', { headline: 'Siege' }])
    await suite.h.clock.advance(10_000)
    const found = suite.h.notifier.projection.alerts.search(
      { level: 'internal', theatres: '*' },
      { words: ['menaka'] }
    )
    expect([...found].flat().map(({ folded }) => folded)).toEqual(['attacks near menaka'])
  })

  it.each([
    ['sort=age', 'sort'],
    ['find=', 'find'],
    ['find=%20!', 'find'],
    [`find=${'a'.repeat(101)}`, 'find'],
    ['from=yesterday', 'from'],
    ['from=2026-13-01', 'from'],
    ['from=2026-03-02&to=2026-03-01', 'to']
  ])('refuses %s and names %s', async (query, pointer) => {
    const answer = await suite.ask('GET', `/v1/alerts?${query}`)
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'query-invalid', errors: [{ pointer }] }
    })
  })
})

describe('GET /v1/alerts/parents', () => {
  const parents = '/v1/alerts/parents'

  it('lists the open alerts under another as they are now, within the theatres of the key', async () => {
    const coast = await suite.key(['alerts:read'], { theatres: ['coast'] })
    await write(
      ['whole', {}],
      ['part', { partOf: 'whole' }],
      ['far', { theatre: 'coast' }],
      ['near', { theatre: 'coast', partOf: 'far' }]
    )
    const [far, part] = [
      { alertId: 'near', partOf: 'far' },
      { alertId: 'part', partOf: 'whole' }
    ]
    const first = await suite.ask('GET', parents)
    expect(first.body.items).toEqual([far, part])
    expect((await suite.ask('GET', parents, { key: coast })).body.items).toEqual([far])
    await suite.h.alerts.write('resolved', 'part', { status: 'resolved' })
    await settle()
    const headers = { 'if-none-match': String(first.headers.etag) }
    const second = await suite.ask('GET', parents, { headers })
    expect([second.status, second.body.items]).toEqual([200, [far]])
    const again = await suite.ask('GET', parents, {
      headers: { 'if-none-match': String(second.headers.etag) }
    })
    expect(again.status).toBe(304)
  })
})
