// Acts that make something new, such as a key or a silence: one that is sent again under its
// Idempotency-Key, after a lost answer, is answered as the first was and does nothing again. Answers
// are kept in memory for an hour, secrets among them, which are stored nowhere in the clear.

import '@tocsin/auth/sign-in/fastify-augmentation'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { findRetryKey, keyTaken } from './request-headers.ts'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly payload: unknown
}

interface Asked {
  readonly digest: string
  /** Null: refused or not decided, so that a repeat runs again. */
  readonly answer: Promise<Answer | null>
  readonly resolve: (answer: Answer | null) => void
}

const headersKept = ['content-type', 'etag', 'location', 'tocsin-cursor']

/** Covers the routes that are added later and take `idempotency-key of an act`. */
export function answerOnce(app: FastifyInstance): void {
  const asked = new LRUCache<string, Asked>({ max: 10_000, ttl: 3_600_000 })
  const first = new WeakMap<FastifyRequest, readonly [string, Asked]>()

  const preHandler = async (request: FastifyRequest, reply: FastifyReply) => {
    const retryKey = findRetryKey(request)
    if (retryKey === null) return
    const { id = '' } = request.params as { readonly id?: string }
    const name = digest(getPrincipal(request).id, id, retryKey)
    const body = digest(request.url, toCanonicalJson(request.body ?? {}))
    for (let known = asked.get(name); known !== undefined; known = asked.get(name)) {
      if (known.digest !== body)
        throw keyTaken('was used for another request: use a new key for it')
      const answer = await known.answer
      if (answer !== null)
        return reply.code(answer.status).headers(answer.headers).send(answer.payload)
    }
    const { promise, resolve } = Promise.withResolvers<Answer | null>()
    const own = { digest: body, answer: promise, resolve }
    asked.set(name, own)
    first.set(request, [name, own])
  }

  const onSend = async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    const [name = '', own] = first.get(request) ?? []
    if (own === undefined) return
    const { statusCode: status } = reply
    const isDone = status === 200 || status === 201
    if (!isDone) asked.delete(name)
    const headers = Object.fromEntries(
      headersKept.flatMap(header => {
        const value = reply.getHeader(header)
        return value === undefined ? [] : [[header, String(value)]]
      })
    )
    own.resolve(isDone ? { status, headers, payload } : null)
  }

  app.addHook('onRoute', route => {
    if (!route.config?.operation?.headers?.includes('idempotency-key of an act')) return
    route.preHandler = preHandler
    route.onSend = onSend
  })
}
