// What the feed says beside its rows: tags, links and the age of what it shows.

import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

async function suiteWith(count: number): Promise<Suite> {
  const suite = await Suite.start()
  for (let i = 0; i < count; i++) await suite.h.alerts.write('raised', `a${i}`)
  await settle()
  return suite
}

describe('a page of the feed', () => {
  it('is answered 304 to a reader who has it, until it changes', async () => {
    const suite = await suiteWith(1)
    const first = await suite.ask('GET', '/v1/feed')
    expect([first.headers['cache-control'], first.headers.etag]).toEqual([
      'private, no-cache',
      expect.stringMatching(/^"[\w-]{27}"$/)
    ])
    const ask = (tag: string) => suite.ask('GET', '/v1/feed', { headers: { 'if-none-match': tag } })
    const again = await ask(`"other", ${first.headers.etag}`)
    expect([again.status, again.body, again.headers.etag]).toEqual([304, null, first.headers.etag])
    expect((await ask('"other"')).status).toBe(200)
    await suite.h.alerts.write('revised', 'a0')
    await settle()
    const changed = await ask(first.headers.etag!)
    expect([changed.status, changed.body.items.length]).toEqual([200, 2])
    expect(changed.headers.etag).not.toBe(first.headers.etag)
  })

  it('has the same tag for the same reader, and another for every other reach, filter and detail', async () => {
    const suite = await suiteWith(0)
    const tag = async (query = '', key = suite.owner) =>
      (await suite.ask('GET', `/v1/feed?cursor=latest${query}`, { key })).headers.etag
    const reaches = [
      { handling: 'partners' },
      { handling: 'public' },
      { handling: 'public', theatres: ['sahel'] }
    ]
    const keys = await Promise.all(reaches.map(reach => suite.key(['alerts:read'], reach)))
    const tags = [
      await tag(),
      await tag('&detail=ids'),
      await tag('&severity=severe'),
      ...(await Promise.all(keys.map(key => tag('', key))))
    ]
    expect(new Set(tags).size).toBe(tags.length)
    expect(await tag()).toBe(tags[0])
  })

  it('holds as many rows and alerts as were asked for in bytes, and at least one, in the same chain', async () => {
    const suite = await Suite.on({ partitions: 3 })
    const theatres = ['sahel', 'coast', 'lake', 'delta']
    for (let i = 0; i < 40; i++)
      await suite.h.alerts.write('raised', `a${i}`, { theatre: theatres[i % 4] as string })
    for (let i = 0; i < 40; i += 3)
      await suite.h.alerts.write('revised', `a${i}`, {
        theatre: theatres[i % 4] as string,
        handling: 'restricted'
      })
    await settle()
    const key = await suite.key(['alerts:read'], { handling: 'internal' })
    const whole = (await suite.ask('GET', '/v1/feed?limit=500', { key })).body.items
    for (const bytes of [1_024, 5_000, 1_048_576]) {
      const rows: { event: { id: string }; prev: string; cursor: string }[] = []
      for (let at = 'earliest'; rows.length < whole.length; ) {
        const { items, next } = (
          await suite.ask('GET', `/v1/feed?cursor=${at}&limit=500&bytes=${bytes}`, { key })
        ).body
        expect(items.length).toBeGreaterThan(0)
        expect(items.length === 1 || JSON.stringify(items).length <= bytes + 2 + items.length).toBe(
          true
        )
        if (at !== 'earliest') expect(items[0].prev).toBe(at)
        rows.push(...items)
        at = next
      }
      expect(rows.map(({ event }) => event)).toEqual(
        whole.map(({ event }: { event: object }) => event)
      )
    }
    const begun = (await suite.ask('GET', '/v1/feed?cursor=latest&snapshot=true&bytes=5000')).body
    expect([
      begun.more,
      begun.snapshot.length > 0,
      JSON.stringify(begun.snapshot).length < 5_100
    ]).toEqual([true, true, true])
    expect((await suite.ask('GET', '/v1/feed?bytes=10')).status).toBe(400)
  })

  it('links to the next with the same question', async () => {
    const suite = await suiteWith(3)
    const asked = '/v1/feed?limit=1&severity=moderate&detail=ids'
    const seen: string[] = []
    for (let url = asked; seen.length < 3; ) {
      const { body, headers } = await suite.ask('GET', url)
      seen.push(...body.items.map(({ event }: { event: { alertId: string } }) => event.alertId))
      url = /^<([^>]+)>; rel="next"$/.exec(headers.link!)![1]!
      expect(Object.fromEntries(new URLSearchParams(url.split('?')[1]))).toEqual({
        limit: '1',
        severity: 'moderate',
        detail: 'ids',
        cursor: body.next
      })
    }
    expect(seen).toEqual(['a0', 'a1', 'a2'])
    const corners = Array.from({ length: 120 }, (_, i) => [i / 10, 10 + (i % 7)])
    const polygon = JSON.stringify({ type: 'Polygon', coordinates: [[...corners, corners[0]]] })
    const { status, headers } = await suite.ask(
      'GET',
      `/v1/feed?polygon=${encodeURIComponent(polygon)}`
    )
    expect([status, headers.link]).toEqual([200, undefined])
  })

  it('waits for a first row, and no longer', async () => {
    const suite = await suiteWith(1)
    const { body } = await suite.ask('GET', '/v1/feed?cursor=latest')
    const waiting = suite.ask('GET', `/v1/feed?cursor=${body.next}&wait=20`)
    await settle()
    await suite.h.alerts.write('raised', 'b1')
    await settle()
    expect((await waiting).body.items).toHaveLength(1)
    const empty = suite.ask('GET', '/v1/feed?cursor=latest&wait=2')
    await settle()
    await suite.h.clock.advance(2_100)
    expect((await empty).body.items).toEqual([])
  })
})
