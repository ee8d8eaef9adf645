// The suite's own webhook keys over HTTP: published, and rotated.

import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { nullable, part, shape, text, words } from '@tocsin/contracts/format/format'
import { actionRefused } from '@tocsin/contracts/problem/problem-catalogue'
import { findCurrent, replacedWebhookKeysMax } from '@tocsin/service/control/webhook-keys'
import { answer, createRouteAdder, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import type { AdminDeps } from '../admin/control-operations.ts'
import { checkAllTheatres } from '../admin/control-operations.ts'
import { makeReadingRoutes, tellPosition } from '../alerts/position-headers.ts'
import type { SigningKeys } from './signing-keys.ts'

const webhookKeysSchema = shape(
  'WebhookKeys',
  'The public keys that sign webhooks, as a JSON Web Key Set.',
  {
    keys: {
      type: 'array',
      items: part('An ed25519 key (RFC 8037).', {
        kty: words(['OKP']),
        crv: words(['Ed25519']),
        x: text('The public key, base64url.'),
        kid: text('Its thumbprint (RFC 7638).'),
        use: words(['sig']),
        alg: words(['EdDSA']),
        text: text('`whpk_…`, as libraries of Standard Webhooks take it.'),
        state: words(
          ['current', 'replaced', 'next'],
          '`replaced`: signs beside the current one. `next`: signs nothing yet.'
        ),
        from: nullable(text('Since when it signs; null for the first key and for the next.')),
        until: nullable(text('Until when it signs; null while no end is known.'))
      })
    }
  }
)

/** How long a receiver may keep the list, s: far less than the next key is published ahead. */
const keysKeptS = 3_600

export function addWebhookKeyRoutes(
  app: FastifyInstance,
  deps: AdminDeps & { readonly signing: SigningKeys }
): void {
  const { signing, positions, control, controlOperations } = deps

  makeReadingRoutes(app, deps, { tag: 'Subscriptions', access: ['admin'] })({
    id: 'rotateWebhookKey',
    method: 'POST',
    path: '/v1/webhook-keys/rotation',
    summary: "Rotate the suite's webhook key",
    description:
      'The next published key signs from now on; the one before signs beside it for 24 hours. Needs a key for all theatres, cleared for `restricted`.',
    config: { isBodyOptional: true },
    answers: { 200: answer('The published keys.', webhookKeysSchema, 'tocsin-cursor') },
    problems: [...writeProblems, 'action-refused'],
    async handle(request, reply) {
      const principal = getPrincipal(request)
      const appended = await controlOperations.change(() => {
        // It signs what goes to every partner.
        checkAllTheatres(principal)
        const replaced = signing.published().filter(({ state }) => state === 'replaced')
        if (replaced.length >= replacedWebhookKeysMax)
          throw actionRefused(
            `${replaced.length} earlier keys still sign. The first of them ends at ${replaced.at(-1)?.until}.`
          )
        const data = { generation: findCurrent(control.state.webhookKeys) + 1 }
        // Two instances that rotate at the same time name one generation: the fold counts it once.
        return controlOperations.write({ type: 'webhook-key.rotated', data }, principal)
      })
      await tellPosition(reply, positions, appended)
      return { keys: signing.published() }
    }
  })

  createRouteAdder(app, { tag: 'Subscriptions', access: 'open' })({
    id: 'readWebhookKeys',
    method: 'GET',
    path: '/.well-known/tocsin-keys.json',
    summary: 'Read the keys that sign webhooks',
    description:
      'Public ed25519 keys as a JSON Web Key Set. Every webhook has a `v1a` signature by the current one, and for 24 hours after a rotation by the one before. The next one is listed ahead.',
    answers: { 200: answer('The keys.', webhookKeysSchema, 'cache-control of keys') },
    async handle(_request, reply) {
      reply.header('cache-control', `public, max-age=${keysKeptS}`)
      return { keys: signing.published() }
    }
  })
}
