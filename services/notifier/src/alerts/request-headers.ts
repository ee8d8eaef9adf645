// Headers of requests and answers. `If-Match` with a version: a write on top of somebody else's later
// change is refused. ETags: a client that reads a list or a document every few seconds gets 304 while it
// is unchanged. `Idempotency-Key`: an act that makes something new, sent again after a lost answer, is
// answered as the first was and does nothing again. Answers are kept in memory for an hour, secrets
// among them, which are stored nowhere in the clear.

import '@tocsin/auth/sign-in/fastify-augmentation'
import { createHmac } from 'node:crypto'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { answer, unchanged } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'

/** `"1"` or `1`. Throws ProblemError: 428 if missing, 400 if malformed. */
export function readIfMatch(header: string | undefined): number {
  if (header === undefined) {
    throw new ProblemError(
      'precondition-required',
      'Send If-Match with the operatorRevision of the alert that you have seen.'
    )
  }
  const match = /^\s*(?:"(\d{1,15})"|(\d{1,15}))\s*$/.exec(header)
  if (match !== null) return Number(match[1] ?? match[2])
  throw headerInvalid('if-match', 'must be one revision, such as "1"')
}

/**
 * The version that the caller has seen; null if not stated. Throws ProblemError if it is malformed.
 */
export function seenIn(request: FastifyRequest): number | null {
  const header = request.headers['if-match']
  return header === undefined ? null : readIfMatch(header)
}

export function findRetryKey(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key === 'string' && key.length >= 1 && key.length <= 256) return key
  throw headerInvalid('idempotency-key', 'must have 1 to 256 characters')
}

const names = { 'if-match': 'If-Match', 'idempotency-key': 'Idempotency-Key' } as const

/** `detail`: what is wrong with it, as the end of a sentence. */
export function headerInvalid(header: keyof typeof names, detail: string): ProblemError {
  return new ProblemError('header-invalid', `${names[header]} ${detail}.`, {
    errors: [{ pointer: header, detail }]
  })
}

interface Versioned {
  /** Counts changes; 0 or left out before the first. */
  readonly version?: number
}

export function makeVersion({ version = 0 }: Versioned): number {
  return version
}

const hexDigits = 12

/** Version of a record that is declared as a whole and so has no number: made from its content. */
export function computeContentVersion(declared: object): number {
  return Number.parseInt(digest('version', toCanonicalJson(declared)).slice(0, hexDigits), 16)
}

/**
 * Throws `action-refused`, with the current version, if it is not the one that was seen. Null: any
 * version.
 */
export function checkSeen(standing: Versioned, seen: number | null): void {
  if (seen !== null && seen !== makeVersion(standing)) throw changedSince(standing)
}

export function changedSince(standing: Versioned): ProblemError {
  const detail = 'Another change came first. Read it again.'
  return new ProblemError('action-refused', detail, { members: { version: makeVersion(standing) } })
}

/** Sets the version of the answer, in the form of `If-Match`. */
export function tellVersion(reply: FastifyReply, answered: Versioned): void {
  reply.header('etag', `"${makeVersion(answered)}"`)
}

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
        throw headerInvalid('idempotency-key', 'was used for another request: use a new key for it')
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
