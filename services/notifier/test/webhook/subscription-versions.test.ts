// Who changes a subscription that somebody else has changed since is told so.

import { beforeEach, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'

let suite: Suite
let path: string
beforeEach(async () => {
  suite = await Suite.start()
  const made = await suite.ask('POST', '/v1/subscriptions', {
    body: { url: 'https://partner.example/hook' }
  })
  expect([made.headers.etag, made.body.version]).toEqual(['"0"', 0])
  path = `/v1/subscriptions/${made.body.id}`
})

const change = (body: object, seen?: string) =>
  suite.ask('PATCH', path, { body, headers: seen === undefined ? {} : { 'if-match': seen } })

it('a change of an older version is refused, names the version that stands, and undoes nothing', async () => {
  const first = await suite.ask('GET', path)
  expect(first.headers.etag).toBe('"0"')
  expect(await change({ contact: 'desk' }, first.headers.etag)).toMatchObject({
    ...{ status: 200, headers: { etag: '"1"' }, body: { contact: 'desk', version: 1 } }
  })
  expect(
    await change({ contact: null, filter: { severity: ['extreme'] } }, first.headers.etag)
  ).toMatchObject({
    ...{ status: 409, body: { code: 'action-refused', version: 1 } }
  })
  expect((await suite.ask('GET', path)).body).toMatchObject({
    contact: 'desk',
    filter: {},
    version: 1
  })
  expect(await change({ filter: { severity: ['extreme'] } }, '1')).toMatchObject({
    status: 200,
    body: { version: 2 }
  })
})

it('of two changes of the version that both have seen one counts', async () => {
  const both = await Promise.all([change({ contact: 'a' }, '"0"'), change({ contact: 'b' }, '"0"')])
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
})

it('what was changed since is not deleted', async () => {
  await change({ contact: 'desk' })
  const remove = (seen: string) => suite.ask('DELETE', path, { headers: { 'if-match': seen } })
  expect(await remove('"0"')).toMatchObject({
    status: 409,
    body: { code: 'action-refused', version: 1 }
  })
  expect((await remove('"1"')).status).toBe(204)
  expect((await suite.ask('GET', path)).status).toBe(404)
})

it('a policy whose watch was withdrawn is saved with another change, and says so; a new reference to it is refused', async () => {
  const { id: watch } = (await suite.ask('POST', '/v1/watches', { body: { name: 'desk' } })).body
  const { body: set } = await change({ policy: { watch, updateMinutes: 5 } })
  expect(set.warnings).toBeUndefined()
  await suite.ask('DELETE', `/v1/watches/${watch}`)
  expect(await change({ policy: { ...set.policy, updateMinutes: 10 } })).toMatchObject({
    ...{
      status: 200,
      body: { policy: { watch, updateMinutes: 10 }, warnings: [{ pointer: '/policy/watch' }] }
    }
  })
  expect(await change({ policy: { watch: 'wat_other' } })).toMatchObject({
    ...{ status: 422, body: { errors: [{ pointer: '/policy/watch' }] } }
  })
  expect((await change({ policy: null })).body.warnings).toBeUndefined()
  expect((await change({ policy: { watch } })).status).toBe(422)
})
