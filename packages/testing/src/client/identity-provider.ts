// An identity provider for tests: keys, signed tokens and discovery documents, in memory or served
// on loopback, there with the code flow of a person who agrees. It can lose or gain keys,
// become unreachable, and sign invalid tokens.

import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT
} from 'jose'

export interface TokenAsk {
  readonly claims?: Readonly<Record<string, unknown>>
  /** Claims to omit. */
  readonly without?: readonly string[]
  /** Name of the key; default the first. */
  readonly kid?: string
  readonly header?: Partial<JWTHeaderParameters>
}

interface Signer {
  readonly algorithm: string
  readonly privateKey: CryptoKey
  readonly publicKey: JWK
}

/** A code that was given to a browser. */
interface Code {
  readonly redirectUri: string
  readonly nonce: string
  readonly challenge: string
  readonly clientId: string
}

export class IdentityProvider {
  /** Claims of the access tokens that sign-ins give from now on. */
  claims: Readonly<Record<string, unknown>> = {}
  /** Of the ID tokens, over their own. */
  idClaims: Readonly<Record<string, unknown>> = {}
  /** The error that sign-ins end with at the provider; null: they succeed. */
  refuses: string | null = null
  /** Requests for tokens, by their grant. */
  readonly granted: string[] = []
  readonly #codes = new Map<string, Code>()
  /** Each works once. */
  readonly #refreshTokens = new Set<string>()
  #count = 0
  /** Requests for either document. */
  asked = 0
  /** Set to make requests fail. */
  isAway = false
  readonly audience = 'tocsin'
  #issuer = 'https://id.example.org/realms/operations'
  readonly #signers = new Map<string, Signer>()
  readonly #published = new Set<string>()
  #server: Server | null = null

  /** With one ES256 key called `k1`. */
  static async start(): Promise<IdentityProvider> {
    const provider = new IdentityProvider()
    await provider.addKey('k1')
    return provider
  }

  get issuer(): string {
    return this.#issuer
  }

  /** Creates a key, and publishes it unless `isSecret`. */
  async addKey(kid: string, algorithm = 'ES256', isPublished = true): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
    this.#signers.set(kid, {
      algorithm,
      privateKey,
      publicKey: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }
    })
    if (isPublished) this.#published.add(kid)
  }

  /** Withdraws a key: tokens signed with it become invalid. */
  withdrawKey(kid: string): void {
    this.#published.delete(kid)
  }

  /** A token valid for an hour from `nowMs`, with the given overrides. */
  async signToken(
    nowMs: number,
    { claims = {}, without = [], kid = 'k1', header = {} }: TokenAsk = {}
  ): Promise<string> {
    const signer = this.#signers.get(kid)
    if (signer === undefined) throw new Error(`there is no key ${kid}`)
    const nowS = Math.floor(nowMs / 1000)
    const all = {
      iss: this.#issuer,
      aud: this.audience,
      sub: 'nora',
      iat: nowS,
      exp: nowS + 3600,
      ...claims
    }
    const held = Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)))
    return new SignJWT(held)
      .setProtectedHeader({ alg: signer.algorithm, kid, ...header })
      .sign(signer.privateKey)
  }

  /** The keys that it publishes. */
  get keys(): readonly JWK[] {
    return [...this.#published].map(kid => this.#signers.get(kid)!.publicKey)
  }

  /** The document at a path of its address; undefined where there is none. */
  serveDocument(path: string): unknown {
    if (path.endsWith('/.well-known/openid-configuration')) {
      const at = (name: string) => `${this.#issuer}/${name}`
      return {
        issuer: this.#issuer,
        jwks_uri: at('certs'),
        authorization_endpoint: at('authorize'),
        token_endpoint: at('token'),
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: ['ES256']
      }
    }
    return path.endsWith('/certs') ? { keys: this.keys } : undefined
  }

  /** Serves its documents on a port of this machine, which becomes its issuer. */
  async listen(): Promise<string> {
    this.#server = createServer((request, response) => {
      this.asked++
      const url = new URL(request.url ?? '', this.#issuer)
      if (!this.isAway && url.pathname.endsWith('/authorize')) {
        response.writeHead(302, { location: this.#redirectWithCode(url) }).end()
        return
      }
      if (!this.isAway && request.method === 'POST') {
        void this.#answerPost(request).then(answer => {
          response.writeHead(answer === null ? 400 : 200, { 'content-type': 'application/json' })
          response.end(JSON.stringify(answer ?? { error: 'invalid_grant' }))
        })
        return
      }
      const document = this.isAway ? undefined : this.serveDocument(request.url ?? '')
      response.statusCode = document === undefined ? 503 : 200
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(document ?? {}))
    })
    await new Promise<void>(resolve => this.#server?.listen(0, '127.0.0.1', resolve))
    this.#issuer = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/realms/operations`
    return this.#issuer
  }

  /** Where the browser of a person who has signed in is sent. */
  #redirectWithCode({ searchParams }: URL): string {
    const asked = (name: string) => searchParams.get(name) ?? ''
    const back = new URL(asked('redirect_uri'))
    back.searchParams.set('state', asked('state'))
    if (this.refuses !== null) {
      back.searchParams.set('error', this.refuses)
      return back.href
    }
    const code = `code-${++this.#count}`
    const [challenge, clientId] = [asked('code_challenge'), asked('client_id')]
    this.#codes.set(code, {
      redirectUri: asked('redirect_uri'),
      nonce: asked('nonce'),
      challenge,
      clientId
    })
    back.searchParams.set('code', code)
    return back.href
  }

  /** Null: refused. */
  async #answerPost(request: IncomingMessage): Promise<object | null> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const form = new URLSearchParams(text)
    const grant = form.get('grant_type') ?? ''
    this.granted.push(grant)
    if (grant === 'refresh_token') {
      if (!this.#refreshTokens.delete(form.get('refresh_token') ?? '')) return null
      return this.#serveTokens({})
    }
    const code = this.#codes.get(form.get('code') ?? '')
    this.#codes.delete(form.get('code') ?? '')
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (
      code === undefined ||
      code.redirectUri !== form.get('redirect_uri') ||
      code.challenge !== proof
    )
      return null
    const idToken = await this.signToken(Date.now(), {
      claims: { aud: code.clientId, nonce: code.nonce, ...this.idClaims }
    })
    return this.#serveTokens({ id_token: idToken })
  }

  async #serveTokens(more: object): Promise<object> {
    const refreshToken = `refresh-${++this.#count}`
    this.#refreshTokens.add(refreshToken)
    const accessToken = await this.signToken(Date.now(), { claims: this.claims })
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 300,
      refresh_token: refreshToken,
      ...more
    }
  }

  async close(): Promise<void> {
    const server = this.#server
    if (server === null) return
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
}
