// Free ports.

import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ports that systems give to outgoing connections: one of those could take a port before
 * its process listens on it.
 */
const [lowest, highest] = [12_000, 32_000]
/**
 * Test files run in parallel, each in a process with its own number: no two of them try the
 * same port.
 */
const sideBySide = 4
const own = Number(process.env.VITEST_POOL_ID ?? 0) % sideBySide
const triesMax = 200
const given = new Set<number>()

/** Distinct loopback ports that were free a moment ago. A process is given none twice. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = []
  for (let tries = 0; ports.length < count; tries++) {
    if (tries === triesMax) throw new Error(`no free port found in ${triesMax} tries`)
    const port = randomInt(lowest / sideBySide, highest / sideBySide) * sideBySide + own
    if (given.has(port) || (await listTakenPorts([port])).length > 0) continue
    given.add(port)
    ports.push(port)
  }
  return ports
}

/** One free port on loopback. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port!
}

/** Of the given loopback ports, those that are listened on. */
export async function listTakenPorts(ports: readonly number[]): Promise<readonly number[]> {
  const taken: number[] = []
  for (const port of ports) {
    const server = await listen(port).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error
      taken.push(port)
    })
    await new Promise(resolve => (server ? server.close(resolve) : resolve(null)))
  }
  return taken
}

function listen(port: number): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
