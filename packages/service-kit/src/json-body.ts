// Bodies as the suite takes them: JSON read strictly, in UTF-8, uncompressed. Any other content type is refused before a byte of it is read.

import { ProblemError } from '@tocsin/contracts/problem-catalogue'
import { describeJsonFault, type JsonLimits, parseStrictJson } from '@tocsin/contracts/strict-json'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { shortPointer } from './field-errors.ts'

/** Makes strict JSON the only content type of the app. A plugin may add its own inside its scope, with `readStrictJson` for its lines. */
export function takeJsonBodies(app: FastifyInstance, limits: JsonLimits): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request: FastifyRequest, bytes: Buffer, done) => {
    try {
      refuseEncodings(request)
      done(null, readStrictJson(bytes, limits))
    } catch (error) {
      done(error as Error)
    }
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

function refuseEncodings(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new ProblemError('content-type-unsupported', 'Compressed bodies are not taken here.')
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1]
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8' && charset.toLowerCase() !== 'utf8') {
    throw new ProblemError('content-type-unsupported', 'JSON is taken in UTF-8 alone.')
  }
}
