// Watches over HTTP: whom alerts go to, in which order. Who may do what is in watch-access.test.ts.

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
  it('tells who is on, goes on to the next line while nobody answers, and leaves alone who is off', async () => {
    const { id } = (await declare({ name: 'Joint desk', lineMinutes: 5 })).body
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
    expect(sent()).toEqual(['ama siege'])
    const held = async (subscription: string) =>
      (await suite.ask('GET', `/v1/subscriptions/${subscription}/deliveries`)).body.items[0].held
    expect(await held(desk)).toMatchObject({ reason: 'earlier-line', until: inMinutes(5) })
    expect(await held(kofi)).toMatchObject({ reason: 'off-watch', until: inMinutes(60) })
    await pass(5)
    expect(sent()).toEqual(['ama siege', 'desk siege'])
    await raise('toll')
    const operator = {
      acknowledgedBy: 'Ama',
      acknowledgedUntil: inMinutes(600),
      assignedTo: null,
      disposition: null
    }
    await suite.h.alerts.write('acknowledged', 'toll', { operator, operatorRevision: 1 })
    await pass(10)
    expect(sent().filter(each => each.startsWith('desk'))).toEqual(['desk siege'])
    expect(await held(desk)).toMatchObject({ reason: 'answered', until: null })
    // Who comes on is told of what still stands, answered or not.
    await pass(46)
    expect(
      sent()
        .filter(each => each.startsWith('kofi'))
        .toSorted()
    ).toEqual(['kofi siege', 'kofi toll'])
  })

  it('does not go on from a line whose people have said that they have it', async () => {
    const { id } = (await declare({ name: 'Joint desk', lineMinutes: 5 })).body
    const [ama, desk] = [await follows(id, 'ama'), await follows(id, 'desk')]
    const shifts = [
      { officer: 'Ama', from: inMinutes(0), until: inMinutes(60), lines: [ama, desk] }
    ]
    await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, shifts } })
    await raise('siege')
    const answer = {
      subscriptionId: ama,
      by: 'owner',
      at: inMinutes(1),
      until: null,
      note: null,
      via: 'key' as const
    }
    const operator = {
      acknowledgedBy: null,
      acknowledgedUntil: null,
      assignedTo: null,
      disposition: null,
      answers: [answer]
    }
    await suite.h.alerts.write('answered', 'siege', { operator })
    await pass(20)
    expect(sent().filter(each => each.startsWith('desk'))).toEqual([])
  })

  it('leaves a line that knows in its place though the alert sinks below what the line asks for', async () => {
    const { id } = (await declare({ name: 'Joint desk' })).body
    const ama = await follows(id, 'ama', { minSeverity: 'severe' })
    await follows(id, 'desk')
    const shifts = [{ officer: 'Ama', from: inMinutes(0), until: inMinutes(60), lines: [ama] }]
    await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, shifts } })
    await raise('siege', { severity: 'severe' })
    await suite.h.alerts.write('revised', 'siege', { severity: 'moderate' })
    await pass(2)
    expect(sent()).toEqual(['ama siege', 'ama siege'])
  })

  it('that nobody is on tells everybody, and says so', async () => {
    const { id } = (await declare({ name: 'Joint desk' })).body
    await follows(id, 'ama')
    await follows(id, 'desk')
    expect((await suite.ask('GET', `/v1/watches/${id}`)).body).toMatchObject({
      isUnstaffed: true,
      onWatch: [],
      next: null
    })
    await raise('siege')
    expect(sent().toSorted()).toEqual(['ama siege', 'desk siege'])
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
    ['who is planned next and comes early', 60, 480],
    ['whose planned shift ends later', 60, 600],
    ['whose planned shift is over before', 60, 300]
  ])('is handed over to the one %s, as the audit trail says', async (_who, from, until) => {
    const { id } = (await declare({ name: 'Joint desk' })).body
    const ama = await follows(id, 'ama')
    const shifts = [
      { officer: 'Ama', from: inMinutes(-1), until: inMinutes(from), lines: [ama] },
      { officer: 'Kofi', from: inMinutes(from), until: inMinutes(until), lines: [ama] }
    ]
    await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, shifts } })
    await suite.h.clock.advance(10 * minuteMs)
    const body = { version: 2, officer: 'Kofi', until: inMinutes(470) }
    expect((await suite.ask('POST', `/v1/watches/${id}/hand-over`, { body })).status).toBe(200)
    const renamed = await suite.ask('PATCH', `/v1/watches/${id}`, {
      body: { version: 3, name: 'Night desk' }
    })
    expect(renamed).toMatchObject({ status: 200, body: { version: 4 } })
    // What is changed after it is no hand-over.
    expect(await changesOf(id)).toMatchObject([
      { type: 'watch.declared' },
      { type: 'watch.handed-over', handOver: { from: 'Ama', to: 'Kofi' } },
      { type: 'watch.declared' },
      { type: 'watch.declared' }
    ])
  })

  it('is taken over when nobody is on with the lines of who was on last', async () => {
    const { id } = (await declare({ name: 'Night desk' })).body
    const [ama, ben] = [await follows(id, 'ama'), await follows(id, 'ben')]
    const take = (version: number) =>
      suite.ask('POST', `/v1/watches/${id}/hand-over`, {
        body: { version, officer: 'Esi', until: inMinutes(60) }
      })
    expect(await take(1)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/lines' }] } })
    const shifts = [
      { officer: 'Ben', from: inMinutes(-60), until: inMinutes(20), lines: [ben] },
      { officer: 'Ama', from: inMinutes(-60), until: inMinutes(10), lines: [ama] }
    ]
    await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, shifts } })
    await suite.h.clock.advance(30 * minuteMs)
    const taken = await take(2)
    expect(taken).toMatchObject({
      status: 200,
      body: { onWatch: [{ officer: 'Esi', lines: [ben] }] }
    })
    const [last] = await changesOf(id)
    expect(last).toMatchObject({ type: 'watch.handed-over', handOver: { from: null, to: 'Esi' } })
    // A line that is there no more reaches nobody.
    await suite.h.clock.advance(90 * minuteMs)
    expect((await suite.ask('DELETE', `/v1/subscriptions/${ben}`)).status).toBe(204)
    expect(await take(3)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/lines' }] } })
  })

  it('is handed over by one of several who are on, and nobody is on twice', async () => {
    const { id } = (await declare({ name: 'Two desks' })).body
    const [ama, ben, kofi] = [
      await follows(id, 'ama'),
      await follows(id, 'ben'),
      await follows(id, 'kofi')
    ]
    const shifts = [
      { officer: 'Ama', from: inMinutes(-1), until: inMinutes(10), lines: [ama] },
      { officer: 'Ben', from: inMinutes(-1), until: inMinutes(300), lines: [ben] },
      { officer: 'Kofi', from: inMinutes(10), until: inMinutes(480), lines: [kofi] },
      { officer: 'Kofi', from: inMinutes(600), until: inMinutes(900), lines: [kofi] }
    ]
    await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, shifts } })
    const handOver = (members: object) =>
      suite.ask('POST', `/v1/watches/${id}/hand-over`, {
        body: { version: 2, officer: 'Kofi', until: inMinutes(480), ...members }
      })
    const [unnamed, unknown] = [await handOver({}), await handOver({ relieves: 'Esi' })]
    for (const refused of [unnamed, unknown]) {
      expect(refused.status).toBe(422)
      expect(refused.body.errors).toMatchObject([
        { pointer: '/relieves', detail: expect.stringContaining('"Ama", "Ben"') }
      ])
    }
    const taken = await handOver({ relieves: 'Ama' })
    expect(taken.body.shifts).toMatchObject([
      { officer: 'Ama', until: inMinutes(0) },
      { officer: 'Ben', until: inMinutes(300) },
      // As it was planned: with the lines of the one who comes.
      { officer: 'Kofi', from: inMinutes(0), until: inMinutes(480), lines: [kofi] },
      { officer: 'Kofi', from: inMinutes(600), until: inMinutes(900) }
    ])
    const [last] = await changesOf(id)
    expect(last).toMatchObject({ type: 'watch.handed-over', handOver: { from: 'Ama', to: 'Kofi' } })
    await suite.h.clock.advance(20 * minuteMs)
    const read = (await suite.ask('GET', `/v1/watches/${id}`)).body
    expect(read.onWatch.map(({ officer }: { officer: string }) => officer).toSorted()).toEqual([
      'Ben',
      'Kofi'
    ])
  })

  it('is handed over however full its roster is: the oldest shifts that are over make room', async () => {
    const { id } = (await declare({ name: 'Joint desk' })).body
    const ama = await follows(id, 'ama')
    const shifts = Array.from({ length: 200 }, (_, i) => ({
      ...{
        officer: `Officer ${i}`,
        from: inMinutes(i - 150),
        until: inMinutes(i - 149),
        lines: [ama]
      }
    }))
    const full = await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, shifts } })
    expect(full.status).toBe(200)
    const officer = await suite.key(['alerts:operate'])
    for (let n = 0; n < 3; n++) {
      await suite.h.clock.advance(1_000)
      const body = { version: 2 + n, officer: `Relief ${n}`, until: inMinutes(60) }
      const taken = await suite.ask('POST', `/v1/watches/${id}/hand-over`, { body, key: officer })
      expect(taken.status).toBe(200)
      expect(taken.body.onWatch).toContainEqual(expect.objectContaining({ officer: `Relief ${n}` }))
      expect(taken.body.shifts).toHaveLength(200)
    }
    const kept = (await suite.ask('GET', `/v1/watches/${id}`)).body.shifts.map(
      (each: { officer: string }) => each.officer
    )
    expect(kept).toEqual(expect.arrayContaining(['Officer 199', 'Officer 149', 'Relief 2']))
    expect(kept).not.toContain('Officer 0')
    const tooMany = [
      ...shifts,
      { officer: 'One more', from: inMinutes(300), until: inMinutes(301), lines: [ama] }
    ]
    const refused = await suite.ask('PATCH', `/v1/watches/${id}`, {
      body: { version: 5, shifts: tooMany }
    })
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/shifts' }] } })
  })

  it('takes no shift of a wrong year, no wider audience than was asked for, and no text that turns around', async () => {
    const lines = [await (async () => follows((await declare({ name: 'Other' })).body.id, 'ama'))()]
    const past = {
      officer: 'Ama',
      from: inMinutes(-60 * 24 * 366),
      until: inMinutes(-60 * 24 * 365),
      lines
    }
    const wrongYear = await declare({ name: 'Desk', shifts: [past] })
    expect(wrongYear).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/shifts/0/until' }] }
    })
    const far = {
      officer: 'Ama',
      from: '9999-01-01T00:00:00Z',
      until: '9999-01-02T00:00:00Z',
      lines
    }
    expect(await declare({ name: 'Desk', shifts: [far] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/shifts/0/from', detail: 'must be within ten years from now' }] }
    })
    const late = {
      officer: 'Ama',
      from: inMinutes(60 * 24 * 3_640),
      until: inMinutes(60 * 24 * 3_641),
      lines
    }
    expect((await declare({ name: 'Years ahead', shifts: [late] })).status).toBe(201)
    const partner = await suite.key(['subscriptions:manage', 'alerts:read'], {
      handling: 'partners'
    })
    expect((await declare({ name: 'Desk', handling: 'restricted' }, partner)).status).toBe(403)
    const { id } = (await declare({ name: 'Desk' }, partner)).body
    const wider = await suite.ask('PATCH', `/v1/watches/${id}`, {
      body: { version: 1, handling: 'restricted' },
      key: partner
    })
    expect(wider.status).toBe(403)
    expect((await suite.ask('GET', `/v1/watches/${id}`)).body).toMatchObject({
      version: 1,
      handling: 'internal'
    })
    for (const name of ['Desk \u202Eksed', 'Desk\u001b[2J'])
      expect((await declare({ name })).status).toBe(422)
    const shift = {
      officer: 'Ama',
      from: inMinutes(0),
      until: inMinutes(60),
      lines,
      note: 'a\u009bb'
    }
    expect(await declare({ name: 'Desk', shifts: [shift] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/shifts/0/note' }] }
    })
  })

  it('that is withdrawn holds nobody back', async () => {
    const { id } = (await declare({ name: 'Joint desk' })).body
    const ama = await follows(id, 'ama')
    await follows(id, 'desk')
    const shifts = [{ officer: 'Ama', from: inMinutes(0), until: inMinutes(60), lines: [ama] }]
    await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, shifts } })
    await raise('siege')
    expect((await suite.ask('DELETE', `/v1/watches/${id}`)).status).toBe(204)
    await pass(1)
    expect(sent()).toEqual(['ama siege', 'desk siege'])
  })

  it('is not withdrawn by who has not seen that it was handed over', async () => {
    const { id } = (await declare({ name: 'Joint desk' })).body
    const ama = await follows(id, 'ama')
    const shifts = [{ officer: 'Ama', from: inMinutes(0), until: inMinutes(60), lines: [ama] }]
    await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, shifts } })
    const seen = (version: string) =>
      suite.ask('DELETE', `/v1/watches/${id}`, { headers: { 'if-match': version } })
    expect(await seen('"1"')).toMatchObject({ status: 409, body: { code: 'action-refused' } })
    expect((await seen('first')).status).toBe(400)
    expect((await suite.ask('GET', `/v1/watches/${id}`)).body).toMatchObject({
      version: 2,
      shifts: [{ officer: 'Ama' }]
    })
    expect((await seen('"2"')).status).toBe(204)
    expect((await seen('"2"')).status).toBe(404)
  })

  it('goes past a line that cannot be told', async () => {
    const { id } = (await declare({ name: 'Joint desk' })).body
    const [ama, desk] = [await follows(id, 'ama'), await follows(id, 'desk')]
    const shifts = [
      { officer: 'Ama', from: inMinutes(0), until: inMinutes(60), lines: [ama, desk] }
    ]
    await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, shifts } })
    await suite.ask('DELETE', `/v1/subscriptions/${ama}`)
    await raise('siege')
    expect(sent()).toEqual(['desk siege'])
  })

  it('goes past a line for which an alert is not, and tells everybody of what is for nobody who is on', async () => {
    const { id } = (await declare({ name: 'Joint desk' })).body
    const ama = await follows(id, 'ama', { filter: { severity: ['minor', 'severe'] } })
    const esi = await follows(id, 'esi', { minSeverity: 'severe' })
    await follows(id, 'off')
    const shifts = [{ officer: 'Ama', from: inMinutes(0), until: inMinutes(60), lines: [ama, esi] }]
    await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version: 1, shifts } })
    await raise('siege', { severity: 'severe' })
    await raise('massacre', { severity: 'extreme' })
    await raise('toll', { severity: 'moderate' })
    expect(sent().toSorted()).toEqual(['ama siege', 'esi massacre', 'off toll'])
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
