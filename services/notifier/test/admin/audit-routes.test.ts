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
      ['cap.publisher-set', undefined],
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
})

describe('an action of an officer', () => {
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
})
