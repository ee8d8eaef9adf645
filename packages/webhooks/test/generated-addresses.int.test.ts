// Nothing that is not public is ever connected to: thousands of generated addresses and URLs,
// judged beside an oracle that shares nothing with the code, and every socket of the process
// watched. TOCSIN_TEST_RUNS sets another number of runs.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAllowedAddress, parseNetworks, vetEndpoint } from '../src/address-vetting.ts'
import { openUndiciTransport } from '../src/undici-transport.ts'
import type { WebhookTransport } from '../src/webhook-transport.ts'
import { reachOf4, reachOf6 } from './address-oracle.ts'
import { address4, address6, dotted4, written6, writtenUrl } from './written-addresses.ts'

const runs = Number(
  process.env.TOCSIN_TEST_RUNS ?? (process.env.TOCSIN_TEST_FULL === '1' ? 10_000 : 1000)
)
const closed = { allowHttp: true, allowNetworks: [] }
const never = new AbortController().signal

interface Answered {
  readonly address: string
  readonly family: 4 | 6
  readonly reach: ReturnType<typeof reachOf4>
}
const answered4 = address4.map(each => ({
  address: dotted4(each),
  family: 4 as const,
  reach: reachOf4(each)
}))
const answered6 = address6.chain(each =>
  written6(each).map(address => ({ address, family: 6 as const, reach: reachOf6(each) }))
)
const answered: fc.Arbitrary<Answered> = fc.oneof(answered4, answered6)

describe('of generated addresses', () => {
  it('only public ones are allowed, and all of these', () => {
    const counts = { public: 0, special: 0, closed: 0 }
    const judge = ({ address, reach }: Answered) => {
      counts[reach]++
      const isAllowed = isAllowedAddress(address, closed)
      if (reach !== 'special' && isAllowed !== (reach === 'public'))
        throw new Error(`${address} is ${reach}, allowed: ${isAllowed}`)
    }
    fc.assert(fc.property(answered, judge), { numRuns: runs })
    // Both sides were tried.
    for (const reach of ['public', 'closed'] as const)
      expect(counts[reach]).toBeGreaterThan(runs / 10)
  })
  it('as URLs in every notation none is taken whose address is not public', () => {
    let [taken, addresses] = [0, 0]
    fc.assert(
      fc.property(writtenUrl, ({ text, address, family }) => {
        const vetted = vetEndpoint(text, closed)
        const reach = family === 4 ? reachOf4(address) : reachOf6(address)
        if (!vetted.ok) {
          if (vetted.reason === 'address-not-public') addresses++
          if (/\d+\.\d+\.\d+\.\d+|::/.test(vetted.detail))
            throw new Error(`the detail names an address: ${vetted.detail}`)
          return
        }
        taken++
        if (reach === 'closed') throw new Error(`${text} is taken`)
      }),
      { numRuns: runs }
    )
    expect(taken).toBeGreaterThan(runs / 50)
    expect(addresses).toBeGreaterThan(runs / 10)
  })
})

describe('by its sockets the sender', () => {
  /** Where the process tried to connect, as `address port`. */
  const dialled: string[] = []
  const watch = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket }
    socket.on('connectionAttempt', (address: string, port: number) =>
      dialled.push(`${address} ${port}`)
    )
  }
  const opened: { close(): unknown }[] = []

  beforeEach(() => {
    dialled.length = 0
    subscribe('net.client.socket', watch)
  })
  afterEach(async () => {
    unsubscribe('net.client.socket', watch)
    for (const each of opened.splice(0)) await each.close()
  })

  async function listening(): Promise<number> {
    const server = createServer((_, response) =>
      response.writeHead(200, { connection: 'close' }).end()
    )
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    opened.push(server)
    return (server.address() as AddressInfo).port
  }

  function open(options: Parameters<typeof openUndiciTransport>[0]): WebhookTransport {
    const transport = openUndiciTransport(options)
    opened.push(transport)
    return transport
  }

  const send = (transport: WebhookTransport, url: string) =>
    transport.send({ url, headers: {}, body: Buffer.from('{}') }, never)

  it('is seen when it connects: else the tests below would show nothing', async () => {
    const port = await listening()
    const transport = open({
      policy: { allowHttp: true, allowNetworks: parseNetworks(['127.0.0.1/32']) }
    })
    expect(await send(transport, `http://127.0.0.1:${port}/`)).toMatchObject({ status: 200 })
    expect(dialled).toEqual([`127.0.0.1 ${port}`])
  })

  it('connects to no address that is not public, in whatever notation it is given', async () => {
    const transport = open({
      policy: closed,
      resolve: () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }))
    })
    const closedUrl = writtenUrl.filter(
      ({ address, family }) => (family === 4 ? reachOf4 : reachOf6)(address) === 'closed'
    )
    await fc.assert(
      fc.asyncProperty(closedUrl, async ({ text }) => {
        const outcome = await send(transport, text)
        // Not every notation is one of an address: those are names then, which nobody resolves
        // here.
        if (outcome.kind !== 'refused' && outcome.kind !== 'failed')
          throw new Error(`${text}: ${outcome.kind}`)
      }),
      { numRuns: Math.ceil(runs / 4) }
    )
    expect(dialled).toEqual([])
  })

  it('connects to nothing if one address of an answer is not public', async () => {
    let answer: readonly Answered[] = []
    let names = 0
    const transport = open({ policy: closed, resolve: async () => answer })
    const notPublic = answered.filter(({ reach }) => reach === 'closed')
    const answers = fc
      .tuple(fc.array(answered, { maxLength: 3 }), notPublic, fc.nat())
      .map(([others, bad, at]) => others.toSpliced(at % (others.length + 1), 0, bad))
    await fc.assert(
      fc.asyncProperty(answers, async given => {
        answer = given
        const outcome = await send(transport, `http://partner-${names++}.example:9/`)
        if (outcome.kind !== 'refused') throw new Error(outcome.kind)
        const said = JSON.stringify(outcome)
        if (given.some(({ address }) => address.length > 4 && said.includes(address)))
          throw new Error('the outcome names an address')
      }),
      { numRuns: Math.ceil(runs / 5) }
    )
    expect(dialled).toEqual([])
  })

  it('connects to what it has checked alone, however a name changes its mind between requests', async () => {
    const port = await listening()
    const policy = { allowHttp: true, allowNetworks: parseNetworks(['127.0.0.1/32']) }
    const own = [{ address: '127.0.0.1', family: 4 as const, reach: 'public' as const }]
    const bad = answered.filter(
      ({ address, reach }) => reach === 'closed' && !/127\.0\.0\.1$|7f00:0*1$/i.test(address)
    )
    const answers = fc.array(
      fc.oneof(
        fc.constant(own),
        bad.map(each => [each]),
        bad.map(each => [...own, each])
      ),
      { maxLength: 8 }
    )
    await fc.assert(
      fc.asyncProperty(answers, async given => {
        const asked = [...given]
        const transport = openUndiciTransport({ policy, resolve: async () => asked.shift() ?? [] })
        dialled.length = 0
        for (const _ of given) await send(transport, `http://partner.example:${port}/`)
        await transport.close()
        const most = given.filter(each => each === own).length
        if (dialled.some(each => each !== `127.0.0.1 ${port}`))
          throw new Error(`connected to ${dialled}`)
        if (dialled.length !== most)
          throw new Error(`${dialled.length} connections for ${most} good answers`)
      }),
      { numRuns: Math.ceil(runs / 50) }
    )
  })
})
