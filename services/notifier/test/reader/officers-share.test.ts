// How many silences, watches and subscriptions keys can make, and what is left to officers and to
// administrators.

import type { ControlPayload, Scope } from '@tocsin/domain/control/control-record'
import { beforeEach, expect, it } from 'vitest'
import {
  officersSilencesMax,
  partnersSilencesMax,
  silencesMax
} from '../../src/silence/silence-operations.ts'
import {
  officersWatchesMax,
  partnersWatchesMax,
  watchesMax
} from '../../src/watch/watch-operations.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const keyWith = async (name: string, scopes: readonly Scope[]) => {
  const key = await suite.key(scopes, { name, handling: 'internal' })
  const { items } = (await suite.ask('GET', '/v1/keys')).body
  const { keyId } = items.find((each: { name: string }) => each.name === name)
  return { key, keyId: keyId as string }
}
/** Made by several keys, each below its own limit. */
const filled = async (
  count: number,
  ownerIds: readonly string[],
  of: (n: number, ownerKeyId: string) => ControlPayload
) => {
  for (let n = 0; n < count; n++)
    await suite.h.declare(
      of(n, ownerIds[n % ownerIds.length] as string),
      `made ${ownerIds[0]} ${n}`
    )
  await settle(40)
}
const reach = { theatres: '*', handling: 'internal' } as const
const refusal = ({
  status,
  body
}: {
  readonly status: number
  readonly body: { readonly detail?: string }
}) => [status, body.detail]

it('leave officers a share of the silences, and tell partners of their own alone', async () => {
  const partners = await Promise.all(
    ['a', 'b', 'c', 'd'].map(name => keyWith(name, ['subscriptions:manage', 'alerts:read']))
  )
  const officer = await keyWith('officer', ['alerts:read', 'alerts:operate'])
  const [startsAt, endsAt] = [0, 3_600_000].map(ms =>
    new Date(suite.h.clock.nowMs() + ms).toISOString()
  ) as [string, string]
  const silenceOf = (n: number, ownerKeyId: string): ControlPayload => ({
    type: 'silence.created',
    data: {
      ...{
        silenceId: `sil_${ownerKeyId}_${n}`,
        filter: { country: ['ML'] },
        alertId: null,
        subscriptionId: null,
        startsAt,
        endsAt
      },
      ...{ includesExtreme: false, reason: 'Known.', ownerKeyId, ...reach }
    }
  })
  await suite.h.alerts.write('raised', 'a1')
  const own = await suite.ask('POST', '/v1/subscriptions', {
    key: partners[0]?.key as string,
    body: { url: 'https://own.example/hook', policy: {} }
  })
  expect(own.status).toBe(201)
  const ask = (key: string, of: object) =>
    suite.ask('POST', '/v1/silences', { key, body: { reason: 'Known.', minutes: 60, ...of } })
  const askPartner = () => ask(partners[0]?.key as string, { subscriptionId: own.body.id })
  await filled(
    partnersSilencesMax - 1,
    partners.map(({ keyId }) => keyId),
    silenceOf
  )
  expect((await askPartner()).status).toBe(201)
  expect(refusal(await askPartner())).toEqual([
    429,
    'No more silences are taken with this key now.'
  ])
  expect((await ask(officer.key, { alertId: 'a1' })).status).toBe(201)
  await filled(silencesMax - partnersSilencesMax - 1, ['owner'], silenceOf)
  expect(refusal(await ask(officer.key, { alertId: 'a1' }))).toEqual([
    429,
    'There are already 500 silences, which is the limit.'
  ])
  expect((await ask(suite.owner, { alertId: 'a1' })).status).toBe(429)
})

it('leave officers a share of the watches', async () => {
  const partners = await Promise.all(
    ['a', 'b', 'c', 'd'].map(name => keyWith(name, ['subscriptions:manage']))
  )
  const officer = await keyWith('officer', ['subscriptions:manage', 'alerts:operate'])
  const watchOf = (n: number, ownerKeyId: string): ControlPayload => ({
    type: 'watch.declared',
    data: {
      ...{
        watchId: `wat_${ownerKeyId}_${n}`,
        name: 'Desk',
        lineMinutes: 5,
        shifts: [],
        version: 1
      },
      ownerKeyId,
      ...reach
    }
  })
  const ask = (key: string) =>
    suite.ask('POST', '/v1/watches', { key, body: { name: 'Joint desk' } })
  const partner = partners[0]?.key as string
  await filled(
    partnersWatchesMax - 1,
    partners.map(({ keyId }) => keyId),
    watchOf
  )
  expect((await ask(partner)).status).toBe(201)
  expect(refusal(await ask(partner))).toEqual([429, 'No more watches are taken with this key now.'])
  expect((await ask(officer.key)).status).toBe(201)
  await filled(watchesMax - partnersWatchesMax - 1, ['owner'], watchOf)
  expect(refusal(await ask(suite.owner))).toEqual([
    429,
    'There are already 100 watches, which is the limit.'
  ])
})

/**
 * Two of them are asked: an officer's key, which finds them full, and an administrator's, for whom
 * a share was left.
 */
it.each([
  ['watches', officersWatchesMax, watchesMax, 'Joint desk'],
  ['silences', officersSilencesMax, silencesMax, 'Known.']
] as const)('leave administrators a share of the %s', async (noun, officersMax, all, name) => {
  const scopes: readonly Scope[] = ['subscriptions:manage', 'alerts:operate', 'alerts:read']
  const officers = await Promise.all(
    ['a', 'b', 'c', 'd', 'e', 'f'].map(each => keyWith(each, scopes))
  )
  const administrator = await keyWith('administrator', ['admin'])
  const [startsAt, endsAt] = [0, 3_600_000].map(ms =>
    new Date(suite.h.clock.nowMs() + ms).toISOString()
  ) as [string, string]
  const of = (n: number, ownerKeyId: string): ControlPayload =>
    noun === 'watches'
      ? {
          type: 'watch.declared',
          data: {
            ...{ watchId: `wat_${ownerKeyId}_${n}`, name, lineMinutes: 5, shifts: [], version: 1 },
            ...{ ownerKeyId, ...reach }
          }
        }
      : {
          type: 'silence.created',
          data: {
            ...{
              silenceId: `sil_${ownerKeyId}_${n}`,
              filter: {},
              alertId: 'a1',
              subscriptionId: null,
              startsAt,
              endsAt
            },
            ...{ includesExtreme: false, reason: name, ownerKeyId, ...reach }
          }
        }
  await suite.h.alerts.write('raised', 'a1')
  const ask = (key: string) =>
    suite.ask('POST', `/v1/${noun}`, {
      key,
      body: noun === 'watches' ? { name } : { reason: name, minutes: 60, alertId: 'a1' }
    })
  const asked = officers[0]?.key as string
  await filled(
    officersMax - 1,
    officers.map(({ keyId }) => keyId),
    of
  )
  expect((await ask(asked)).status).toBe(201)
  const [status, detail] = refusal(await ask(asked))
  expect([status, detail]).toEqual([
    429,
    `Keys without admin have ${officersMax} ${noun}, which is their limit: the rest is left to administrators.`
  ])
  expect((await ask(administrator.key)).status).toBe(201)
  await filled(all - officersMax - 1, ['owner'], of)
  expect(refusal(await ask(administrator.key))).toEqual([
    429,
    `There are already ${all} ${noun}, which is the limit.`
  ])
})

it('leave administrators a tenth of the subscriptions', async () => {
  suite = await Suite.start({ 'notifier.subscriptionsMax': 20 })
  const keys = await Promise.all(
    ['a', 'b', 'c', 'd'].map(name =>
      suite.key(['subscriptions:manage', 'alerts:read'], { name, handling: 'internal' })
    )
  )
  const ask = (key: string) =>
    suite.ask('POST', '/v1/subscriptions', { key, body: { url: 'https://own.example/hook' } })
  const made: number[] = []
  for (const key of keys) for (let n = 0; n < 5; n++) made.push((await ask(key)).status)
  expect(made.filter(status => status === 201)).toHaveLength(18)
  expect(refusal(await ask(keys[3] as string))).toEqual([
    429,
    'No more subscriptions are taken with this key now.'
  ])
  expect((await ask(suite.owner)).status).toBe(201)
  expect((await ask(await suite.key(['admin'], { name: 'administrator' }))).status).toBe(201)
  expect(refusal(await ask(suite.owner))).toEqual([
    429,
    'There are already 20 subscriptions, which is the limit.'
  ])
})
