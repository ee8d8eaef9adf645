// How many silences, watches and subscriptions keys can make, and what is left to officers and to
// administrators.

import type { ControlPayload, Scope } from '@tocsin/contracts/record/control-record'
import { beforeEach, expect, it } from 'vitest'
import { partnersSilencesMax, silencesMax } from '../../src/silence/silence-operations.ts'
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
