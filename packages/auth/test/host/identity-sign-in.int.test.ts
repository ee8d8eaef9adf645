// A person signs in in a browser by the identity provider: out to it and back, with what binds the
// answer to this browser. The session goes on while the provider says so, and no longer.

import { IdentityProvider } from '@tocsin/testing/client/identity-provider'
import { ManualClock } from '@tocsin/testing/process/manual-clock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestHost, testHost } from '../support/fakes.ts'
import { oidcSettingsOf } from '../support/token-world.ts'

const rights = {
  scope: 'tocsin:alerts:read tocsin:alerts:operate',
  preferred_username: 'Nora',
  tocsin_theatres: ['sahel']
}
const hour = 3_600_000

let provider: IdentityProvider
let host: TestHost
let clock: ManualClock

async function started(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
  clock = new ManualClock(Date.now())
  const oidc = oidcSettingsOf(provider, { clientId: 'console', ...settings })
  host = await testHost([], { clock, settings: { publicUrl: 'http://localhost:8080', ...oidc } })
}

beforeEach(async () => {
  provider = await IdentityProvider.start()
  provider.claims = rights
  await provider.listen()
  await started()
})
afterEach(() => provider.close())

/** A browser: it keeps the cookies that it is given, by their paths. */
class Browser {
  readonly cookies = new Map<
    string,
    { readonly value: string; readonly path: string; readonly attributes: string }
  >()

  async ask(method: 'GET' | 'POST', url: string, headers: Readonly<Record<string, string>> = {}) {
    const path = url.split('?')[0] as string
    const sent = [...this.cookies]
      .filter(([, each]) => path.startsWith(each.path))
      .map(([name, { value }]) => `${name}=${value}`)
    const cookie = sent.length === 0 ? {} : { cookie: sent.join('; ') }
    const answer = await host.app.inject({
      method,
      url,
      headers: { host: 'localhost:8080', ...cookie, ...headers }
    })
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name, value, attributes] = /^([^=]+)=([^;]*);(.*)$/.exec(line) as unknown as [
        string,
        string,
        string,
        string
      ]
      const cookiePath = /Path=([^;]+)/.exec(attributes)?.[1] ?? '/'
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, { value, path: cookiePath, attributes })
    }
    return answer
  }

  /** At the provider, which sends the browser back: to this address here. */
  async atProvider(location: unknown): Promise<string> {
    const response = await fetch(String(location), { redirect: 'manual' })
    const back = new URL(response.headers.get('location') as string)
    expect(back.origin).toBe('http://localhost:8080')
    return back.pathname + back.search
  }

  async signIn(query = '') {
    const out = await this.ask('GET', `/sign-in/identity${query}`)
    expect(out.statusCode).toBe(303)
    return this.ask('GET', await this.atProvider(out.headers.location))
  }
}

describe('a sign-in by the identity provider', () => {
  it('opens a session with the name and rights of the token, and returns to the page', async () => {
    const browser = new Browser()
    expect((await browser.ask('GET', '/sign-in/ways')).json()).toEqual({
      identityProvider: new URL(provider.issuer).host
    })
    const back = await browser.signIn(`?to=${encodeURIComponent('/?view=map')}`)
    expect([back.statusCode, back.headers.location]).toEqual([303, '/?view=map'])
    expect((await browser.ask('GET', '/v1/me')).json()).toMatchObject({
      id: 'oidc:nora',
      name: 'Nora',
      scopes: ['alerts:read', 'alerts:operate'],
      theatres: ['sahel']
    })
    expect(browser.cookies.get('tocsin_session')?.attributes).toMatch(/HttpOnly; SameSite=Strict/)
    expect([...browser.cookies.keys()].sort()).toEqual(['tocsin_renewal', 'tocsin_session'])
    expect(await host.metrics.metrics()).toContain(
      'tocsin_auth_identity_sign_ins_total{outcome="signed-in"} 1'
    )
    // Neither code nor tokens are readable in what the browser keeps, nor in the log.
    const renewal = Buffer.from(
      browser.cookies.get('tocsin_renewal')?.value ?? '',
      'base64url'
    ).toString()
    expect([renewal.length > 50, /refresh|nora/i.test(renewal)]).toEqual([true, false])
    expect(host.log.text).not.toMatch(/refresh-|code-\d|eyJ/)
  })

  it('asks for a code with a challenge, a state and a nonce, which differ each time', async () => {
    const asked = async () => {
      const { location } = (await new Browser().ask('GET', '/sign-in/identity')).headers
      return Object.fromEntries(new URL(String(location)).searchParams)
    }
    const [one, two] = [await asked(), await asked()]
    expect(one).toMatchObject({
      response_type: 'code',
      client_id: 'console',
      redirect_uri: 'http://localhost:8080/sign-in/identity/answer',
      scope: 'openid profile',
      code_challenge_method: 'S256'
    })
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect([name, one[name]?.length]).toEqual([name, 43])
      expect([name, one[name] === two[name]]).toEqual([name, false])
    }
  })

  it('is refused in another browser, a second time, and after ten minutes', async () => {
    const [mine, other] = [new Browser(), new Browser()]
    const out = await mine.ask('GET', '/sign-in/identity')
    const answer = await mine.atProvider(out.headers.location)
    // Whoever is sent to somebody else's answer is not signed in as them.
    expect((await other.ask('GET', answer)).statusCode).toBe(400)
    await other.ask('GET', '/sign-in/identity')
    expect((await other.ask('GET', answer)).statusCode).toBe(401)
    expect(other.cookies.has('tocsin_session')).toBe(false)
    expect((await mine.ask('GET', answer)).statusCode).toBe(303)
    const again = await mine.ask('GET', answer)
    expect([again.statusCode, again.body]).toEqual([
      400,
      expect.stringContaining('was not begun in this browser')
    ])

    const late = new Browser()
    const begun = await late.ask('GET', '/sign-in/identity')
    const lateAnswer = await late.atProvider(begun.headers.location)
    await clock.advance(600_001)
    expect((await late.ask('GET', lateAnswer)).statusCode).toBe(400)
  })

  it.each([
    ['the person says no', { refuses: 'access_denied' }, 401, 'did not sign you in'],
    [
      'the token is for another suite',
      { claims: { ...rights, aud: 'another' } },
      403,
      'does not accept'
    ],
    [
      'the token gives nothing',
      { claims: { ...rights, scope: 'openid' } },
      403,
      'gives you no role'
    ],
    ['the tokens are of two people', { idClaims: { sub: 'ama' } }, 403, 'does not accept'],
    [
      'the ID token answers another question',
      { idClaims: { nonce: 'x' } },
      401,
      'did not sign you in'
    ],
    ['the ID token is for another client', { idClaims: { aud: 'x' } }, 401, 'did not sign you in']
  ])('opens nothing and says so on a page when %s', async (_what, provided, status, says) => {
    Object.assign(provider, provided)
    const browser = new Browser()
    const back = await browser.signIn()
    expect([back.statusCode, back.body]).toEqual([status, expect.stringContaining(says)])
    expect(back.headers['content-type']).toContain('text/html')
    expect([...browser.cookies.keys()]).toEqual([])
  })

  it('goes nowhere but to pages of this suite', async () => {
    for (const to of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/v1/keys',
      '/console/../v1',
      '/console/?a=\n'
    ])
      expect([
        to,
        (await new Browser().ask('GET', `/sign-in/identity?to=${encodeURIComponent(to)}`))
          .statusCode
      ]).toEqual([to, 400])
  })

  it('says that the provider does not answer, asks it once in ten seconds, and recovers', async () => {
    provider.isAway = true
    await started()
    const page = async () =>
      (await new Browser().ask('GET', '/sign-in/identity')) as {
        statusCode: number
        headers: object
      }
    expect(await page()).toMatchObject({ statusCode: 503, headers: { 'retry-after': '30' } })
    const asked = provider.asked
    for (let i = 0; i < 5; i++) expect(await page()).toMatchObject({ statusCode: 503 })
    expect(provider.asked).toBe(asked)
    provider.isAway = false
    // By then its keys are asked for again, too.
    await clock.advance(30_000)
    expect((await new Browser().signIn()).statusCode).toBe(303)
  })

  it('is not there without a client id', async () => {
    await started({ clientId: '' })
    const browser = new Browser()
    expect((await browser.ask('GET', '/sign-in/ways')).json()).toEqual({ identityProvider: null })
    expect((await browser.ask('GET', '/sign-in/identity')).statusCode).toBe(404)
    expect((await browser.ask('POST', '/sign-in/identity/renewal')).statusCode).toBe(404)
  })

  it('limits wrong answers by address', async () => {
    provider.claims = { ...rights, aud: 'another' }
    const statuses: number[] = []
    for (let i = 0; i < 32; i++) statuses.push((await new Browser().signIn()).statusCode)
    expect(statuses.slice(-2)).toEqual([429, 429])
  })
})

describe('a session by the identity provider', () => {
  const renew = (browser: Browser) => browser.ask('POST', '/sign-in/identity/renewal')
  const expiresAt = async (browser: Browser) =>
    (await browser.ask('GET', '/v1/me')).json().expiresAt as string

  it('is continued by the provider beyond its token, as the same session', async () => {
    const browser = new Browser()
    await browser.signIn()
    const first = await expiresAt(browser)
    provider.claims = {
      ...rights,
      exp: Math.floor(Date.now() / 1000) + 2 * 3600,
      preferred_username: 'Nora B.'
    }
    const renewed = await renew(browser)
    expect([renewed.statusCode, renewed.json().expiresAt > first]).toEqual([200, true])
    // What the provider says now counts.
    expect((await browser.ask('GET', '/v1/me')).json()).toMatchObject({
      name: 'Nora B.',
      expiresAt: renewed.json().expiresAt
    })
    expect((await renew(browser)).statusCode).toBe(200)
    expect(provider.granted).toEqual(['authorization_code', 'refresh_token', 'refresh_token'])
  })

  it('is continued once for two tabs that ask at once', async () => {
    const browser = new Browser()
    await browser.signIn()
    const { cookies } = browser
    const tabs = [new Browser(), new Browser()]
    for (const tab of tabs) for (const [name, cookie] of cookies) tab.cookies.set(name, cookie)
    const answers = await Promise.all(tabs.map(renew))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200])
    expect(provider.granted).toEqual(['authorization_code', 'refresh_token'])
  })

  it('ends when the provider says so, and does not outlive the longest session', async () => {
    const browser = new Browser()
    await browser.signIn()
    provider.claims = { ...rights, aud: 'another' }
    expect((await renew(browser)).statusCode).toBe(401)

    const long = new Browser()
    provider.claims = { ...rights, exp: Math.floor(Date.now() / 1000) + 100 * 3600 }
    await long.signIn()
    await clock.advance(12 * hour + 1)
    expect((await renew(long)).statusCode).toBe(401)
    expect((await long.ask('GET', '/v1/me')).statusCode).toBe(401)
  })

  it('goes on until it expires while the provider is away', async () => {
    const browser = new Browser()
    await browser.signIn()
    provider.isAway = true
    const answer = await renew(browser)
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'identity-unavailable'])
    expect((await browser.ask('GET', '/v1/me')).statusCode).toBe(200)
    provider.isAway = false
    expect((await renew(browser)).statusCode).toBe(200)
  })

  it('is over once somebody has signed out, also for who kept its cookies', async () => {
    const browser = new Browser()
    await browser.signIn()
    const thief = new Browser()
    for (const [name, cookie] of browser.cookies) thief.cookies.set(name, cookie)
    expect((await browser.ask('POST', '/sign-out')).statusCode).toBe(204)
    expect([...browser.cookies.keys()]).toEqual([])
    expect((await renew(thief)).statusCode).toBe(401)
    expect((await thief.ask('GET', '/v1/me')).statusCode).toBe(401)
  })

  it('is not continued by a page of another origin, nor without its cookie, nor with another', async () => {
    const browser = new Browser()
    await browser.signIn()
    const foreign = await browser.ask('POST', '/sign-in/identity/renewal', {
      origin: 'https://evil.example'
    })
    expect(foreign.statusCode).toBe(403)
    expect((await renew(new Browser())).statusCode).toBe(401)
    const mixed = new Browser()
    const session = browser.cookies.get('tocsin_session')
    mixed.cookies.set('tocsin_renewal', { value: session?.value ?? '', path: '/', attributes: '' })
    expect((await renew(mixed)).statusCode).toBe(401)
  })
})
