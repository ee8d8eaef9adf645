// An identity provider for tests: keys, signed tokens and discovery documents, in memory or served on loopback. It can lose or
// gain keys, become unreachable, and sign invalid tokens.

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose'

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

export class IdentityProvider {
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
  async token(nowMs: number, { claims = {}, without = [], kid = 'k1', header = {} }: TokenAsk = {}): Promise<string> {
    const signer = this.#signers.get(kid)
    if (signer === undefined) throw new Error(`there is no key ${kid}`)
    const nowS = Math.floor(nowMs / 1000)
    const all = { iss: this.#issuer, aud: this.audience, sub: 'nora', iat: nowS, exp: nowS + 3600, ...claims }
    const held = Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)))
    return new SignJWT(held).setProtectedHeader({ alg: signer.algorithm, kid, ...header }).sign(signer.privateKey)
  }

  /** The keys that it publishes. */
  get keys(): readonly JWK[] {
    return [...this.#published].map(kid => this.#signers.get(kid)!.publicKey)
  }

  /** The document at a path of its address; undefined where there is none. */
  document(path: string): unknown {
    if (path.endsWith('/.well-known/openid-configuration')) return { issuer: this.#issuer, jwks_uri: `${this.#issuer}/certs` }
    return path.endsWith('/certs') ? { keys: this.keys } : undefined
  }

  /** Serves its documents on a port of this machine, which becomes its issuer. */
  async listen(): Promise<string> {
    this.#server = createServer((request, response) => {
      this.asked++
      const document = this.isAway ? undefined : this.document(request.url ?? '')
      response.statusCode = document === undefined ? 503 : 200
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(document ?? {}))
    })
    await new Promise<void>(resolve => this.#server?.listen(0, '127.0.0.1', resolve))
    this.#issuer = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/realms/operations`
    return this.#issuer
  }

  async close(): Promise<void> {
    const server = this.#server
    if (server === null) return
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
}
