// Shared views over HTTP: who may save, know, change and delete one.

import { beforeEach, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'

const officer = ['alerts:read', 'alerts:operate'] as const

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const mali = { name: 'Mali', query: 'country=ML' }
const save = (key: string, body: object = mali) => suite.ask('POST', '/v1/views', { body, key })
const listed = async (key: string) =>
  (await suite.ask('GET', '/v1/views', { key })).body.items.map(
    (each: { name: string }) => each.name
  )

it('is offered to all officers by name, and renamed and deleted by who saved it and administrators', async () => {
  const [ama, kofi] = [
    await suite.key([...officer], { name: 'Ama' }),
    await suite.key([...officer], { name: 'Kofi' })
  ]
  const { status, body: view } = await save(ama)
  expect([status, view]).toEqual([201, { ...mali, id: view.id, by: 'Ama', mayChange: true }])
  await save(kofi, { name: 'Chad', query: 'country=TD' })
  const ofKofi = (await suite.ask('GET', '/v1/views', { key: kofi })).body.items
  expect(ofKofi).toMatchObject([
    { name: 'Chad', by: 'Kofi', mayChange: true },
    { name: 'Mali', by: 'Ama', mayChange: false }
  ])

  const one = `/v1/views/${view.id}`
  const rename = (key: string) => suite.ask('PATCH', one, { body: { name: 'Night desk' }, key })
  expect((await rename(kofi)).status).toBe(403)
  expect((await rename(ama)).body).toMatchObject({ name: 'Night desk', query: mali.query })
  expect(await listed(kofi)).toEqual(['Chad', 'Night desk'])
  expect((await suite.ask('DELETE', one, { key: kofi })).status).toBe(403)
  expect((await suite.ask('DELETE', one, { key: suite.owner })).status).toBe(204)
  expect(await listed(ama)).toEqual(['Chad'])
})

it('is known within the theatres of who saved it, and to partners only if it is theirs', async () => {
  const key = (theatres: readonly string[] | '*', handling = 'internal') =>
    suite.key([...officer], { theatres, handling })
  const [all, here, there, partner] = [
    await key('*'),
    await key(['world']),
    await key(['lake']),
    await key(['world'], 'partners')
  ]
  await save(here)
  await save(partner, { name: 'Ours', query: '' })
  expect([await listed(all), await listed(here)]).toEqual([
    ['Mali', 'Ours'],
    ['Mali', 'Ours']
  ])
  expect([await listed(there), await listed(partner)]).toEqual([[], ['Ours']])
})

it('is saved once for one idempotency key, and no more than a key may have', async () => {
  const ama = await suite.key([...officer])
  const again = { body: mali, key: ama, headers: { 'idempotency-key': 'k1' } }
  const ids = [
    (await suite.ask('POST', '/v1/views', again)).body.id,
    (await suite.ask('POST', '/v1/views', again)).body.id
  ]
  expect(new Set(ids).size).toBe(1)
  for (let i = 1; i < 20; i++)
    expect((await save(ama, { ...mali, query: `q=${i}` })).status).toBe(201)
  expect((await save(ama)).body).toMatchObject({ status: 429, code: 'too-many' })
})
