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
