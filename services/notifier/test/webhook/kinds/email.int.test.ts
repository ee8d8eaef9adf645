// Mail: what a real SMTP server receives, its replies as outcomes, and that nothing reaches a server
// by an address that webhooks may not reach.

import type { AddressInfo } from 'node:net'
import { parseNetworks } from '@tocsin/webhooks/address-vetting'
import type { SendOutcome, WebhookTransport } from '@tocsin/webhooks/webhook-transport'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { selfSigned } from '../../../../../packages/webhooks/test/self-signed.ts'
import { type MailTransportOptions, withMail } from '../../../src/webhook/mail-transport.ts'
import { Suite } from '../../support/http-suite.ts'
import { settle } from '../../support/manual-clock.ts'

interface ReceivedMail {
  readonly user: unknown
  readonly from: string
  readonly to: readonly string[]
  /** As it came: headers, an empty line, the text. */
  readonly raw: string
}

const http: WebhookTransport = {
  send: () => Promise.reject(new Error('no HTTP here')),
  close: async () => {}
}
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function startServer(options: SMTPServerOptions = {}) {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    ...selfSigned,
    authOptional: false,
    onAuth: ({ username, password }, _session, callback) =>
      password === 'p@ss w:rd'
        ? callback(null, { user: username })
        : callback(new Error('535 no such login')),
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = []
      stream.on('data', chunk => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          user: session.user,
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString()
        })
        callback(null)
      })
    },
    ...options
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  closers.push(() => new Promise<void>(resolve => server.close(() => resolve())))
  return { mails, port: (server.server.address() as AddressInfo).port }
}

const options: MailTransportOptions = {
  policy: { allowHttp: false, allowNetworks: parseNetworks(['127.0.0.0/8']) },
  resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  ca: selfSigned.cert
}
const login = `duty%40partner.example:${encodeURIComponent('p@ss w:rd')}`

function send(port: number, overrides: Partial<MailTransportOptions> = {}, server?: string) {
  const headers = { from: 'a@tocsin.example', to: 'b@partner.example', subject: 'x' }
  const url = server ?? `smtp://${login}@partner.example:${port}`
  return withMail(http, { ...options, ...overrides }).send(
    { url, headers, body: Buffer.from('text') },
    new AbortController().signal
  )
}

describe('mail', () => {
  it('of an alert goes to all recipients, after STARTTLS and the login, in one thread', async () => {
    const { mails, port } = await startServer()
    const suite = await Suite.on({
      transport: withMail(http, options),
      config: { 'webhooks.consent': 'never', publicUrl: 'https://tocsin.example' }
    })
    const made = await suite.ask('POST', '/v1/subscriptions', {
      body: {
        kind: 'email',
        url: `smtp://${login}@partner.example:${port}`,
        to: ['b@partner.example', 'c@partner.example'],
        sender: 'tocsin@partner.example',
        policy: null,
        answerLinks: true
      }
    })
    expect(made.body).toMatchObject({ url: `smtp://partner.example:${port}/***` })
    await suite.h.alerts.write('raised', 'a1', {
      headline: 'Siege\r\nBcc: evil@x.example\r\n\r\nof Diosso',
      severity: 'extreme'
    })
    await suite.h.alerts.write('resolved', 'a1', { status: 'resolved' })
    const settleMails = async () => {
      await settle(20)
      return mails.length
    }
    await expect.poll(settleMails, { timeout: 10_000 }).toBe(2)
    const [raised, resolved] = mails as [ReceivedMail, ReceivedMail]
    expect(raised).toMatchObject({
      user: 'duty@partner.example',
      from: 'tocsin@partner.example',
      to: ['b@partner.example', 'c@partner.example']
    })
    const [head = '', text = ''] = raised.raw.split(/\r\n\r\n(.*)/s)
    const unfolded = head.replace(/\r\n[ \t]+/g, ' ')
    expect(unfolded).toMatch(
      /^Subject: \[extreme\] New alert: Siege Bcc: evil@x\.example of Diosso$/m
    )
    expect(unfolded).not.toMatch(/^Bcc:/m)
    expect(unfolded).toMatch(/^Auto-Submitted: auto-generated$/m)
    expect(text.replaceAll('=\r\n', '')).toContain('https://tocsin.example/?alert=3Da1')
    const readThread = ({ raw }: ReceivedMail) => /^References: (.*)$/m.exec(raw)?.[1]
    expect(readThread(resolved)).toBe('<alert.a1@partner.example>')
    expect(readThread(raised)).toBe(readThread(resolved))
    expect(/^Message-ID: (.*)$/m.exec(raised.raw)?.[1]).toMatch(/^<[0-9a-f]{32}@partner\.example>$/)
    const shown = await suite.ask('GET', `/v1/subscriptions/${made.body.id}/deliveries?sequence=1`)
    expect(JSON.stringify([shown.body, made.body])).not.toMatch(/p@ss|p%40ss/)
  })

  it.each<[string, SMTPServerOptions, Partial<MailTransportOptions>, Partial<SendOutcome>]>([
    ['is accepted by 250', {}, {}, { kind: 'response', status: 250 }],
    [
      'is not accepted by a refused recipient',
      { onRcptTo: (_to, _session, callback) => callback(new Error('no such mailbox')) },
      {},
      { kind: 'response', status: 550 }
    ],
    [
      'is not accepted without a login',
      { onAuth: (_auth, _session, callback) => callback(new Error('no')) },
      {},
      { kind: 'response', status: 535 }
    ],
    [
      'is not sent to a server that asks for no login',
      { disabledCommands: ['AUTH'], authOptional: true },
      {},
      { kind: 'response', status: 500 }
    ],
    [
      'is not sent without TLS',
      { disabledCommands: ['STARTTLS'] },
      {},
      { kind: 'response', status: 500 }
    ],
    [
      'is not sent to a server that nobody trusts',
      {},
      { ca: '' },
      { kind: 'failed', reason: 'tls' }
    ],
    [
      'is not sent to an address that is not public',
      {},
      { policy: { allowHttp: false, allowNetworks: [] } },
      { kind: 'refused', reason: 'address-not-public' }
    ]
  ])('%s', async (_title, server, overrides, outcome) => {
    const { mails, port } = await startServer(server)
    expect(await send(port, overrides)).toMatchObject(outcome)
    expect(mails).toHaveLength('status' in outcome && outcome.status === 250 ? 1 : 0)
  })

  it('that is aborted is cancelled', async () => {
    const stop = new AbortController()
    const { port } = await startServer({ onConnect: () => stop.abort() })
    const headers = { from: 'a@tocsin.example', to: 'b@partner.example', subject: 'x' }
    const request = {
      url: `smtp://${login}@partner.example:${port}`,
      headers,
      body: Buffer.from('')
    }
    expect(await withMail(http, options).send(request, stop.signal)).toMatchObject({
      kind: 'cancelled'
    })
  })
})

describe('a subscription of kind email', () => {
  const body = { kind: 'email', to: ['b@partner.example'], sender: 'a@partner.example' }
  it.each([
    ['smtps://u:p@mail.example', 201, 'active'],
    ['smtp://u:p@mail.example:587', 201, 'active'],
    ['smtp://mail.example', 201, 'unconfirmed'],
    ['smtp://u:p@mail.example:6379', 201, 'unconfirmed'],
    ['smtps://u:p@127.0.0.1', 422, undefined],
    ['smtps://u:p@0x7f.1', 422, undefined],
    ['https://mail.example', 422, undefined],
    ['smtps://u:50%25@mail.example', 201, 'active'],
    ['smtps://u:50%@mail.example', 201, 'active']
  ])('at %s is answered %i, %s', async (url, status, standing) => {
    const suite = await Suite.on({ config: { 'webhooks.consent': 'public' } })
    const made = await suite.ask('POST', '/v1/subscriptions', { body: { ...body, url } })
    expect([made.status, made.body.status === 422 ? undefined : made.body.status]).toEqual([
      status,
      standing
    ])
  })

  it('in a network of the operator waits until an administrator vouches for it', async () => {
    const suite = await Suite.on({
      config: { 'webhooks.consent': 'public', 'webhooks.allow': ['93.184.216.0/24'] }
    })
    const ask = { ...body, url: 'smtps://u:p@mail.intern.example' }
    const made = await suite.ask('POST', '/v1/subscriptions', { body: ask })
    expect(made.body).toMatchObject({
      status: 'unconfirmed',
      warnings: [{ detail: expect.stringMatching(/administrator must vouch/) }]
    })
    const vouched = await suite.ask('POST', `/v1/subscriptions/${made.body.id}/consent`)
    expect(vouched.body.status).toBe('active')
  })

  it('takes no address with a line end or a name', async () => {
    const suite = await Suite.on({})
    for (const to of [['a@b.example\r\nBcc: c@d.example'], ['A <a@b.example>'], []]) {
      const ask = { ...body, url: 'smtps://u:p@mail.example', to }
      expect((await suite.ask('POST', '/v1/subscriptions', { body: ask })).status).toBe(422)
    }
  })
})
