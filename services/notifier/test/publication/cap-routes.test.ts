// CAP over HTTP: documents of each event as a reader is told it, and their feed.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { checkCap } from '@tocsin/testing/xml/cap-validity'
import { describe, expect, it } from 'vitest'
import { askText, documentsOf, elements, entriesOf, linkOf } from '../support/cap-reading.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const saidBy = (text: string) => [
  elements(text, 'msgType')[0],
  (elements(text, 'references')[0] ?? '').split(' ').filter(Boolean).length
]

describe('the documents of an alert', () => {
  it('are its events, from the first to the withdrawal, under the ids of the feed', async () => {
    const suite = await Suite.start()
    const { alerts } = suite.h
    await alerts.write('raised', 'a1')
    await alerts.write('escalated', 'a1', { severity: 'severe' })
    await alerts.write('acknowledged', 'a1', {
      operatorRevision: 1,
      operator: {
        acknowledgedBy: 'desk',
        acknowledgedUntil: null,
        assignedTo: null,
        disposition: null
      }
    })
    await alerts.write('retracted', 'a1', { status: 'retracted', reason: 'support-fell-away' })
    await alerts.write('reopened', 'a1', { status: 'provisional', reason: 'support-returned' })
    await settle()
    const documents = await documentsOf(suite)
    expect(documents.map(saidBy)).toEqual([
      ['Alert', 0],
      ['Update', 1],
      ['Ack', 1],
      ['Cancel', 2],
      ['Alert', 0]
    ])
    expect(await checkCap(documents)).toEqual([])
    const { body } = await suite.ask('GET', '/v1/feed')
    const ids = body.items.map(({ event }: { event: { id: string } }) => event.id)
    expect(documents.map(text => elements(text, 'identifier')[0])).toEqual(ids)
    const { text, headers } = await askText(suite, '/v1/cap/a1/2.xml')
    expect([text, headers['content-type']]).toEqual([
      documents[1],
      'application/cap+xml; charset=utf-8'
    ])
    expect(
      (
        await askText(suite, '/v1/cap/a1/2.xml', suite.owner, {
          'if-none-match': `"x", W/${headers.etag}`
        })
      ).status
    ).toBe(304)
  })

  it('of a theatre on a replay clock are a test', async () => {
    const suite = await Suite.start()
    const clock = await suite.ask('PUT', '/v1/theatres/sahel', {
      body: { countries: ['ML'], clock: 'replay' }
    })
    expect(clock.status).toBe(201)
    await suite.h.alerts.write('raised', 'a1')
    await settle()
    expect(elements((await askText(suite, '/v1/cap/a1/1.xml')).text, 'status')).toEqual(['Test'])
  })
})

describe('the Atom feed', () => {
  it('has the newest first, in pages that leave nothing out, over all partitions', async () => {
    for (const partitions of [1, 3]) {
      const suite = await Suite.on({
        store: new MemoryStore({ partitions }),
        config: { 'notifier.recentEventsMax': 5 }
      })
      for (let i = 0; i < 30; i++)
        await suite.h.alerts.write('raised', `a${i}`, {
          theatre: ['sahel', 'coast', 'lake'][i % 3] as string
        })
      await settle()
      const whole = await entriesOf(suite, suite.owner, '?limit=100')
      expect(whole.map(({ title }) => title)).toEqual(
        Array.from({ length: 30 }, (_, i) => `Siege of Diosso (a${29 - i})`)
      )
      expect(await entriesOf(suite, suite.owner, '?limit=7')).toEqual(whole)
      expect(new Set(whole.map(({ id }) => id)).size).toBe(30)
      expect(whole[0]?.id).toMatch(
        /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
      )
    }
  })

  it('has what Atom asks for, and says by its ETag that nothing is new', async () => {
    const suite = await Suite.start()
    const empty = await askText(suite, '/v1/cap.atom')
    expect(elements(empty.text, 'updated')).toEqual(['1970-01-01T00:00:00.000Z'])
    await suite.h.alerts.write('raised', 'a1', { headline: '<b>&\u0000' })
    await settle()
    const { text, headers } = await askText(suite, '/v1/cap.atom?limit=1')
    expect(headers['content-type']).toBe('application/atom+xml; charset=utf-8')
    expect(headers.etag).not.toBe(empty.headers.etag)
    const head = text.slice(0, text.indexOf('<entry>'))
    expect(head).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<feed xmlns="http:\/\/www.w3.org\/2005\/Atom">/
    )
    expect([elements(head, 'id').length, elements(head, 'title'), elements(head, 'name')]).toEqual([
      1,
      ['Alerts'],
      ['Tocsin']
    ])
    expect([linkOf(head, 'self'), linkOf(head, 'first'), linkOf(head, 'next')]).toEqual([
      '/v1/cap.atom?limit=1',
      '/v1/cap.atom?limit=1',
      null
    ])
    const entry = text.slice(text.indexOf('<entry>'))
    expect(elements(entry, 'title')).toEqual(['&lt;b&gt;&amp;?'])
    expect(elements(entry, 'updated')).toEqual(elements(head, 'updated'))
    expect([elements(entry, 'id').length, elements(entry, 'summary').length]).toEqual([1, 1])
    const again = await askText(suite, '/v1/cap.atom?limit=1', suite.owner, {
      'if-none-match': headers.etag
    })
    expect([again.status, again.text]).toEqual([304, ''])
  })
})

describe('the publisher', () => {
  it('of settings that changed publishes what comes after, and rewrites nothing', async () => {
    const store = new MemoryStore()
    const open = (publicUrl: string) => Suite.open({ store, config: { publicUrl } })
    const first = await open('https://old.example.org')
    await first.h.alerts.write('raised', 'a1')
    await settle()
    const [before] = await documentsOf(first)
    await first.close()

    const second = await Suite.on({ store, config: { publicUrl: 'https://new.example.org' } })
    const [next] = first.h.alerts.record('escalated', 'a1', { severity: 'severe' })
    await second.h.log.append(topics.alerts, [next])
    await settle()
    const [same, update] = await documentsOf(second)
    expect(same).toBe(before)
    expect(elements(update as string, 'sender')).toEqual(['new.example.org'])
    expect(elements(update as string, 'references')[0]).toMatch(/^old\.example\.org,/)
    expect(elements(update as string, 'web')).toEqual(['https://new.example.org/?alert=a1'])
  })
})

describe('the address of a key', () => {
  const addressOf = async (suite: Suite, key: string) =>
    (await suite.ask('GET', '/v1/cap-address', { key })).body.url as string
  const open = (suite: Suite, url: string) => suite.host.app.inject({ method: 'GET', url })

  it('shows public alerts of its theatres without a header, and ends with the key', async () => {
    const suite = await Suite.start({ 'cap.addresses': true })
    await suite.h.alerts.write('raised', 'a1')
    await suite.h.alerts.write('raised', 'a2', { handling: 'partners' })
    await suite.h.alerts.write('raised', 'a3', { theatre: 'coast' })
    await settle()
    const made = await suite.ask('POST', '/v1/keys', {
      body: { name: 'p', scopes: ['alerts:read'], theatres: ['sahel'], handling: 'restricted' }
    })
    const url = await addressOf(suite, made.body.secret)
    const feed = await open(suite, url)
    const documents = [...feed.body.matchAll(/href="([^"]*\.xml)"/g)].map(([, href]) => href)
    expect([feed.statusCode, feed.headers['referrer-policy']]).toEqual([200, 'no-referrer'])
    expect(documents).toEqual([url.replace('cap.atom', 'cap/a1/1.xml')])
    expect((await open(suite, documents[0] as string)).body).toContain('Siege of Diosso')
    const hidden = url.replace('cap.atom', 'cap/a2/1.xml')
    expect((await open(suite, hidden)).statusCode).toBe(404)
    await suite.ask('DELETE', `/v1/keys/${made.body.keyId}`)
    await settle()
    expect((await open(suite, url)).statusCode).toBe(404)
  })

  it('is none unless the setting allows it, and cannot be guessed', async () => {
    const off = await Suite.start()
    expect((await off.ask('GET', '/v1/cap-address')).status).toBe(404)
    const suite = await Suite.start({ 'cap.addresses': true })
    const key = await suite.key(['alerts:read'])
    const url = await addressOf(suite, key)
    expect((await open(off, url)).statusCode).toBe(404)
    const guesses = Array.from({ length: 31 }, (_, i) => url.replace(/.{3}(?=\/cap)/, `${i + 100}`))
    const codes: number[] = []
    for (const guess of guesses) codes.push((await open(suite, guess)).statusCode)
    expect([codes[0], codes.at(-1)]).toEqual([404, 429])
  })
})
