// GET /v1/alerts?asOf=: the list as it stood.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { operatorOf } from '../support/alert-builder.ts'
import { type Answer, Suite } from '../support/http-suite.ts'
import { LevelledWriter } from '../support/levelled-writer.ts'
import { settle } from '../support/manual-clock.ts'

const step = fc.oneof(
  { weight: 1, arbitrary: fc.constant('begin' as const) },
  {
    weight: 9,
    arbitrary: fc.record({
      alertId: fc.constantFrom('siege', 'front', 'crisis', 'surge'),
      fold: fc.constantFrom('public' as const, 'internal' as const),
      type: fc.constantFrom('revised' as const, 'escalated' as const, 'commented' as const),
      change: fc.record({
        status: fc.constantFrom('provisional' as const, 'confirmed' as const, 'resolved' as const),
        severity: fc.constantFrom('moderate' as const, 'severe' as const, 'extreme' as const),
        notify: fc.constantFrom('page' as const, 'update' as const),
        operator: fc.constantFrom(operatorOf(null), operatorOf('Ama'))
      })
    })
  }
)
const queries = [
  '',
  'sort=oldest&status=provisional,confirmed',
  'sort=gravity&minSeverity=severe',
  'answered=false'
]

/** All pages, two alerts on each. */
async function listAll(suite: Suite, query: string, key: string): Promise<Answer['body'][]> {
  const items: Answer['body'][] = []
  for (let cursor = ''; ; ) {
    const { status, body } = await suite.ask('GET', `/v1/alerts?limit=2&${query}${cursor}`, { key })
    expect([status, body.code]).toEqual([200, undefined])
    items.push(...body.items)
    if (body.next === null) return items
    cursor = `&cursor=${body.next}`
  }
}

it('is what a fold up to then answered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
      const suite = await Suite.open({})
      const partner = await suite.key(['alerts:read'], { handling: 'partners' })
      const writer = new LevelledWriter(suite.h.log)
      const known = { public: new Set<string>(), internal: null as Set<string> | null }
      const seen: { asOf: string; key: string; query: string; items: Answer['body'][] }[] = []
      for (const each of steps) {
        if (each === 'begin') {
          if (known.internal !== null) continue
          known.internal = new Set(known.public)
          await writer.begin('internal', 'public')
        } else {
          const fold = known.internal === null ? 'public' : each.fold
          const { alertId } = each
          const type = known[fold]?.has(alertId) ? each.type : 'raised'
          known[fold]?.add(alertId)
          await writer.write(fold, type, alertId, { ...each.change, handling: fold })
        }
        await settle()
        for (const key of [suite.owner, partner]) {
          const { body } = await suite.ask('GET', '/v1/feed?cursor=latest', { key })
          for (const query of queries) {
            const items = await listAll(suite, query, key)
            for (const asOf of [body.next, writer.time])
              seen.push({ asOf, key, query, items: items.map(item => ({ ...item, partOf: null })) })
          }
        }
      }
      for (const { asOf, key, query, items } of seen) {
        expect(await listAll(suite, `${query}&asOf=${asOf}`, key)).toEqual(items)
      }
      await suite.close()
    }),
    { numRuns: 15 }
  )
})

it('shows each fold as it was, before it began too', async () => {
  const suite = await Suite.start()
  const writer = new LevelledWriter(suite.h.log)
  const partner = await suite.key(['alerts:read'], { handling: 'partners' })
  const list = async (key: string, asOf: string) =>
    (await listAll(suite, `asOf=${asOf}`, key)).map(({ alertId, severity, revision }) => [
      alertId,
      severity,
      revision
    ])
  const mark = async () => {
    await settle()
    return (await suite.ask('GET', '/v1/feed?cursor=latest')).body.next
  }
  await writer.write('public', 'raised', 'a1')
  const first = await mark()
  await writer.begin('internal', 'public')
  await writer.write('internal', 'escalated', 'a1', { severity: 'severe' })
  await writer.write('internal', 'raised', 'a2')
  const second = await mark()
  await writer.write('public', 'resolved', 'a1', { status: 'resolved' })
  await writer.write('internal', 'escalated', 'a2', { severity: 'extreme' })
  await settle()
  expect(await list(suite.owner, first)).toEqual([['a1', 'moderate', 1]])
  expect(await list(suite.owner, second)).toEqual([
    ['a2', 'moderate', 1],
    ['a1', 'severe', 2]
  ])
  expect(await list(partner, second)).toEqual([['a1', 'moderate', 1]])
})

it('leaves out what the reader may not see by the handling of today', async () => {
  const suite = await Suite.start()
  const partner = await suite.key(['alerts:read'], { handling: 'partners' })
  for (const alertId of ['a1', 'a2']) await suite.h.alerts.write('raised', alertId)
  await settle()
  const asOf = `asOf=${(await suite.ask('GET', '/v1/feed?cursor=latest')).body.next}`
  await suite.h.alerts.write('revised', 'a1', { handling: 'internal' })
  await settle()
  const list = async (key: string) =>
    (await listAll(suite, asOf, key)).map(({ alertId, handling }) => [alertId, handling])
  expect(await list(partner)).toEqual([['a2', 'public']])
  expect(await list(suite.owner)).toEqual([
    ['a2', 'public'],
    ['a1', 'public']
  ])
})

it('goes on with its own cursor alone', async () => {
  const suite = await Suite.start()
  for (const alertId of ['a1', 'a2', 'a3']) await suite.h.alerts.write('raised', alertId)
  await settle()
  const path = '/v1/alerts?limit=1&asOf=2026-03-02'
  const { next } = (await suite.ask('GET', path)).body
  for (const other of ['/v1/alerts?', '/v1/alerts?asOf=2026-03-03&'])
    expect(await suite.ask('GET', `${other}cursor=${next}`)).toMatchObject({
      status: 400,
      body: { code: 'cursor-invalid' }
    })
})

it.each([
  ['asOf=yesterday', 'asOf'],
  ['asOf=2026-02-30', 'asOf'],
  ['asOf=2026-03-01&find=siege', 'find']
])('refuses %s and names %s', async (query, pointer) => {
  const suite = await Suite.start()
  expect(await suite.ask('GET', `/v1/alerts?${query}`)).toMatchObject({
    status: 400,
    body: { code: 'query-invalid', errors: [{ pointer }] }
  })
})

it('refuses a cursor of another list', async () => {
  const suite = await Suite.start()
  for (const alertId of ['a1', 'a2']) await suite.h.alerts.write('raised', alertId)
  await settle()
  const { next } = (await suite.ask('GET', '/v1/alerts?limit=1')).body
  expect((await suite.ask('GET', `/v1/alerts?asOf=${next}`)).body.code).toBe('query-invalid')
})
