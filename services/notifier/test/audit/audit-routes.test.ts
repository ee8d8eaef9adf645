// The audit over HTTP: each change records its author, and the list shows readers what lies within
// their rights.

import { decodeControlRecord } from '@tocsin/contracts/record/records'
import { topics } from '@tocsin/event-log/topics'
import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const officer = ['alerts:operate', 'alerts:read']

interface Entry {
  readonly type: string
  readonly subject: string
  readonly by: { readonly id: string; readonly name: string } | null
}
const audit = async (key?: string, query = '') =>
  (await suite.ask('GET', `/v1/audit${query}`, key === undefined ? {} : { key })).body as {
    items: Entry[]
    next: string | null
  }
const keyOf = async (name: string, more: object = {}) =>
  (
    await suite.ask('POST', '/v1/keys', {
      body: { name, scopes: ['admin'], handling: 'restricted', ...more }
    })
  ).body as {
    keyId: string
    secret: string
  }

/** Makes every kind of change with the given key. */
async function changeAll(key: string): Promise<void> {
  const ask = async (method: 'PUT' | 'POST' | 'DELETE', url: string, body?: object) => {
    const answer = await suite.ask(method, url, { key, body })
    expect([method, url, answer.status < 300]).toEqual([method, url, true])
    return answer.body
  }
  await ask('PUT', '/v1/theatres/sahel', { countries: ['ML'] })
  await ask('PUT', '/v1/sources/wire-1', { reliability: 'B' })
  const { keyId } = await ask('POST', '/v1/keys', { name: 'feed', scopes: ['reports:write'] })
  await ask('POST', `/v1/keys/${keyId}/rotation`, {})
  await ask('DELETE', `/v1/keys/${keyId}`)
  const { id } = await ask('POST', '/v1/subscriptions', {
    url: 'https://partner.example/hook?token=s3cret'
  })
  await ask('DELETE', `/v1/subscriptions/${id}`)
}
const kinds = [
  'theatre.declared',
  'source.declared',
  'key.created',
  'key.rotated',
  'key.revoked',
  'subscription.created',
  'subscription.deleted'
]

describe('the audit', () => {
  it('records the author of every kind of change by id and name', async () => {
    const { keyId, secret } = await keyOf('night desk')
    await changeAll(secret)
    const { records } = await suite.h.log.read(topics.control, 0, 0n, {
      recordsMax: 100,
      bytesMax: 1e7
    })
    const stored = records.map(({ value }) => decodeControlRecord(value ?? new Uint8Array()))
    const by = stored.flatMap(each =>
      each.kind === 'decoded' ? [[each.record.type, each.record.by]] : []
    )
    const night = { id: keyId, name: 'night desk' }
    expect(by).toEqual([
      ['key.created', { id: 'owner', name: 'owner' }],
      ...kinds.map(kind => [kind, night])
    ])
  })

  it('is listed newest first, in pages that do not overlap, and again after a restart', async () => {
    const { keyId, secret } = await keyOf('night desk')
    await changeAll(secret)
    const { items, next } = await audit()
    expect([next, items.map(({ type }) => type)]).toEqual([
      null,
      [...kinds].reverse().concat('key.created')
    ])
    expect(items[0]).toMatchObject({ by: { id: keyId, name: 'night desk' } })
    expect(JSON.stringify(items)).not.toMatch(/s3cret|tk_|whsec|[0-9a-f]{64}/)
    const paged: Entry[] = []
    for (let query = '?limit=3'; query !== ''; ) {
      const page = await audit(undefined, query)
      paged.push(...page.items)
      query = page.next === null ? '' : `?limit=3&cursor=${page.next}`
    }
    expect(paged).toEqual(items)
    const again = await Suite.on({ store: suite.h.store, clock: suite.h.clock }, { rules: false })
    expect((await again.ask('GET', '/v1/audit')).body.items).toEqual(items)
  })

  it('needs audit:read or admin', async () => {
    const only = async (scope: string) =>
      (await suite.ask('GET', '/v1/audit', { key: await suite.key([scope]) })).status
    expect([await only('audit:read'), await only('admin'), await only('alerts:read')]).toEqual([
      200, 200, 403
    ])
  })

  it('shows readers what lies within their rights, and no trace of the rest', async () => {
    const reader = await suite.key(['audit:read'], { theatres: ['sahel'], handling: 'partners' })
    const own = await keyOf('district', { theatres: ['sahel'], handling: 'partners' })
    await suite.ask('PUT', '/v1/theatres/sahel', { body: { countries: ['ML'] } })
    const before = await audit(reader, '?limit=2')
    expect((await audit(reader)).items.map(({ type, subject }) => `${type} ${subject}`)).toEqual([
      'theatre.declared sahel',
      `key.created ${own.keyId}`,
      expect.stringMatching(/^key\.created key_/)
    ])
    await suite.ask('PUT', '/v1/theatres/coast', { body: { countries: ['NG'] } })
    await suite.ask('PUT', '/v1/sources/wire-1', { body: { reliability: 'B' } })
    await keyOf('another')
    expect(await audit(reader, '?limit=2')).toEqual(before)
  })

  it('names the key behind a session, and who signed out', async () => {
    const { keyId, secret } = await keyOf('night desk')
    const { url } = (await suite.ask('POST', '/v1/sign-in-links', { key: secret })).body
    const signedIn = await suite.host.app.inject({
      method: 'POST',
      url: url.slice(url.indexOf('/sign-in'))
    })
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] as string
    const asked = { method: 'PUT', headers: { cookie }, payload: { countries: ['ML'] } } as const
    expect((await suite.host.app.inject({ ...asked, url: '/v1/theatres/sahel' })).statusCode).toBe(
      201
    )
    await suite.host.app.inject({ method: 'POST', url: '/sign-out', headers: { cookie } })
    await settle()
    const night = { id: keyId, name: 'night desk' }
    expect((await audit()).items.slice(0, 2)).toMatchObject([
      { type: 'session.ended', subject: keyId, by: night },
      { type: 'theatre.declared', subject: 'sahel', by: night }
    ])
  })

  it('refuses a cursor that this list did not issue', async () => {
    for (const cursor of ['x', 'AQ']) {
      const answer = await suite.ask('GET', `/v1/audit?cursor=${cursor}`)
      expect([answer.status, answer.body.code]).toEqual([400, 'cursor-invalid'])
    }
  })
})

describe('a question to the audit', () => {
  it('is answered with what was changed by a key, of a type, of a subject, and in a time', async () => {
    const { keyId, secret } = await keyOf('night desk')
    await changeAll(secret)
    const types = async (query: string) =>
      (await audit(undefined, `?${query}`)).items.map(({ type }) => type)
    const made = (await audit()).items.find(({ type }) => type === 'key.rotated')?.subject as string
    expect(await types(`by=${keyId}`)).toEqual([...kinds].reverse())
    expect(await types('by=night%20desk')).toEqual([...kinds].reverse())
    expect(await types('by=owner')).toEqual(['key.created'])
    expect(await types(`by=${keyId}&type=key.created`)).toEqual(['key.created'])
    expect(await types(`subject=${made}`)).toEqual(['key.revoked', 'key.rotated', 'key.created'])
    expect(await types('by=nobody')).toEqual([])
    const before = suite.h.clock.nowMs()
    await suite.h.clock.advance(60_000)
    await suite.ask('PUT', '/v1/theatres/coast', { body: { countries: ['NG'] } })
    const since = new Date(before + 30_000).toISOString()
    expect(await types(`from=${since}`)).toEqual(['theatre.declared'])
    expect((await types(`to=${since}`)).length).toBe(kinds.length + 1)
    expect(await types(`by=${keyId}&limit=2`)).toHaveLength(2)
  })

  it('that cannot be read is refused where it is wrong', async () => {
    for (const query of [
      'of=keys',
      'type=key.lost',
      'from=yesterday',
      'by=',
      'from=2026-02-02&to=2026-02-01'
    ]) {
      const { status, body } = await suite.ask('GET', `/v1/audit?${query}`)
      expect([query, status, body.code, body.errors.length]).toEqual([
        query,
        400,
        'query-invalid',
        1
      ])
    }
  })
})

describe('the audit of acts on alerts', () => {
  const acts = (key?: string, query = '') => audit(key, `?of=alerts${query}`)
  const act = async (
    secret: string,
    alertId: string,
    what: string,
    body: object,
    more: object = {}
  ) => {
    const revision = (await suite.ask('GET', `/v1/alerts/${alertId}`)).body.operatorRevision
    const headers = { 'if-match': String(revision), ...more }
    return suite.askWaiting('POST', `/v1/alerts/${alertId}/${what}`, { key: secret, body, headers })
  }
  const alerts = async (...ids: string[]) => {
    for (const id of ids) await suite.h.alerts.write('raised', id)
    await settle()
  }

  it('says who did what with which alert and with which key, refused acts too, again after a restart', async () => {
    await alerts('a1', 'a2')
    const [one, other] = [
      await keyOf('night desk', { scopes: officer }),
      await keyOf('night desk', { scopes: officer })
    ]
    await act(one.secret, 'a1', 'acknowledgement', {})
    await act(other.secret, 'a2', 'comment', { text: 'seen' })
    suite.rules.isPaused = true
    for (const { secret } of [one, other])
      expect((await act(secret, 'a1', 'comment', { text: 'both' })).status).toBe(202)
    suite.rules.isPaused = false
    await suite.h.clock.advance(100)
    const done = ({ type, subject, by }: Entry) => [type, subject, by]
    const { items } = await acts()
    expect(items.map(done)).toEqual([
      ['alert.action-refused', 'a1', { id: other.keyId, name: 'night desk' }],
      ['alert.commented', 'a1', { id: one.keyId, name: 'night desk' }],
      ['alert.commented', 'a2', { id: other.keyId, name: 'night desk' }],
      ['alert.acknowledged', 'a1', { id: one.keyId, name: 'night desk' }]
    ])
    expect(JSON.stringify(items)).not.toContain('seen')
    expect((await acts(undefined, `&by=${one.keyId}`)).items.map(done)).toEqual(
      items
        .slice(1)
        .filter(({ by }) => by?.id === one.keyId)
        .map(done)
    )
    expect((await acts(undefined, '&type=alert.commented&subject=a2')).items.map(done)).toEqual([
      done(items[2] as Entry)
    ])
    expect((await acts(undefined, '&subject=a3')).items).toEqual([])
    const paged: Entry[] = []
    for (let query = '&limit=1'; query !== ''; ) {
      const page = await acts(undefined, query)
      paged.push(...page.items)
      query = page.next === null ? '' : `&limit=1&cursor=${page.next}`
    }
    expect(paged).toEqual(items)
    const again = await Suite.on({ store: suite.h.store, clock: suite.h.clock }, { rules: false })
    expect((await again.ask('GET', '/v1/audit?of=alerts')).body.items).toEqual(items)
  })

  it('shows nobody an alert that they may not see, or a name that they may not read', async () => {
    await alerts('a1')
    await suite.h.alerts.write('raised', 'a2', { handling: 'restricted' })
    await suite.h.alerts.write('raised', 'a3', { theatre: 'coast' })
    await settle()
    const { secret } = await keyOf('night desk', { scopes: officer })
    const reader = (handling: string) =>
      suite.key(['audit:read', 'alerts:read'], { theatres: ['sahel'], handling })
    const [partner, desk] = [await reader('partners'), await reader('internal')]
    await act(secret, 'a1', 'comment', { text: 'for partners', handling: 'partners' })
    const [atPartner, atDesk] = [await acts(partner), await acts(desk)]
    expect([atPartner.items.length, atDesk.items.length]).toEqual([1, 1])
    await act(secret, 'a2', 'acknowledgement', { handling: 'public' })
    await act(secret, 'a3', 'acknowledgement', { handling: 'public' })
    expect([await acts(partner), await acts(desk)]).toEqual([atPartner, atDesk])
    await act(secret, 'a1', 'acknowledgement', {})
    expect(await acts(partner)).toEqual(atPartner)
    expect((await acts(desk)).items).toHaveLength(2)
    expect((await acts()).items).toHaveLength(4)
  })

  it('needs alerts:read besides audit:read', async () => {
    const only = async (scopes: string[]) =>
      (await suite.ask('GET', '/v1/audit?of=alerts', { key: await suite.key(scopes) })).status
    expect([
      await only(['audit:read']),
      await only(['audit:read', 'alerts:read']),
      await only(['admin'])
    ]).toEqual([403, 200, 200])
  })

  it('refuses the cursor of the other trail', async () => {
    await alerts('a1')
    const { secret } = await keyOf('night desk', { scopes: officer })
    await act(secret, 'a1', 'comment', { text: 'one' })
    await act(secret, 'a1', 'comment', { text: 'two' })
    const { next } = await acts(undefined, '&limit=1')
    const answer = await suite.ask('GET', `/v1/audit?cursor=${next}`)
    expect([answer.status, answer.body.code]).toEqual([400, 'cursor-invalid'])
  })
})

describe('an action of an officer', () => {
  it('records the id of the key besides its name, which two keys may share', async () => {
    const ids: string[] = []
    await suite.h.alerts.write('raised', 'a1')
    await settle()
    for (const _ of [1, 2]) {
      const { keyId, secret } = await keyOf('night desk', { scopes: ['alerts:operate'] })
      ids.push(keyId)
      const revision = (await suite.ask('GET', '/v1/alerts/a1')).body.operatorRevision
      await suite.askWaiting('POST', '/v1/alerts/a1/comment', {
        key: secret,
        body: { text: 'seen' },
        headers: { 'if-match': String(revision) }
      })
    }
    const { records } = await suite.h.log.read(topics.incidents, 0, 0n, {
      recordsMax: 100,
      bytesMax: 1e7
    })
    const asked = records
      .map(({ value }) => JSON.parse(Buffer.from(value ?? []).toString()))
      .filter(({ type }) => type === 'tocsin.operator.requested.v1')
    expect(asked.map(({ data }) => [data.by, data.byId])).toEqual(ids.map(id => ['night desk', id]))
  })

  it('shows the id of the key to who may read the name: in the alert, its events, refusals and answers', async () => {
    await suite.h.alerts.write('raised', 'a1')
    await settle()
    const [one, other] = [
      await keyOf('night desk', { scopes: officer }),
      await keyOf('night desk', { scopes: officer })
    ]
    const acknowledge = (
      { secret }: { secret: string },
      revision: number,
      more: Record<string, string> = {}
    ) =>
      suite.askWaiting('POST', '/v1/alerts/a1/acknowledgement', {
        key: secret,
        headers: { 'if-match': `${revision}`, ...more },
        body: { handling: 'public' }
      })
    const taken = await acknowledge(one, 0)
    expect(taken.body).toMatchObject({ action: { by: 'night desk', byId: one.keyId } })
    const late = await acknowledge(other, 0)
    expect(late).toMatchObject({ status: 409, body: { by: 'night desk', byId: one.keyId } })
    const partner = await suite.key(['alerts:read'], { handling: 'public' })
    const { body: alert } = await suite.ask('GET', '/v1/alerts/a1', { key: partner })
    const told = {
      action: { byId: one.keyId },
      operator: { acknowledgedBy: 'night desk', acknowledgedById: one.keyId }
    }
    expect(alert).toMatchObject({ ...told, revisions: [{}, { data: told }] })
  })

  it('shows it also for a losing action: in the refusal, and under the action', async () => {
    await suite.h.alerts.write('raised', 'a1')
    await settle()
    const [one, other] = [
      await keyOf('night desk', { scopes: officer }),
      await keyOf('night desk', { scopes: officer })
    ]
    const acknowledge = ({ secret }: { secret: string }) =>
      suite.askWaiting('POST', '/v1/alerts/a1/acknowledgement', {
        key: secret,
        headers: { 'if-match': '0' },
        body: { handling: 'public' }
      })
    suite.rules.isPaused = true
    await acknowledge(one)
    const late = await acknowledge(other)
    expect(late.status).toBe(202)
    suite.rules.isPaused = false
    await suite.h.clock.advance(100)
    const partner = await suite.key(['alerts:read'], { handling: 'public' })
    const { body: feed } = await suite.ask('GET', '/v1/feed?cursor=earliest', { key: partner })
    expect(feed.items.at(-1).event.data).toMatchObject({
      byId: other.keyId,
      standingById: one.keyId
    })
    const { body: status } = await suite.ask('GET', `/v1/actions/${late.body.actionId}`, {
      key: partner
    })
    expect(status).toMatchObject({ state: 'refused', by: 'night desk', byId: one.keyId })
  })
})
