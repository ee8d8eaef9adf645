// Rosters over HTTP: whom alerts go to, who may do what, and their list.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const minuteMs = 60_000

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const inMinutes = (minutes: number) =>
  new Date(suite.h.clock.nowMs() + minutes * minuteMs).toISOString()
const declare = (body: object, key = suite.owner) => suite.ask('POST', '/v1/watches', { body, key })
async function follows(
  watch: string,
  host: string,
  { filter = {}, minSeverity = 'minor' } = {}
): Promise<string> {
  const policy = { watch, groupWaitSeconds: 0, updateMinutes: 0, stories: 'each', minSeverity }
  const made = await suite.ask('POST', '/v1/subscriptions', {
    body: { url: `https://${host}.example/hook`, filter, policy }
  })
  expect(made.status).toBe(201)
  return made.body.id
}
const raise = async (alertId: string, more: object = {}) => {
  await suite.h.alerts.write('raised', alertId, more)
  await settle(30)
}
const sent = () =>
  suite.h.network.requests.map(({ url, body }) => {
    const { data } = JSON.parse(Buffer.from(body).toString()) as { data: { alertId: string } }
    return `${new URL(url).hostname.split('.')[0]} ${data.alertId}`
  })
/** Changes of a watch in the audit trail, newest first. */
const changesOf = async (watchId: string): Promise<{ type: string; handOver?: object }[]> =>
  (await suite.ask('GET', '/v1/audit')).body.items.filter(
    (each: { subject: string }) => each.subject === watchId
  )
async function pass(minutes: number): Promise<void> {
  for (let n = 0; n < minutes * 6; n++) await suite.h.clock.advance(10_000)
  await settle(30)
}

describe('a watch', () => {
  it('notifies who is on shift, all at once, and leaves alone who is off until their shift begins', async () => {
    const { id } = (await declare({ name: 'Joint desk' })).body
    const [ama, desk, kofi] = [
      await follows(id, 'ama'),
      await follows(id, 'desk'),
      await follows(id, 'kofi')
    ]
    const shifts = [
      { officer: 'Ama', from: inMinutes(0), until: inMinutes(60), lines: [ama, desk] },
      { officer: 'Kofi', from: inMinutes(60), until: inMinutes(120), lines: [kofi] }
    ]
    const changed = await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, shifts } })
    expect(changed).toMatchObject({
      status: 200,
      body: {
        version: 2,
        isUnstaffed: false,
        onWatch: [{ officer: 'Ama' }],
        next: { officer: 'Kofi' }
      }
    })
    await raise('siege')
    expect(sent().toSorted()).toEqual(['ama siege', 'desk siege'])
    const held = async (subscription: string) =>
      (await suite.ask('GET', `/v1/subscriptions/${subscription}/deliveries`)).body.items[0].held
    expect(await held(kofi)).toMatchObject({ reason: 'off-watch', until: inMinutes(60) })
    // Who comes on is notified of what still stands, answered or not.
    await raise('toll')
    const operator = {
      acknowledgedBy: 'Ama',
      acknowledgedUntil: inMinutes(600),
      assignedTo: null,
      disposition: null
    }
    await suite.h.alerts.write('acknowledged', 'toll', { operator, operatorRevision: 1 })
    await pass(61)
    expect(
      sent()
        .filter(each => each.startsWith('kofi'))
        .toSorted()
    ).toEqual(['kofi siege', 'kofi toll'])
  })

  it('is handed over with a note: the shift ends, and of two who take it at once one has it', async () => {
    const { id } = (await declare({ name: 'Joint desk' })).body
    const ama = await follows(id, 'ama')
    const first = [{ officer: 'Ama', from: inMinutes(-1), until: inMinutes(480), lines: [ama] }]
    await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, shifts: first } })
    await suite.h.clock.advance(10 * minuteMs)
    const officer = await suite.key(['alerts:operate'])
    const take = (name: string) =>
      suite.ask('POST', `/v1/watches/${id}/hand-over`, {
        body: { version: 2, officer: name, until: inMinutes(480), note: 'Two alerts near Mopti.' },
        key: officer
      })
    const [one, other] = await Promise.all([take('Kofi'), take('Esi')])
    expect([one.status, other.status]).toEqual([200, 409])
    expect(one.body.shifts).toMatchObject([
      { officer: 'Ama', until: inMinutes(0) },
      { officer: 'Kofi', lines: [ama], note: 'Two alerts near Mopti.' }
    ])
    expect(one.body.onWatch).toMatchObject([{ officer: 'Kofi' }])
    const [last, before] = await changesOf(id)
    expect(last).toMatchObject({
      type: 'watch.handed-over',
      by: {},
      handOver: { from: 'Ama', to: 'Kofi' }
    })
    expect(before?.type).toBe('watch.declared')
    expect(before).not.toHaveProperty('handOver')
  })

  it.each([
    [{ until: '2001-01-01T00:00:00Z' }, '/shifts/0/until'],
    [{ until: '2099-01-01T00:00:00Z' }, '/shifts/0/until'],
    [{ from: 'noon' }, '/shifts/0/from'],
    [{ lines: [] }, '/shifts/0/lines'],
    [{ lines: ['sub_none'] }, '/shifts/0/lines/0'],
    [{ officer: ' ' }, '/shifts/0/officer']
  ])('with a shift of %j is refused at %s', async (more, pointer) => {
    const shift = {
      officer: 'Ama',
      from: inMinutes(0),
      until: inMinutes(60),
      lines: ['sub_none'],
      ...more
    }
    expect(await declare({ name: 'Desk', shifts: [shift] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer }] }
    })
  })
})

describe('who may do what with a watch', () => {
  it('is declared by who manages subscriptions, changed by them and administrators, and handed over by officers', async () => {
    const partner = await suite.key(['subscriptions:manage', 'alerts:read'], {
      handling: 'partners'
    })
    const other = await suite.key(['subscriptions:manage'], { handling: 'partners' })
    const officer = await suite.key(['alerts:operate'])
    const { id } = (await declare({ name: 'Partner desk', handling: 'partners' }, partner)).body
    const change = (key: string) =>
      suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, name: 'Mine' }, key })
    expect([(await change(other)).status, (await change(officer)).status]).toEqual([403, 403])
    expect((await declare({ name: 'Desk' }, officer)).status).toBe(403)
    const told = async (key: string) =>
      (await suite.ask('GET', `/v1/watches/${id}`, { key })).body.mayChange
    expect([await told(partner), await told(suite.owner)]).toEqual([true, true])
    expect([await told(other), await told(officer)]).toEqual([false, false])
    expect((await change(partner)).status).toBe(200)
    expect((await suite.ask('DELETE', `/v1/watches/${id}`, { key: other })).status).toBe(403)
  })

  it('of a partner shows its officers to no other partner, unless it says so', async () => {
    const ofPartner = () =>
      suite.key(['subscriptions:manage', 'alerts:read', 'alerts:operate'], { handling: 'partners' })
    const [partner, other, officer] = [
      await ofPartner(),
      await ofPartner(),
      await suite.key(['alerts:operate'])
    ]
    const { id, handling } = (await declare({ name: 'Partner desk' }, partner)).body
    expect(handling).toBe('internal')
    const seen = async (key: string) =>
      (await suite.ask('GET', `/v1/watches/${id}`, { key })).status
    const subscribe = async (key: string) =>
      (
        await suite.ask('POST', '/v1/subscriptions', {
          body: { url: 'https://p.example/', policy: { watch: id } },
          key
        })
      ).status
    expect([
      await seen(partner),
      await seen(officer),
      await seen(suite.owner),
      await seen(other)
    ]).toEqual([200, 200, 200, 404])
    expect([await subscribe(partner), await subscribe(other)]).toEqual([201, 422])
    const listed = async (key: string) =>
      (await suite.ask('GET', '/v1/watches', { key })).body.items.length
    expect([await listed(partner), await listed(other)]).toEqual([1, 0])
    const tagFor = async (key: string) =>
      (await suite.ask('GET', '/v1/watches', { key })).headers.etag
    const before = await tagFor(other)
    const line = (await suite.ask('GET', '/v1/subscriptions', { key: partner })).body.items[0].id
    const handOver = { version: 1, officer: 'Esi', until: inMinutes(60), lines: [line] }
    expect(
      (await suite.ask('POST', `/v1/watches/${id}/hand-over`, { body: handOver, key: other }))
        .status
    ).toBe(404)
    expect(
      (await suite.ask('POST', `/v1/watches/${id}/hand-over`, { body: handOver, key: partner }))
        .status
    ).toBe(200)
    expect(await tagFor(other)).toBe(before)
    const mark = (version: number, asked: string) =>
      suite.ask('PATCH', `/v1/watches/${id}`, { body: { version, handling: asked }, key: partner })
    expect((await mark(2, 'partners')).status).toBe(200)
    expect(await seen(other)).toBe(200)
    expect((await mark(3, 'internal')).status).toBe(200)
    expect(await seen(other)).toBe(404)
  })

  it('names its lines to officers by who holds them, as far as their reach goes, and to nobody by an address', async () => {
    const partner = await suite.key(['subscriptions:manage', 'alerts:read'], { name: 'Partner A' })
    const body = { url: 'https://ama.example/hook', contact: 'desk@a.example' }
    const made = await suite.ask('POST', '/v1/subscriptions', { body, key: partner })
    const line = made.body.id
    const shifts = [{ officer: 'Ama', from: inMinutes(0), until: inMinutes(60), lines: [line] }]
    const { id } = (await declare({ name: 'Joint desk', shifts })).body
    const lineNames = async (key: string) =>
      (await suite.ask('GET', `/v1/watches/${id}`, { key })).body.lineNames
    const named = [{ subscriptionId: line, by: 'Partner A', contact: 'desk@a.example' }]
    expect(await lineNames(await suite.key(['alerts:operate']))).toEqual(named)
    expect(await lineNames(suite.owner)).toEqual(named)
    // Beyond the officer's theatres, and to another partner: nothing.
    await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, handling: 'public' } })
    expect(await lineNames(await suite.key(['subscriptions:manage']))).toEqual([])
    expect(await lineNames(await suite.key(['alerts:operate'], { handling: 'partners' }))).toEqual(
      []
    )
    const silence = {
      reason: 'A test.',
      minutes: 5,
      subscriptionId: line,
      filter: { severity: ['minor'] }
    }
    const policy = { groupWaitSeconds: 0 }
    await suite.ask('PATCH', `/v1/subscriptions/${line}`, { body: { policy }, key: partner })
    const of = (await suite.ask('POST', '/v1/silences', { body: silence, key: partner })).body.id
    const told = await suite.ask('GET', `/v1/silences/${of}`, {
      key: await suite.key(['alerts:operate'])
    })
    expect(told.body).toMatchObject({ subscriptionId: line, subscriber: named[0] })
    expect(JSON.stringify(told.body)).not.toContain('ama.example')
  })
})

/** The ids of each page; `between`: after each. */
async function readPages(query: string, between: () => Promise<void> = async () => {}) {
  const pages: { items: { id: string }[]; next: string | null }[] = []
  do {
    const next = pages.at(-1)?.next
    const after = next == null ? '' : `&cursor=${encodeURIComponent(next)}`
    pages.push((await suite.ask('GET', `/v1/watches?${query}${after}`)).body)
    await between()
  } while (pages.at(-1)?.next != null)
  return pages.map(({ items }) => items.map(({ id }) => id))
}

it('each watch is on one page, and one that is withdrawn between two pages moves no other', async () => {
  const ids: string[] = []
  for (const name of ['e', 'd', 'c', 'b', 'a']) ids.push((await declare({ name })).body.id)
  const pages = await readPages('limit=2')
  expect(pages.map(ids => ids.length)).toEqual([2, 2, 1])
  const listed = pages.flat()
  expect(listed).toEqual(ids.toSorted())

  let withdrawn = false
  const rest = await readPages('limit=2', async () => {
    if (!withdrawn)
      for (const id of listed.slice(0, 2)) await suite.ask('DELETE', `/v1/watches/${id}`)
    withdrawn = true
  })
  expect(rest.flat()).toEqual(listed)
  expect((await suite.ask('GET', '/v1/watches?cursor=x')).body.code).toBe('cursor-invalid')
})
