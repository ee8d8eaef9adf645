// A bare undici loop in a process of its own: the ceiling for posting. The same bytes to the same
// endpoints, as many at once; nothing is read, signed or kept.

import { Agent, request } from 'undici'
import type { Request } from './webhook-receivers.ts'

export interface LoopAsk extends Request {
  readonly urls: readonly string[]
  readonly seconds: number
}

export interface LoopAnswer {
  readonly posts: number
  readonly cpuMs: number
}

/** Before each turn, ms: code is compiled, connections stand. */
const warmUpMs = 200

async function post(
  url: string,
  { headers, body }: { headers: Record<string, string>; body: Buffer }
) {
  const answer = await request(url, { method: 'POST', dispatcher, headers, body })
  await answer.body.dump()
  if (answer.statusCode !== 204) throw new Error(`an endpoint answered ${answer.statusCode}`)
}

const dispatcher = new Agent({ connections: 8, pipelining: 1 })
/** Those that undici writes itself. */
const own = new Set(['host', 'connection', 'content-length'])

async function loop({ urls, headers, body, seconds }: LoopAsk): Promise<LoopAnswer> {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !own.has(name)))
  const message = { headers: kept, body: Buffer.from(body) }
  const run = async (ms: number) => {
    let posts = 0
    const endMs = performance.now() + ms
    const line = async (url: string) => {
      for (; performance.now() < endMs; posts++) await post(url, message)
    }
    await Promise.all(urls.map(line))
    return posts
  }
  await run(warmUpMs)
  const before = process.cpuUsage()
  const posts = await run(seconds * 1000)
  const { user, system } = process.cpuUsage(before)
  return { posts, cpuMs: (user + system) / 1000 }
}

process.on('message', async (ask: LoopAsk) => {
  process.send?.(await loop(ask))
})
process.on('disconnect', () => process.exit(0))
