// A list with an ETag: a client that reads it every few seconds gets 304 while the list is
// unchanged.

import { createHmac } from 'node:crypto'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import type { FastifyReply, FastifyRequest } from 'fastify'

const tagLength = 27

/**
 * The tag is keyed, and differs by caller and question: equal tags of two callers would reveal that
 * both may know of the same.
 */
export function sendTagged(
  { cursorKey }: { readonly cursorKey: Buffer },
  request: FastifyRequest,
  reply: FastifyReply,
  list: object
): FastifyReply {
  const body = JSON.stringify(list)
  const asked = JSON.stringify([getPrincipal(request).id, request.url])
  const mac = createHmac('sha256', cursorKey).update(`list ${asked.length} ${asked}`).update(body)
  const etag = `"${mac.digest('base64url').slice(0, tagLength)}"`
  reply.header('etag', etag)
  const known = String(request.headers['if-none-match'] ?? '').split(',')
  if (known.some(tag => tag.trim() === etag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(body)
}
