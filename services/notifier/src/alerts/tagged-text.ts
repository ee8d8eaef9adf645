// A text with an ETag, such as a document of a feed.

import { hashSha256Hex } from '@tocsin/contracts/json/digest'
import { answer, unchanged } from '@tocsin/service/route/definition'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** What such a route answers. */
export const taggedTextAnswers = (description: string, mediaType: string) => ({
  200: { ...answer(description, { type: 'string' }, 'etag of an answer'), mediaType },
  304: unchanged
})

/** Answers 304 to a reader who has these bytes already. */
export function sendTaggedText(
  request: FastifyRequest,
  reply: FastifyReply,
  mediaType: string,
  body: string
): FastifyReply {
  const etag = `"${hashSha256Hex(body).slice(0, 32)}"`
  reply.header('etag', etag)
  const held = String(request.headers['if-none-match'] ?? '').split(',')
  if (held.some(tag => [etag, '*'].includes(tag.trim().replace(/^W\//, ''))))
    return reply.code(304).send()
  return reply.type(`${mediaType}; charset=utf-8`).send(body)
}
