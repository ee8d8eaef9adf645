// Chat and paging services: what they are sent, how their answers are read, and what is never shown.

import { describe, expect, it } from 'vitest'
import { settle } from '../../support/manual-clock.ts'
import { accepted } from '../../support/notifier-harness.ts'
import { aResponse, subscribeKind } from './kind-suite.ts'
import { findServiceFaults } from './service-schemas.ts'

const hook = 'https://hooks.slack.com/services/T00/B00/topsecretpathof24chars'
const token = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw'
const secrets = {
  slack: 'services/T00/B00/topsecretpathof24chars',
  teams: 'workflows/w1/triggers/manual/paths/invoke?sig=topsecret',
  telegram: token,
  pagerduty: 'R0123456789ABCDEF0123456789ABCDE'
} as const
const asked = {
  slack: { kind: 'slack', url: hook },
  teams: { kind: 'teams', url: `https://prod-1.westeurope.logic.azure.com/${secrets.teams}` },
  telegram: { kind: 'telegram', token, chat: '-100123' },
  pagerduty: { kind: 'pagerduty', routingKey: secrets.pagerduty }
} as const
const kinds = ['slack', 'teams', 'telegram', 'pagerduty'] as const
const evil = 'Siege & <!channel> of <b>X</b> @everyone "now"'

describe.each(kinds)('%s', kind => {
  it('is sent each state of an alert in its own form, without its asking for consent', async () => {
    const { service, made, tell } = await subscribeKind({ ...asked[kind], answerLinks: true })
    expect(made).toMatchObject({ status: 201, body: { kind, status: 'active' } })
    await tell('raised', 'a1', {
      headline: evil,
      severity: 'extreme',
      explanation: 'e'.repeat(9e3)
    })
    await tell('resolved', 'a1', { status: 'resolved' })
    expect(service.bodies.flatMap(body => findServiceFaults(kind, body))).toEqual([])
    const [raised, resolved] = service.bodies.map(body => JSON.stringify(body))
    expect(raised).toContain('New alert')
    expect(raised).toContain('extreme')
    expect(raised).toContain('https://tocsin.example/?alert=a1')
    expect(raised).toMatch(/https:\/\/tocsin\.example\/answer\?token=ta_/)
    expect(resolved).toMatch(/Resolved|resolve/)
    expect(resolved).not.toContain('answer?token')
  })

  it('shows its secret nowhere, though the service repeats it', async () => {
    const { suite, service, made, tell } = await subscribeKind(asked[kind])
    service.answer = aResponse({
      status: 403,
      excerpt: `bad ${secrets[kind]} ${secrets[kind].split(/[/=]/).at(-1)}`
    })
    await tell('raised', 'a1')
    const path = `/v1/subscriptions/${made.body.id}`
    const shown = [
      made,
      await suite.ask('GET', path),
      await suite.ask('POST', `${path}/test`),
      await suite.ask('GET', `${path}/deliveries?sequence=1`),
      await suite.ask('GET', '/v1/audit')
    ]
    expect(shown.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200])
    const text = JSON.stringify(shown.map(({ body }) => body))
    expect(text).toContain('***')
    expect(text).not.toContain(secrets[kind].split(/[/=]/).at(-1))
  })

  it('gets a test, and no heartbeat', async () => {
    const { suite, service, made } = await subscribeKind(asked[kind])
    const test = await suite.ask('POST', `/v1/subscriptions/${made.body.id}/test`)
    expect(test.body).toMatchObject({ accepted: true })
    expect(findServiceFaults(kind, service.bodies[0])).toEqual([])
    const refused = await suite.ask('POST', '/v1/subscriptions', {
      body: { ...asked[kind], heartbeatSeconds: 60 }
    })
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/heartbeatSeconds' }] }
    })
  })
})

it('writes a token as one segment of the path', async () => {
  const telegram = await subscribeKind({ ...asked.telegram, token: '1:a/../../admin?x=' })
  await telegram.tell('raised', 'a1')
  expect(telegram.service.requests[0]?.url).toBe(
    'https://api.telegram.org/bot1:a%2F..%2F..%2Fadmin%3Fx%3D/sendMessage'
  )
})

it('escapes what would be a mention or a tag', async () => {
  const [slack, telegram] = await Promise.all(
    (['slack', 'telegram'] as const).map(kind => subscribeKind(asked[kind]))
  )
  await slack?.tell('raised', 'a1', { headline: evil })
  await telegram?.tell('raised', 'a1', { headline: evil })
  expect(slack?.service.bodies[0].text).toContain('Siege &amp; &lt;!channel&gt; of')
  expect(slack?.service.bodies[0].text).not.toContain('@everyone')
  expect(telegram?.service.bodies[0].text).toContain(
    'Siege &amp; &lt;!channel&gt; of &lt;b&gt;X&lt;/b&gt; @everyone &quot;now&quot;'
  )
})

it.each([
  ['slack', { excerpt: 'no_service' }, 'client-error', 30],
  ['telegram', { excerpt: '{"ok":false,"error_code":400,"description":"x"}' }, 'client-error', 30],
  [
    'telegram',
    { status: 429, excerpt: '{"ok":false,"error_code":429,"parameters":{"retry_after":77}}' },
    'rate-limited',
    77
  ]
] as const)('%s: %j is no acceptance', async (kind, answer, reason, waitS) => {
  const { suite, service, made, tell } = await subscribeKind({ ...asked[kind], schedule: [30] })
  service.answer = aResponse(answer)
  await tell('raised', 'a1')
  const url = `/v1/subscriptions/${made.body.id}/deliveries`
  const { items } = (await suite.ask('GET', url)).body
  expect(items).toMatchObject([{ state: 'pending', last: { reason } }])
  expect(Date.parse(items[0].nextAt) - suite.h.clock.nowMs()).toBe(waitS * 1_000)
  service.answer = accepted
  await suite.h.clock.advance(waitS * 1_000)
  await settle(40)
  expect((await suite.ask('GET', url)).body.items).toMatchObject([{ state: 'delivered' }])
})

describe('a subscription of a kind', () => {
  it.each([
    [{ kind: 'slack' }, '/url', /needs the address of an incoming webhook/],
    [{ kind: 'telegram', token }, '/chat', /needs the chat that the bot writes to/],
    [{ kind: 'slack', url: hook, token }, '/token', /no use for kind slack/],
    [{ url: 'https://partner.example/', chat: '1' }, '/chat', /no use for kind webhook/],
    [{ url: hook }, '/url', /use kind slack/],
    [{ url: 'https://api.telegram.org/botX/sendMessage' }, '/url', /use kind telegram/],
    [{ url: 'https://discord.com/api/webhooks/1/x' }, '/url', /use kind slack, with \/slack/],
    [{ url: 'https://x.webhook.office.com/a' }, '/url', /use kind teams/],
    [{ kind: 'teams', url: 'https://x.webhook.office.com/a' }, '/url', /has retired/],
    [{ url: asked.teams.url }, '/url', /use kind teams/],
    [{ url: 'https://events.pagerduty.com/v2/enqueue' }, '/url', /use kind pagerduty/]
  ])('%j is refused at %s', async (body, pointer, detail) => {
    const { made } = await subscribeKind(body)
    expect(made.status).toBe(422)
    expect(made.body.errors).toEqual([{ pointer, detail: expect.stringMatching(detail) }])
  })

  it('at another address waits until an administrator vouches for it', async () => {
    const { suite, service, made, tell } = await subscribeKind(
      { kind: 'slack', url: 'https://chat.intern.example/hooks/x' },
      { 'webhooks.allow': ['93.184.216.0/24'] }
    )
    expect(made.body).toMatchObject({
      status: 'unconfirmed',
      warnings: [{ pointer: '/url', detail: expect.stringMatching(/administrator must vouch/) }]
    })
    await tell('raised', 'a1')
    expect(service.requests).toEqual([])
    expect((await suite.ask('POST', `/v1/subscriptions/${made.body.id}/consent`)).status).toBe(200)
    await settle(60)
    expect(service.requests).toMatchObject([
      { url: 'https://chat.intern.example/hooks/x', networks: 'own' }
    ])
  })

  it('keeps its secrets through a change, and gets new ones', async () => {
    const { suite, service, made, tell } = await subscribeKind(asked.telegram)
    const change = (body: object) =>
      suite.ask('PATCH', `/v1/subscriptions/${made.body.id}`, { body })
    expect((await change({ contact: 'desk' })).body).toMatchObject({ version: 1, contact: 'desk' })
    await tell('raised', 'a1')
    await change({ token: '2:new' })
    await tell('raised', 'a2')
    expect(service.requests.map(({ url }) => url)).toEqual([
      `https://api.telegram.org/bot${token}/sendMessage`,
      'https://api.telegram.org/bot2:new/sendMessage'
    ])
    expect(await change({ kind: 'slack' })).toMatchObject({ status: 409 })
  })
})

const operator = {
  acknowledgedBy: 'Ada',
  acknowledgedUntil: null,
  assignedTo: null,
  disposition: null
}

it('pagerduty triggers, acknowledges and resolves one incident for each alert', async () => {
  const { service, tell } = await subscribeKind(asked.pagerduty)
  await tell('raised', 'a1', { severity: 'extreme' })
  await tell('acknowledged', 'a1', { operator })
  await tell('resolved', 'a1', { status: 'resolved' })
  await tell('raised', 'a2', { severity: 'minor' })
  const read = service.bodies.map(({ event_action, dedup_key, payload }) => [
    event_action,
    dedup_key,
    payload?.severity
  ])
  expect(read).toEqual([
    ['trigger', 'tocsin/a1', 'critical'],
    ['trigger', 'tocsin/a1', 'critical'],
    ['acknowledge', 'tocsin/a1', undefined],
    ['resolve', 'tocsin/a1', undefined],
    ['trigger', 'tocsin/a2', 'info']
  ])
})

it('pagerduty acknowledges an alert only after its trigger was accepted', async () => {
  const { suite, service, tell } = await subscribeKind({ ...asked.pagerduty, schedule: [30] })
  const readActions = () => service.bodies.map(({ event_action }) => event_action)
  service.answer = aResponse({ status: 429 })
  await tell('acknowledged', 'a1', { operator })
  expect(readActions()).toEqual(['trigger'])
  service.answer = accepted
  await suite.h.clock.advance(30_000)
  await settle(40)
  expect(readActions()).toEqual(['trigger', 'trigger', 'acknowledge'])
  expect(service.bodies.flatMap(body => findServiceFaults('pagerduty', body))).toEqual([])
})

const manager = { kind: 'alertmanager', url: 'https://alertmanager.example/' }

it.each([
  [asked.slack, expect.objectContaining({ groupWaitSeconds: 30 })],
  [asked.pagerduty, undefined],
  [manager, undefined]
])('%j has by default the policy %j', async (body, policy) => {
  const { made } = await subscribeKind({ ...body, policy: undefined })
  expect(made.body.policy).toEqual(policy)
})

describe.each(['pagerduty', 'alertmanager'] as const)('a replay to %s', kind => {
  const subscribe = async (handling?: 'public') => {
    const made = await subscribeKind(
      kind === 'pagerduty' ? asked.pagerduty : manager,
      { 'webhooks.consent': 'never' },
      handling
    )
    const { suite, service } = made
    const replay = async (sequence: number) => {
      service.requests.length = 0
      const path = `/v1/subscriptions/${made.made.body.id}/replay`
      await suite.ask('POST', path, { body: { from: sequence, to: sequence } })
      await settle(40)
      return service.bodies.map(body =>
        kind === 'pagerduty'
          ? body.event_action
          : Date.parse(body[0].endsAt) > suite.h.clock.nowMs()
            ? 'trigger'
            : 'resolve'
      )
    }
    return { ...made, replay }
  }

  it('sends an alert as it is now', async () => {
    const { service, tell, replay } = await subscribe()
    await tell('raised', 'a1')
    await tell('escalated', 'a1', { severity: 'extreme', headline: 'Worse' })
    expect(await replay(1)).toEqual(['trigger'])
    expect(JSON.stringify(service.bodies)).toContain('Worse')
    await tell('resolved', 'a1', { status: 'resolved' })
    expect(await replay(1)).toEqual(['resolve'])
    await tell('reopened', 'a1', { status: 'confirmed' })
    expect(await replay(3)).toEqual(['trigger'])
  })

  it('ends an alert that may not be seen any more', async () => {
    const { service, tell, replay } = await subscribe('public')
    await tell('raised', 'a1', { headline: 'Open' })
    await tell('revised', 'a1', { handling: 'restricted', headline: 'Secret' })
    expect(await replay(1)).toEqual(['resolve'])
    expect(JSON.stringify(service.bodies)).not.toMatch(/Open|Secret/)
    await tell('revised', 'a1', { handling: 'public', headline: 'Seen' })
    expect(await replay(2)).toEqual(['trigger'])
  })
})
