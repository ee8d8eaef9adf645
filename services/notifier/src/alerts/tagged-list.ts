// Answers with an ETag: a client that reads a list, a page of the feed or a document every few seconds
// gets 304 while it is unchanged.

import { createHmac } from 'node:crypto'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { answer, unchanged } from '@tocsin/service/route/definition'
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

/** What a route answers whose text has a tag, such as a document of a feed. */
export const taggedTextAnswers = (description: string, mediaType: string) => ({
  200: { ...answer(description, { type: 'string' }, 'etag of an answer'), mediaType },
  304: unchanged
})

/**
 * The body, or 304 to a caller who has these very bytes. The tag is keyed, and differs by question:
 * equal tags of two callers would reveal that both were shown the same.
 */
export function sendUnlessHeld(
  { cursorKey }: { readonly cursorKey: Buffer },
  request: FastifyRequest,
  reply: FastifyReply,
  {
    question,
    body,
    mediaType = 'application/json'
  }: { readonly question: string; readonly body: string; readonly mediaType?: string }
): FastifyReply {
  const mac = createHmac('sha256', cursorKey).update(question).update(body)
  const etag = `"${mac.digest('base64url').slice(0, tagLength)}"`
  reply.header('etag', etag)
  const held = String(request.headers['if-none-match'] ?? '').split(',')
  if (held.some(each => [etag, '*'].includes(each.trim().replace(/^W\//, ''))))
    return reply.code(304).send()
  return reply.type(`${mediaType}; charset=utf-8`).send(body)
}
