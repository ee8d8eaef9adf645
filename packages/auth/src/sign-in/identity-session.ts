// What a browser keeps of a sign-in by the identity provider: until it comes back, the words that
// bind the answer to this browser; then the refresh token, by which a session goes on longer than
// one token. Both in sealed cookies, which any instance opens. Source: decision 0076.

import type { PendingSignIn } from '../oidc/code-flow.ts'

export const pendingCookie = 'tocsin_sign_in'
export const renewalCookie = 'tocsin_renewal'
/** Of both: they are sent to the routes that need them alone. */
export const identityPath = '/sign-in/identity'
/** Time for a person to sign in at the provider, ms. */
export const pendingLifeMs = 600_000

export interface KeptSignIn extends PendingSignIn {
  readonly kind: 'pending'
  /** Where the browser goes then: a page of this suite. */
  readonly to: string
  readonly expiresAtMs: number
}

export interface KeptRenewal {
  readonly kind: 'renewal'
  readonly refreshToken: string
  readonly sessionId: string
  /** The holder's id: another person's token does not continue a session. */
  readonly holderId: string
  /** The session cannot be continued beyond it, ms since the epoch. */
  readonly expiresAtMs: number
}

export type KeptCookie = KeptSignIn | KeptRenewal
