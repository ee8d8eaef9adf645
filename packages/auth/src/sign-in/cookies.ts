// Cookies of the suite: sent to it alone, and to no script.

import '@fastify/cookie'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import './fastify-augmentation.ts'

/** `lax`: for a browser that comes back by a link of another page. */
export function cookieFor(
  { baseUrl }: FastifyInstance,
  path = '/',
  sameSite: 'lax' | 'strict' = 'strict'
) {
  return { path, httpOnly: true, sameSite, secure: baseUrl().startsWith('https:') }
}

export function readCookie({ headers, server }: FastifyRequest, name: string): string | undefined {
  return headers.cookie === undefined ? undefined : server.parseCookie(headers.cookie)[name]
}
