// Makes links by which a browser signs in once.

import { shape, text } from '@tocsin/contracts/format/format'
import type { Principal } from '../access/principal.ts'
import type { Authenticator } from './authentication.ts'
import type { SessionGrant } from './session.ts'

export const signInLink = shape('SignInLink', 'A link for one sign-in.', {
  url: text(),
  expiresInMinutes: { type: 'number' }
})

export interface SignInLink {
  readonly url: string
  /** Whole minutes. */
  readonly expiresInMinutes: number
}

export interface SignInLinkMakerOptions {
  readonly signInMinutes: number
  /** The public address; known once the process listens. */
  readonly baseUrl: () => string
  readonly nowMs: () => number
}

export class SignInLinkMaker {
  readonly #authenticator: Authenticator
  readonly #options: SignInLinkMakerOptions

  constructor(authenticator: Authenticator, options: SignInLinkMakerOptions) {
    this.#authenticator = authenticator
    this.#options = options
  }

  /** With the authority of the caller. */
  forCaller(caller: Principal): SignInLink {
    return this.#makeLink(this.#authenticator.makeGrant(caller))
  }

  /**
   * With the authority of a key; null if it has none now. The caller of this checks who may have
   * that.
   */
  forKey(keyId: string): SignInLink | null {
    const grant = this.#authenticator.findKeyGrant(keyId)
    return grant === null ? null : this.#makeLink(grant)
  }

  #makeLink(grant: SessionGrant): SignInLink {
    const { baseUrl, signInMinutes, nowMs } = this.#options
    const leftMinutes = ((grant.untilMs ?? Number.POSITIVE_INFINITY) - nowMs()) / 60_000
    const url = `${baseUrl()}/sign-in?token=${this.#authenticator.mintLink(grant)}`
    return { url, expiresInMinutes: Math.min(signInMinutes, Math.floor(leftMinutes)) }
  }
}
