// Bodies as the suite takes them: JSON read strictly, in UTF-8, compressed or not. Any other content type is refused before a byte of it is read.

import type { Readable } from 'node:stream'
import { ProblemError } from '@tocsin/contracts/problem-catalogue'
import { describeJsonFault, type JsonLimits, parseStrictJson } from '@tocsin/contracts/strict-json'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { atMostBytes, bodyEncodingOf, expand } from './body-encoding.ts'
import { readBody } from './body-reader.ts'
import './fastify-augmentation.ts'
import { shortPointer } from './field-errors.ts'
import { checkBodyBytes } from './usage-guard.ts'

/** Makes strict JSON the only content type of the app. A plugin may add its own inside its scope, with `readStrictJson` for its lines. */
export function takeJsonBodies(app: FastifyInstance, limits: JsonLimits): void {
  app.removeAllContentTypeParsers()
  app.decorate('jsonLimits', limits)
  takeJsonAs(app, 'application/json')
}

/** Takes strict JSON under another content type too, or within other limits, in the scope of a plugin. */
export function takeJsonAs(app: FastifyInstance, contentType: string, limits: JsonLimits = app.jsonLimits): void {
  app.addContentTypeParser(contentType, async (request: FastifyRequest, payload: Readable) => {
    checkCharset(request)
    const encoding = bodyEncodingOf(request.headers)
    const bytes = await readBody(request, payload)
    checkBodyBytes(request, bytes.length)
    if (encoding === 'identity') return readStrictJson(bytes, limits)
    return readStrictJson(await expand(bytes, encoding, atMostBytes(request.routeOptions.bodyLimit)), limits)
  })
}

/** The value of a JSON text. Throws ProblemError `body-malformed` that says what is wrong and where. */
export function readStrictJson(bytes: Uint8Array, limits: JsonLimits): unknown {
  const read = parseStrictJson(bytes, limits)
  if (read.ok) return read.value
  const errors = read.at === '' ? [] : [{ pointer: shortPointer(read.at), detail: faultWords[read.reason] ?? 'is wrong' }]
  throw new ProblemError('body-malformed', describeJsonFault(read), { errors })
}

const faultWords: Readonly<Record<string, string>> = {
  'duplicate-key': 'is given twice',
  'forbidden-key': 'is not allowed as a key',
  'number-too-large': 'is too large a number',
  'lone-surrogate': 'holds half a character'
}

/** Throws ProblemError `content-type-unsupported` for any character set but UTF-8. */
export function checkCharset(request: FastifyRequest): void {
  const contentType = request.headers['content-type']
  // The plain type is what nearly all send.
  if (contentType === undefined || !contentType.includes(';')) return
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1]
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8' && charset.toLowerCase() !== 'utf8') {
    throw new ProblemError('content-type-unsupported', 'JSON is taken in UTF-8 alone.')
  }
}
