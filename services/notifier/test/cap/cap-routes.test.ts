// CAP over HTTP: documents of each event as a reader is told it, and their feed.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { capFaults } from '@tocsin/testing/xml/cap-validity'
import { describe, expect, it } from 'vitest'
import { askText, documentsOf, elements, entriesOf, linkOf } from '../support/cap-reading.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const openTrigger = { incidentId: 'i1', revision: 1, role: 'trigger', handling: 'public' } as const
const hiddenSupport = {
  incidentId: 'i3',
  revision: 1,
  role: 'support',
  handling: 'restricted'
} as const
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
    expect(await capFaults(documents)).toEqual([])
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

  it('say in a note where only the record of the operators changed', async () => {
    const suite = await Suite.start()
    const { alerts } = suite.h
    const operator = {
      acknowledgedBy: 'desk',
      acknowledgedUntil: null,
      assignedTo: null,
      disposition: null
    }
    await alerts.write('raised', 'a1')
    await alerts.write('commented', 'a1', { operatorRevision: 1 })
    await alerts.write('assigned', 'a1', {
      operatorRevision: 2,
      operator: { ...operator, assignedTo: 'night desk' }
    })
    await alerts.write('acknowledged', 'a1', { operatorRevision: 3, operator })
    await alerts.write('acknowledgement-lapsed', 'a1', { operatorRevision: 4 })
    await alerts.write('escalated', 'a1', { severity: 'severe' })
    await settle()
    const documents = await documentsOf(suite)
    const unchanged = 'Only the record of the operators changed: the warning is as it was.'
    expect(documents.map(text => [...saidBy(text), ...elements(text, 'note')])).toEqual([
      ['Alert', 0],
      ['Update', 1, unchanged],
      ['Update', 2, unchanged],
      ['Ack', 1, 'Acknowledged by desk.'],
      ['Update', 3, unchanged],
      ['Update', 4]
    ])
    expect(documents.join('')).not.toContain('night desk')
    expect(await capFaults(documents)).toEqual([])
  })

  it('are numbered as each reader counts, and leave out what it may not see', async () => {
    const suite = await Suite.start()
    const key = await suite.key(['alerts:read'], { handling: 'partners', theatres: ['sahel'] })
    await suite.h.alerts.write('raised', 'a1', { evidence: [openTrigger] })
    await suite.h.alerts.write('revised', 'a1', {
      evidence: [openTrigger, hiddenSupport],
      concerns: 'restricted'
    })
    await suite.h.alerts.write('confirmed', 'a1', { status: 'confirmed' })
    await suite.h.alerts.write('raised', 'a2', { handling: 'restricted', headline: 'Hidden' })
    await suite.h.alerts.write('raised', 'a3', { theatre: 'coast', headline: 'Elsewhere' })
    await settle()
    const documents = await documentsOf(suite, key)
    expect(documents.map(saidBy)).toEqual([
      ['Alert', 0],
      ['Update', 1]
    ])
    expect(documents.join('')).not.toMatch(/Hidden|Elsewhere|a2|a3/)
    expect(documents[1]).toMatch(/tocsin:support<\/valueName>\s*<value>0</)
    expect((await documentsOf(suite)).map(saidBy)).toHaveLength(5)
    for (const url of [
      '/v1/cap/a1/3.xml',
      '/v1/cap/a2/1.xml',
      '/v1/cap/a3/1.xml',
      '/v1/cap/none/1.xml',
      '/v1/cap/a1/x.xml'
    ])
      expect([url, (await askText(suite, url, key)).status]).toEqual([url, 404])
  })

  it('end with a cancellation that tells nothing when the alert leaves the view, and begin anew when it is back', async () => {
    const suite = await Suite.start()
    const key = await suite.key(['alerts:read'], { handling: 'partners' })
    await suite.h.alerts.write('raised', 'a1', { drill: true })
    await suite.h.alerts.write('revised', 'a1', { handling: 'restricted', headline: 'Hidden' })
    await settle()
    const [first, left] = await documentsOf(suite, key)
    expect([first, left].map(text => saidBy(text as string))).toEqual([
      ['Alert', 0],
      ['Cancel', 1]
    ])
    expect(left).not.toMatch(/<info>|Hidden|Diosso|note/)
    expect(elements(left as string, 'status')).toEqual(['Exercise'])
    expect(elements(left as string, 'scope')).toEqual(['Public'])
    expect((await entriesOf(suite, key)).map(({ href }) => href)).toEqual([
      '/v1/cap/a1/1-left-view.xml',
      '/v1/cap/a1/1.xml'
    ])
    const { body } = await suite.ask('GET', '/v1/feed', { key })
    expect(body.items.map(({ event }: { event: { id: string } }) => event.id)).toEqual(
      [first, left].map(text => elements(text as string, 'identifier')[0])
    )
    await suite.h.alerts.write('revised', 'a1', { handling: 'public' })
    await settle()
    expect((await documentsOf(suite, key)).map(saidBy)).toEqual([
      ['Alert', 0],
      ['Cancel', 1],
      ['Alert', 0]
    ])
  })

  it('are those of another instance and of a start anew', async () => {
    const store = new MemoryStore({ partitions: 1 })
    const suite = await Suite.on({ store, config: { 'notifier.recentEventsMax': 2 } })
    await suite.h.alerts.write('raised', 'a1')
    for (let i = 0; i < 8; i++)
      await suite.h.alerts.write('revised', 'a1', { headline: `Revision ${i}` })
    await settle()
    const documents = await documentsOf(suite)
    expect(saidBy(documents[8] as string)).toEqual(['Update', 8])
    const another = await Suite.on(
      { store, config: { 'notifier.recentEventsMax': 0 } },
      { rules: false }
    )
    expect(await documentsOf(another)).toEqual(documents)
  })

  it('are those of the newest events where a history is too long to keep', async () => {
    const suite = await Suite.start({ 'notifier.momentsPerAlertMax': 110 })
    await suite.h.alerts.write('raised', 'a1')
    for (let i = 0; i < 130; i++)
      await suite.h.alerts.write('revised', 'a1', { headline: `Revision ${i}` })
    await settle(60)
    const { text } = await askText(suite, '/v1/cap/a1/131.xml')
    expect(saidBy(text)).toEqual(['Update', 100])
    expect((await askText(suite, '/v1/cap/a1/1.xml')).status).toBe(404)
    expect((await askText(suite, '/v1/cap/a1/40.xml')).status).toBe(404)
    // The feed names no document that is not there.
    const named = await entriesOf(suite)
    expect(named.length).toBeGreaterThan(5)
    for (const { href } of named)
      expect([href, (await askText(suite, href)).status]).toEqual([href, 200])
  })

  it('carry what the operator has set: sender, name and contact', async () => {
    const suite = await Suite.start({
      'cap.sender': 'alerts@example.org',
      'cap.senderName': 'The <desk>',
      'cap.contact': 'desk@example.org'
    })
    await suite.h.alerts.write('raised', 'a1')
    await settle()
    const { text } = await askText(suite, '/v1/cap/a1/1.xml')
    expect(['sender', 'senderName', 'contact'].map(name => elements(text, name)[0])).toEqual([
      'alerts@example.org',
      'The &lt;desk&gt;',
      'desk@example.org'
    ])
    const named = await Suite.start({ publicUrl: 'https://tocsin.example.org/' })
    await named.h.alerts.write('raised', 'a1')
    await settle()
    const key = { authorization: `Bearer ${named.owner}`, host: 'tocsin.example.org' }
    const answer = await named.host.app.inject({ method: 'GET', url: '/v1/cap.atom', headers: key })
    expect(linkOf(answer.body, 'alternate')).toBe('https://tocsin.example.org/v1/cap/a1/1.xml')
    expect(linkOf(answer.body, 'self')).toBe('https://tocsin.example.org/v1/cap.atom')
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

  it('takes filters as the feed does, and changes no document by them', async () => {
    const suite = await Suite.start()
    await suite.h.alerts.write('raised', 'a1', { severity: 'moderate' })
    await suite.h.alerts.write('raised', 'a2', { severity: 'extreme' })
    await suite.h.alerts.write('escalated', 'a1', { severity: 'severe' })
    await settle()
    const hrefs = (await entriesOf(suite, suite.owner, '?minSeverity=severe')).map(
      ({ href }) => href
    )
    expect(hrefs).toEqual(['/v1/cap/a1/2.xml', '/v1/cap/a2/1.xml'])
    expect((await askText(suite, '/v1/cap.atom?severity=none')).status).toBe(400)
    expect((await askText(suite, '/v1/cap.atom?cursor=none')).status).toBe(400)
    expect((await askText(suite, '/v1/cap.atom?limit=101')).status).toBe(400)
    const list = await suite.ask('GET', '/v1/alerts?limit=1')
    expect((await askText(suite, `/v1/cap.atom?cursor=${list.body.next}`)).status).toBe(400)
  })

  it('is refused while the log is away, as the feed is', async () => {
    const suite = await Suite.start({ 'stream.staleAfterMs': 10_000 })
    await suite.h.alerts.write('raised', 'a1')
    await settle()
    suite.h.log.health = () => ({ ok: false, detail: 'away' }) as never
    await suite.h.clock.advance(15_000)
    const { status, headers } = await askText(suite, '/v1/cap.atom')
    expect([status, Number(headers['retry-after']) > 0]).toEqual([503, true])
    expect((await askText(suite, '/v1/cap/a1/1.xml')).headers).toHaveProperty('tocsin-stale-since')
  })
})
