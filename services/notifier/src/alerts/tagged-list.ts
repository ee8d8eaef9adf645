// Answers with an ETag: a client that reads a list or a page of the feed every few seconds gets 304
// while it is unchanged.

import { createHmac } from 'node:crypto'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import type { FastifyReply, FastifyRequest } from 'fastify'

const tagLength = 27

/** A list, under a tag that differs by caller and question. */
export function sendTagged(
  deps: { readonly cursorKey: Buffer },
  request: FastifyRequest,
  reply: FastifyReply,
  list: object
): FastifyReply {
  const asked = JSON.stringify([getPrincipal(request).id, request.url])
  const question = `list ${asked.length} ${asked}`
  return sendUnlessHeld(deps, request, reply, { question, body: JSON.stringify(list) })
}

/**
 * The body, or 304 to a caller who has these very bytes. The tag is keyed, and differs by question:
 * equal tags of two callers would reveal that both were shown the same.
 */
export function sendUnlessHeld(
  { cursorKey }: { readonly cursorKey: Buffer },
  request: FastifyRequest,
  reply: FastifyReply,
  { question, body }: { readonly question: string; readonly body: string }
): FastifyReply {
  const mac = createHmac('sha256', cursorKey).update(question).update(body)
  const etag = `"${mac.digest('base64url').slice(0, tagLength)}"`
  reply.header('etag', etag)
  const known = String(request.headers['if-none-match'] ?? '').split(',')
  if (known.some(tag => tag.trim() === etag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(body)
}
