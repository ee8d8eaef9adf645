// A whole body as bytes, held once however it comes. How much of all bodies is held is body-budget.ts's.

import type { Readable } from 'node:stream'
import { ProblemError } from '@tocsin/contracts/problem-catalogue'
import type { FastifyRequest } from 'fastify'
import { GatheredBytes } from './gathered-bytes.ts'

/** The bytes of a body up to the limit of its route. Rejects with ProblemError `body-too-large` or `body-malformed`; what comes after that is thrown away. */
export function readBody(request: FastifyRequest, payload: Readable): Promise<Buffer> {
  const { bodyLimit } = request.routeOptions
  const announced = request.headers['content-length']
  if (Number(announced) > bodyLimit) return Promise.reject(tooLarge())
  if (payload.destroyed) return Promise.reject(brokenOff())
  const gathered = new GatheredBytes(bodyLimit)
  return new Promise((resolve, reject) => {
    const gather = (chunk: Buffer) => {
      if (gathered.add(chunk)) return
      payload.off('data', gather).resume()
      reject(tooLarge())
    }
    payload.on('data', gather)
    payload.once('error', cause => reject(brokenOff(cause)))
    payload.once('end', () => {
      if (announced === undefined || gathered.length === Number(announced)) resolve(gathered.bytes)
      else reject(new ProblemError('body-malformed', 'The body has another length than Content-Length says.'))
    })
  })
}

function tooLarge(): ProblemError {
  return new ProblemError('body-too-large', 'The body has more bytes than are taken here.')
}

function brokenOff(cause?: Error): ProblemError {
  return new ProblemError('body-malformed', 'The body broke off.', cause === undefined ? {} : { cause })
}
