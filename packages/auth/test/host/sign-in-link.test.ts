// A sign-in link: shown as often as somebody or something fetches it, used by one press.

import { beforeEach, describe, expect, it } from 'vitest'
import { sessionCookie } from '../../src/sign-in/session.ts'
import { controlOf, keyWith, repeatableRandom, type TestHost, testHost } from '../support/fakes.ts'

const hostile = '"><img src=x onerror=alert(1)>\u202E'
const officer = keyWith(repeatableRandom(13), { name: hostile, scopes: ['admin'] })
const asOfficer = { authorization: `Bearer ${officer.secret}` }
type Headers = Readonly<Record<string, string>>

let host: TestHost
let link: string
beforeEach(async () => {
  host = await testHost([], {
    control: controlOf(officer.record),
    settings: { allowedOrigins: ['https://dashboard.example'] }
  })
  const { pathname, search } = new URL(host.signInLink())
  link = `${pathname}${search}`
})

const call = (method: 'GET' | 'HEAD' | 'POST', url: string, headers: Headers = {}) =>
  host.app.inject({ method, url, headers: { host: 'localhost:8080', ...headers } })
const press = (headers: Headers = {}) => call('POST', link, headers)
type Answered = Awaited<ReturnType<typeof call>>
const cookieIn = ({ headers }: Answered, name: string) =>
  [headers['set-cookie'] ?? []].flat().find(cookie => cookie.startsWith(`${name}=`))
const pairIn = (answer: Answered, name: string) => cookieIn(answer, name)?.split(';')[0] as string
const whoIs = async (answer: Answered) =>
  (await call('GET', '/v1/me', { cookie: pairIn(answer, sessionCookie) })).json().name as string

/** What is told in headers and in words, but for what differs from answer to answer. */
function told({ statusCode, headers, body }: Answered, token: string) {
  const {
    'x-request-id': _id,
    'set-cookie': _cookie,
    'content-length': _length,
    date: _date,
    ...rest
  } = headers
  return { statusCode, headers: rest, body: body.replaceAll(token, 'TOKEN') }
}

describe('a fetched link', () => {
  it('is still good, however often and by whatever it was fetched', async () => {
    const asked = [
      call('GET', link),
      call('HEAD', link),
      call('GET', link, { purpose: 'prefetch' }),
      call('GET', link)
    ]
    for (const answer of await Promise.all(asked)) {
      expect(answer.statusCode).toBe(200)
      expect(cookieIn(answer, sessionCookie)).toBeUndefined()
    }
    expect(host.app.authenticator.links.unusedCount).toBe(1)
    const answer = await press()
    expect([answer.statusCode, answer.headers.location, await whoIs(answer)]).toEqual([
      303,
      '/',
      'owner'
    ])
  })

  it('tells nobody whether it is good: unused, used, ended or never made', async () => {
    const token = link.slice(link.indexOf('=') + 1)
    const good = told(await call('GET', link), token)
    expect(told(await call('GET', '/sign-in?token=never-made'), 'never-made')).toEqual(good)
    await press()
    expect(told(await call('GET', link), token)).toEqual(good)
    host.clock.advance(60 * 60_000)
    expect(told(await call('GET', link), token)).toEqual(good)
    const head = await call('HEAD', link)
    expect([head.statusCode, head.body]).toEqual([200, ''])
  })

  it('is a page without script that sends nothing but the press, and names its own origin', async () => {
    const { headers, body } = await call('GET', link)
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      // By `no-referrer` a browser would send `Origin: null` with the form, which is refused.
      'referrer-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store'
    })
    expect(body).toContain(`<form method="post" action="${link}">`)
    expect(body).not.toMatch(/<script|<style|style=|\son[a-z]+=/)
    const style = await call('GET', '/sign-in/page.css')
    expect([style.statusCode, style.headers['content-type']]).toEqual([
      200,
      'text/css; charset=utf-8'
    ])
  })

  it('which was cut on its way says so', async () => {
    for (const url of [
      '/sign-in',
      '/sign-in?token=',
      '/sign-in?token=a%20b',
      '/sign-in?token=%22%3E%3Cb%3E'
    ])
      for (const method of ['GET', 'POST'] as const) {
        const { statusCode, body } = await call(method, url)
        expect([url, method, statusCode]).toEqual([url, method, 400])
        expect(body).toContain('This link is not whole')
        expect(body).not.toContain('<b>')
      }
  })
})

describe('a pressed link', () => {
  it('is used: a second press is refused with a sentence and a way on', async () => {
    expect((await press()).statusCode).toBe(303)
    const again = await press()
    expect([again.statusCode, cookieIn(again, sessionCookie)]).toEqual([401, undefined])
    expect(again.headers['content-type']).toContain('text/html')
    expect(again.body).toContain('This link was used, or has ended')
    expect(again.body).toMatch(/keys link owner --url \S+ --data DATA_FOLDER/)
  })

  it('gives the browser that used it the same session again for a minute, and no other', async () => {
    const cookie = pairIn(await call('GET', link), 'tocsin_press')
    expect(cookieIn(await call('GET', link), 'tocsin_press')).toMatch(
      /; Path=\/sign-in; HttpOnly; SameSite=Strict$/
    )
    // Opened again, the page keeps what the browser holds.
    expect(cookieIn(await call('GET', link, { cookie }), 'tocsin_press')).toBeUndefined()
    const first = await press({ cookie })
    const lost = await press({ cookie })
    expect([lost.statusCode, pairIn(lost, sessionCookie)]).toEqual([
      303,
      pairIn(first, sessionCookie)
    ])
    // Both presses arrive, and the second with the session of the first: nobody is asked whether it
    // is to be replaced.
    const both = await press({ cookie: `${cookie}; ${pairIn(first, sessionCookie)}` })
    expect([both.statusCode, both.headers.location]).toEqual([303, '/'])
    expect((await press()).statusCode).toBe(401)
    expect((await press({ cookie: 'tocsin_press=another' })).statusCode).toBe(401)
    host.clock.advance(60_000)
    expect((await press({ cookie })).statusCode).toBe(401)
  })

  it('does not bring back a session that was ended', async () => {
    const cookie = pairIn(await call('GET', link), 'tocsin_press')
    const first = await press({ cookie })
    expect(
      (await call('POST', '/sign-out', { cookie: pairIn(first, sessionCookie) })).statusCode
    ).toBe(204)
    expect((await press({ cookie })).statusCode).toBe(401)
  })

  it.each([
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    [
      'an origin that may call the suite',
      { origin: 'https://dashboard.example', 'sec-fetch-site': 'cross-site' }
    ],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }]
  ])('is not used by %s', async (_who, headers) => {
    const refused = await press(headers)
    expect([refused.statusCode, refused.json().code, cookieIn(refused, sessionCookie)]).toEqual([
      403,
      'origin-refused',
      undefined
    ])
    expect(
      (await press({ origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' })).statusCode
    ).toBe(303)
  })
})

describe('where somebody is signed in', () => {
  let cookie: string
  beforeEach(async () => {
    cookie = pairIn(await call('POST', '/v1/sessions', asOfficer), sessionCookie)
  })

  it('a press asks before it signs in as somebody else, and uses nothing up', async () => {
    for (const answer of [await call('GET', link, { cookie }), await press({ cookie })]) {
      expect([answer.statusCode, cookieIn(answer, sessionCookie)]).toEqual([200, undefined])
      expect(answer.body).toContain(`action="${link}&amp;instead=yes"`)
      // The name is whatever somebody chose.
      expect(answer.body).toContain(
        'Go on as <bdi>&quot;&gt;&lt;img src=x onerror=alert(1)&gt;\u202E</bdi>'
      )
    }
    const instead = await call('POST', `${link}&instead=yes`, { cookie })
    expect([instead.statusCode, await whoIs(instead)]).toEqual([303, 'owner'])
  })

  it('a used link leaves it as it is', async () => {
    await press()
    const answer = await call('POST', `${link}&instead=yes`, { cookie })
    expect([answer.statusCode, cookieIn(answer, sessionCookie)]).toEqual([401, undefined])
    expect(answer.body).toContain('Go on as')
    expect((await call('GET', '/v1/me', { cookie })).json().name).toBe(hostile)
  })
})
