// JSON bodies: strict, in UTF-8, optionally compressed. Any other content type is refused before
// its body is read.

import {
  describeJsonFault,
  type JsonLimits,
  parseStrictJson
} from '@tocsin/contracts/json/strict-json'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { atMostBytes, expand, readBodyEncoding } from './body-encoding.ts'
import './fastify-augmentation.ts'
import { shortPointer } from './http-problems.ts'

/**
 * Makes strict JSON the only content type of the app. A plugin may add its own in its scope, with
 * `readStrictJson` for its lines.
 */
export function takeJsonBodies(app: FastifyInstance, limits: JsonLimits): void {
  app.removeAllContentTypeParsers()
  app.decorate('jsonLimits', limits)
  app.decorateRequest('keyBodyBytesMax', null)
  takeJsonAs(app, 'application/json')
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.body === undefined && isEmptyAllowed(request)) request.body = {}
    done()
  })
}

/** Generated clients send no body, or an empty one, where every member is optional. */
function isEmptyAllowed({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.isBodyOptional === true
}

/**
 * Accepts strict JSON under another content type, or with other limits, in the scope of a plugin.
 */
export function takeJsonAs(
  app: FastifyInstance,
  contentType: string,
  limits: JsonLimits = app.jsonLimits
): void {
  const read = async (request: FastifyRequest, bytes: Buffer) => {
    checkCharset(request)
    if (bytes.length === 0 && isEmptyAllowed(request)) return {}
    checkBodyBytes(request, bytes.length)
    const encoding = readBodyEncoding(request.headers)
    if (encoding === 'identity') return readStrictJson(bytes, limits)
    const check = atMostBytes(request.routeOptions.bodyLimit)
    return readStrictJson(await expand(bytes, encoding, check), limits)
  }
  app.addContentTypeParser(contentType, { parseAs: 'buffer' }, read)
}

/** The value of a JSON text. Throws ProblemError `body-malformed` with what is wrong and where. */
export function readStrictJson(bytes: Uint8Array, limits: JsonLimits): unknown {
  const read = parseStrictJson(bytes, limits)
  if (read.ok) return read.value
  const errors =
    read.at === ''
      ? []
      : [{ pointer: shortPointer(read.at), detail: faultWords[read.reason] ?? 'is invalid' }]
  throw new ProblemError('body-malformed', describeJsonFault(read), { errors })
}

const faultWords: Readonly<Record<string, string>> = {
  'duplicate-key': 'is given twice',
  'forbidden-key': 'is not allowed as a key',
  'number-too-large': 'is too large a number',
  'lone-surrogate': 'contains an unpaired surrogate'
}

/** Throws ProblemError `content-type-unsupported` for any character set but UTF-8. */
export function checkCharset(request: FastifyRequest): void {
  const { 'content-type': contentType = '' } = request.headers
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1] ?? 'utf-8'
  if (!/^utf-?8$/i.test(charset))
    throw new ProblemError('content-type-unsupported', 'JSON is accepted in UTF-8 only.')
}

/**
 * Throws `body-too-large` beyond the key's own limit. Streams are limited by line and pace instead.
 */
export function checkBodyBytes(request: FastifyRequest, bytes: number): void {
  const bytesMax = request.keyBodyBytesMax
  if (bytesMax === null || bytes <= bytesMax || isStream(request)) return
  throw new ProblemError('body-too-large', `The key allows bodies of at most ${bytesMax} bytes.`)
}

export function isStream({ headers }: FastifyRequest): boolean {
  return headers['content-type']?.toLowerCase().startsWith('application/x-ndjson') ?? false
}
