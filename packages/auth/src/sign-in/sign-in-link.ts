// Makes links by which a browser signs in once.

import { shape, text } from '@tocsin/contracts/format/format'
import type { FastifyInstance } from 'fastify'
import type { SessionGrant } from './session.ts'
import './fastify-augmentation.ts'

export const signInLink = shape('SignInLink', 'A link for one sign-in.', {
  url: text(),
  expiresInMinutes: { type: 'number' }
})

/** A link that gives this authority. */
export function makeSignInLink(
  { authenticator, baseUrl }: FastifyInstance,
  grant: SessionGrant
): { readonly url: string; readonly expiresInMinutes: number } {
  const { token, expiresAtMs } = authenticator.mintLink(grant)
  const leftMs = expiresAtMs - authenticator.clock.nowMs()
  const url = `${baseUrl()}/sign-in?token=${token}`
  return { url, expiresInMinutes: Math.floor(leftMs / 60_000) }
}
