// Receivers that hang, drip, reset, flood and lie, on real sockets, all at once beside a healthy
// one. Each alert is delivered, kept, parked or ended by rule; nothing else is slowed; what they
// push is not taken. The schedule runs on a clock of the test, the limits of one attempt are short.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { parseNetworks } from '@tocsin/webhooks/address-vetting'
import type { Resolve } from '@tocsin/webhooks/name-resolver'
import { openUndiciTransport } from '@tocsin/webhooks/undici-transport'
import type { WebhookTransport } from '@tocsin/webhooks/webhook-transport'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type Behaviour,
  behaviours,
  canRecover,
  HostileEndpoint
} from '../support/hostile-endpoints.ts'
import { Harness } from '../support/notifier-harness.ts'
import { subscribed } from '../support/subscribing.ts'
import { expiredCertificate, validCertificate } from '../support/test-certificates.ts'

const hourMs = 3_600_000
const here: Resolve = async () => [{ address: '127.0.0.1', family: 4 }]
const opened: { close(): unknown }[] = []

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

/**
 * Far above what it takes: a loaded machine is not what is tested. lanes.test.ts shows on its clock
 * that slots are fair.
 */
const slowestMs = 10_000
/** The limits of an attempt at a receiver that hangs, ms: short, so that the test is. */
const limits = { timeoutMs: 500, connectTimeoutMs: 400, bodyMs: 100 }

/** Only those that may hang have short limits: a loaded machine is not what is tested. */
function transport(mayHang: (url: string) => boolean, resolve: Resolve = here): WebhookTransport {
  const policy = { allowHttp: true, allowNetworks: parseNetworks(['127.0.0.0/8']) }
  const ca = `${validCertificate.cert}\n${expiredCertificate.cert}`
  const [short, usual] = [limits, { connectionsPerOriginMax: 256 }].map(each =>
    openUndiciTransport({ policy, resolve, ca, ...each })
  ) as [WebhookTransport, WebhookTransport]
  opened.push(short, usual)
  const close = async () => {}
  return {
    send: (request, signal) => (mayHang(request.url) ? short : usual).send(request, signal),
    close
  }
}

async function endpoint(
  ...args: Parameters<typeof HostileEndpoint.listen>
): Promise<HostileEndpoint> {
  const made = await HostileEndpoint.listen(...args)
  opened.push(made)
  return made
}

function urlOf({ lair }: Behaviour, { port }: HostileEndpoint): string {
  if (lair === 'tcp') return `http://127.0.0.1:${port}/`
  return `https://${lair === 'tls-other' ? 'other' : 'partner'}.example:${port}/`
}

/** Waits while the clock of the test runs beside that of the sockets. */
async function until(
  { clock }: Harness,
  what: string,
  timeoutMs: number,
  probe: () => boolean
): Promise<void> {
  let lastMs = performance.now()
  const goOn = async () => {
    const nowMs = performance.now()
    await clock.advance(nowMs - lastMs)
    lastMs = nowMs
    return probe()
  }
  await waitFor(goOn, { what, timeoutMs })
}

/** Lets every attempt that is due come to its end. */
async function quiet(h: Harness): Promise<void> {
  const { dispatcher } = h.notifier
  await until(
    h,
    'end of all attempts',
    15_000,
    () => dispatcher.deps.slots.running === 0 && dispatcher.deps.slots.waiting === 0
  )
}

/**
 * Again and again a while passes, and what is due is tried, until something holds. Fails with what
 * `look` shows then.
 */
async function passes<T>(h: Harness, ms: number, look: () => T, wanted: T): Promise<void> {
  for (let i = 0; i < roundsMax && JSON.stringify(look()) !== JSON.stringify(wanted); i++) {
    await h.clock.advance(ms)
    await quiet(h)
  }
  expect(look()).toEqual(wanted)
}
const roundsMax = 20

const alertsMax = 3
/**
 * What an endpoint gets rid of in one attempt: what the buffers of the system hold, and little
 * more.
 */
const pushedBytesMax = 16 << 20

describe('receivers that misbehave', () => {
  it('lose nothing, slow nobody and fill no memory, whatever they do', {
    timeout: 60_000
  }, async () => {
    const healthy = await endpoint('healthy', 'tcp', () => {})
    healthy.isWell = true
    const healthyUrl = `http://127.0.0.1:${healthy.port}/`
    await using h = await new Harness({ transport: transport(url => url !== healthyUrl) }).start()
    await subscribed(h, { subscriptionId: 'healthy', url: healthyUrl })
    await h.alerts.write('raised', 'a0')
    await until(h, 'first alert', slowestMs, () => healthy.accepted.length === 1)
    const bad = await Promise.all(
      behaviours.map(async each => ({
        ...each,
        endpoint: await endpoint(each.name, each.lair, each.misdeed)
      }))
    )
    for (const each of bad)
      await subscribed(h, { subscriptionId: each.name, url: urlOf(each, each.endpoint) })

    for (let i = 1; i <= alertsMax; i++) {
      await h.alerts.write('raised', `a${i}`, { severity: 'severe' })
      await until(
        h,
        `alert ${i} at the healthy endpoint`,
        slowestMs,
        () => healthy.accepted.length === i + 1
      )
      await quiet(h)
    }
    const ofThem = (name: string) => h.notifier.dispatcher.of(name)
    const fates = () =>
      bad.map(({ name }) => {
        const { health, isEnded, table } = ofThem(name)
        const fate = isEnded
          ? 'ended'
          : table.pendingCount === 0
            ? 'delivered'
            : health.state === 'parked'
              ? 'parked'
              : 'kept'
        return { name, fate }
      })
    const wanted = bad.map(({ name, fate }) => ({ name, fate }))
    await passes(h, 6 * 60_000, fates, wanted)
    const pushed = bad.map(({ name, endpoint: { pushedBytes, requests } }) => ({
      name,
      bytes: pushedBytes / Math.max(1, requests)
    }))
    expect(pushed.filter(({ bytes }) => bytes > pushedBytesMax)).toEqual([])
    expect(healthy.accepted).toEqual([1, 2, 3, 4])

    // Once they are well, they get what waited, in order.
    const able = bad.filter(canRecover)
    for (const { endpoint } of able) endpoint.recover()
    await passes(
      h,
      hourMs,
      () => able.filter(({ name }) => ofThem(name).table.pendingCount > 0).map(({ name }) => name),
      []
    )
    const kept = able.filter(({ fate }) => fate !== 'delivered')
    expect(kept.map(({ name, endpoint }) => [name, endpoint.accepted])).toEqual(
      kept.map(({ name }) => [name, [1, 2, 3]])
    )
    expect(able.filter(({ name }) => ofThem(name).table.parkedCount > 0)).toEqual([])
  })

  it('wait for what Retry-After asks, in bounds, in each of its forms', {
    timeout: 30_000
  }, async () => {
    await using h = await new Harness({ transport: transport(() => false) }).start()
    const date = (inMs: number) => new Date(h.clock.nowMs() + inMs).toUTCString()
    // The header, and how long the next try waits at least and at most, ms. Without it: 1 s.
    const forms: readonly (readonly [string, number, number])[] = [
      ['30', 30_000, 36_000],
      ['29.2', 30_000, 36_000],
      [date(120_000), 115_000, 145_000],
      [date(-hourMs), 1_000, 1_300],
      ['0', 1_000, 1_300],
      ['99999999', hourMs, 1.2 * hourMs + 1],
      [date(90 * 24 * hourMs), hourMs, 1.2 * hourMs + 1],
      ['9'.repeat(40), 1_000, 1_300],
      ['-5', 1_000, 1_300],
      ['soon', 1_000, 1_300],
      ['', 1_000, 1_300],
      ['30\r\nretry-after: 60', 1_000, 1_300],
      ['Sunday, 06-Nov-94 08:49:37 GMT', 1_000, 1_300]
    ]
    const cases = forms.flatMap(([header, least, most]) =>
      [429, 503].map(status => ({ status, header, least, most }))
    )
    const asking = await Promise.all(
      cases.map(async (each, i) => {
        const { status, header } = each
        const receiver = await endpoint(`r${i}`, 'tcp', socket =>
          socket.write(
            `HTTP/1.1 ${status} Later\r\nretry-after: ${header}\r\ncontent-length: 0\r\n\r\n`
          )
        )
        await subscribed(h, { subscriptionId: `r${i}`, url: `http://127.0.0.1:${receiver.port}/` })
        return { ...each, receiver, name: `r${i}` }
      })
    )
    await h.alerts.write('raised', 'a1', { severity: 'severe' })
    await until(h, 'first request of each', 10_000, () =>
      asking.every(({ receiver }) => receiver.requests === 1)
    )
    await quiet(h)
    for (const { name, status, header, least, most } of asking) {
      const wait = h.notifier.dispatcher.of(name).wait
      const waitMs = wait?.afterMs ?? Number.NaN
      expect({ status, header, isInBounds: waitMs >= least && waitMs <= most, waitMs }).toEqual({
        status,
        header,
        isInBounds: true,
        waitMs
      })
    }
    for (const { receiver } of asking) receiver.recover()
    await passes(
      h,
      hourMs,
      () =>
        asking.filter(({ receiver }) => receiver.accepted.length !== 1).map(({ header }) => header),
      []
    )
  })

  it('cost others nothing at a host that they share', { timeout: 60_000 }, async () => {
    const shared = createServer((request, response) => {
      request.resume()
      if (request.url === '/quick') request.on('end', () => response.writeHead(204).end())
    })
    await new Promise<void>(done => shared.listen(0, '127.0.0.1', done))
    opened.push({
      close: () => {
        shared.closeAllConnections()
        shared.close()
      }
    })
    const url = `http://127.0.0.1:${(shared.address() as AddressInfo).port}`
    await using h = await new Harness({ transport: transport(() => false) }).start()
    await subscribed(h, { subscriptionId: 'quick', url: `${url}/quick` })
    const { dispatcher } = h.notifier
    const accepted = () =>
      dispatcher.of('quick').chain.lastSequence - dispatcher.of('quick').table.pendingCount
    await h.alerts.write('raised', 'a0')
    await until(h, 'first alert', slowestMs, () => accepted() === 1)
    for (let i = 0; i < 60; i++)
      await subscribed(h, { subscriptionId: `hung${i}`, url: `${url}/hung/${i}` })
    // Attempts that hang go on for 15 s: what comes while they do has not waited for one.
    for (let i = 1; i <= alertsMax; i++) {
      await h.alerts.write('raised', `a${i}`)
      await until(h, `alert ${i} beside those that hang`, slowestMs, () => accepted() === i + 1)
    }
    expect(dispatcher.deps.slots.running).toBeGreaterThanOrEqual(8)
  })

  it('are not waited for when their names are not answered, or answered with what may not be reached', async () => {
    const answers: Record<string, ReturnType<Resolve>> = {
      'slow.example': new Promise(() => {}),
      'missing.example': Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
      'broken.example': Promise.reject(Object.assign(new Error('x'), { code: 'EAI_AGAIN' })),
      'inside.example': Promise.resolve([{ address: '10.0.0.1', family: 4 }]),
      'mixed.example': Promise.resolve([
        { address: '127.0.0.1', family: 4 },
        { address: '169.254.169.254', family: 4 }
      ])
    }
    for (const each of Object.values(answers)) each.catch(() => {})
    const resolve: Resolve = name => answers[name] ?? here(name)
    await using h = await new Harness({
      transport: transport(url => url.includes('slow'), resolve)
    }).start()
    const receiver = await endpoint('healthy', 'tcp', () => {})
    receiver.isWell = true
    await subscribed(h, { subscriptionId: 'healthy', url: `http://127.0.0.1:${receiver.port}/` })
    const names = Object.keys(answers)
    for (const name of names)
      await subscribed(h, { subscriptionId: name, url: `http://${name}:${receiver.port}/` })
    await h.alerts.write('raised', 'a1')
    await until(h, 'alert at the healthy endpoint', slowestMs, () => receiver.accepted.length === 1)
    const states = () => names.map(name => h.notifier.dispatcher.of(name).health.state)
    await passes(h, 6 * 60_000, states, ['down', 'down', 'down', 'parked', 'parked'])
    for (const name of names) answers[name] = here(name)
    await passes(h, hourMs, () => receiver.accepted, Array(names.length + 1).fill(1))
  })
})
